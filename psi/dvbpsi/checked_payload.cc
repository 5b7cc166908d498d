// SPDX-License-Identifier: Apache-2.0
#include "psi/dvbpsi/checked_payload.h"

#include <cstddef>

namespace headwater::psi {
namespace {

constexpr std::size_t kHeader = 8;
constexpr std::size_t kCrc = 4;

Bytes payload_of(const SectionView& section) {
  return section.bytes().subspan(kHeader, section.bytes().size() - kHeader - kCrc);
}

Bytes whole_descriptors(Bytes loop) {
  ByteReader reader(loop);
  std::size_t whole = 0;
  while (reader.u8()) {
    const auto length = reader.u8();
    if (!length || !reader.take(*length)) break;
    whole = loop.size() - reader.remaining();
  }
  return loop.first(whole);
}

// A 12-bit length with four bits of something else above it, and the descriptors that it counts.
bool copy_loop(ByteReader& from, ByteWriter& to) {
  const auto word = from.u16();
  if (!word) return false;
  const auto loop = from.take(*word & 0x0FFFU);
  if (!loop) return false;
  const Bytes descriptors = whole_descriptors(*loop);
  to.u16(static_cast<std::uint16_t>((*word & 0xF000U) | descriptors.size())).bytes(descriptors);
  return true;
}

// Entries of three bytes and a loop of descriptors, to the end: streams of a PMT, services of an SDT.
CheckedPayload copy_entries(ByteReader& from, ByteWriter& to) {
  while (from.remaining() > 0) {
    const auto head = from.take(3);
    if (!head) return std::nullopt;
    to.bytes(*head);
    if (!copy_loop(from, to)) return std::nullopt;
  }
  return std::move(to).take();
}

}  // namespace

CheckedPayload checked_pat_payload(const SectionView& section) {
  const Bytes payload = payload_of(section);
  if (payload.size() % 4 != 0) return std::nullopt;
  return std::vector<std::uint8_t>(payload.begin(), payload.end());
}

CheckedPayload checked_pmt_payload(const SectionView& section) {
  ByteReader from(payload_of(section));
  ByteWriter to;
  const auto pcr_pid = from.take(2);
  if (!pcr_pid) return std::nullopt;
  to.bytes(*pcr_pid);
  if (!copy_loop(from, to)) return std::nullopt;
  return copy_entries(from, to);
}

CheckedPayload checked_sdt_payload(const SectionView& section) {
  ByteReader from(payload_of(section));
  ByteWriter to;
  const auto network = from.take(3);  // original_network_id, reserved
  if (!network) return std::nullopt;
  to.bytes(*network);
  return copy_entries(from, to);
}

}  // namespace headwater::psi
