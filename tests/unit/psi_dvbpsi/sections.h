// SPDX-License-Identifier: Apache-2.0
//
// Sections for the tests of this room, byte by byte with the lengths and the CRC_32 filled in, so that a test
// can lie about what is inside.
#pragma once

#include <cstdint>
#include <vector>

#include "psi/base/bytes.h"
#include "psi/base/crc32.h"

namespace headwater::psi::testing {

using Section = std::vector<std::uint8_t>;

struct Header {
  std::uint8_t table_id = 0;
  std::uint16_t extension = 0;
  std::uint8_t version = 0;
  bool current = true;
  std::uint8_t number = 0;
  std::uint8_t last_number = 0;
};

inline Section make_section(const Header& header, const Section& payload) {
  const std::size_t length = 5 + payload.size() + 4;
  ByteWriter writer;
  writer.u8(header.table_id).u16(static_cast<std::uint16_t>(0xB000U | length)).u16(header.extension);
  writer.u8(
      static_cast<std::uint8_t>(0xC0U | (std::uint32_t{header.version} << 1U) | (header.current ? 1U : 0U)));
  writer.u8(header.number).u8(header.last_number).bytes(payload);
  Section section = std::move(writer).take();
  const std::uint32_t crc = crc32_mpeg(section);
  section.resize(section.size() + 4);
  store_be32(&section[section.size() - 4], crc);
  return section;
}

}  // namespace headwater::psi::testing
