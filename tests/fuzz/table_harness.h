// SPDX-License-Identifier: Apache-2.0
//
// What the fuzzers of tables share. The input is a row of payloads, each behind a byte of length: their
// headers and CRC_32 are made right, so that the fuzzer's work goes into the lies inside. The first byte
// gives the last section_number and a version. The input as it is goes in first, as a section of its own.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "psi/base/bytes.h"
#include "psi/base/crc32.h"
#include "psi/dvbpsi/decode.h"
#include "psi/dvbpsi/encode.h"
#include "psi/section/section.h"

namespace headwater::fuzz {

inline void require(bool holds) {
  if (!holds) std::abort();
}

inline std::vector<std::vector<std::uint8_t>> sections_of(Bytes input, std::uint8_t table_id,
                                                          std::uint16_t extension) {
  std::vector<std::vector<std::uint8_t>> sections;
  ByteReader reader(input);
  const std::uint8_t control = reader.u8().value_or(0);
  const std::uint8_t last = control & 0x03;
  const auto version = static_cast<std::uint8_t>((control >> 2U) & 0x07U);
  for (std::uint8_t number = 0; reader.remaining() > 0; number = number == last ? 0 : number + 1) {
    const std::size_t wanted = reader.u8().value_or(0) * std::size_t{4};
    const Bytes payload = *reader.take(std::min(wanted, reader.remaining()));
    ByteWriter writer;
    writer.u8(table_id).u16(static_cast<std::uint16_t>(0xB000U | (payload.size() + 9))).u16(extension);
    writer.u8(static_cast<std::uint8_t>(0xC1U | (std::uint32_t{version} << 1U)))
        .u8(number)
        .u8(last)
        .bytes(payload);
    std::vector<std::uint8_t> section = std::move(writer).take();
    const std::uint32_t crc = crc32_mpeg(section);
    section.resize(section.size() + 4);
    store_be32(&section[section.size() - 4], crc);
    sections.push_back(std::move(section));
  }
  return sections;
}

// The table that comes with the last section, and not before.
template <typename Decoder>
auto decoded(Decoder& decoder, const psi::Sections& sections) {
  require(!sections.empty());
  for (const auto& section : sections) require(section.size() <= psi::kMaxPsiSection);
  for (std::size_t i = 0; i + 1 < sections.size(); ++i) require(!decoder.push(sections[i]));
  return decoder.push(sections.back());
}

// Decoded tables must encode to sections that decode to the same. make_decoder() gives a fresh decoder.
template <typename MakeDecoder>
void run(Bytes input, std::uint8_t table_id, std::uint16_t extension, MakeDecoder&& make_decoder) {
  auto decoder = make_decoder();
  static_cast<void>(decoder.push(input));
  for (const auto& section : sections_of(input, table_id, extension)) {
    const auto table = decoder.push(section);
    if (!table) continue;
    const auto encoded = psi::encode(*table);
    // Only a PMT that came in several sections may be too long: for the one that it should be.
    require(encoded.has_value() || table_id == 0x02);
    if (!encoded) continue;
    auto again = make_decoder();
    require(decoded(again, *encoded) == table);
  }
}

}  // namespace headwater::fuzz
