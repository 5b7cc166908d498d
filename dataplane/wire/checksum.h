// SPDX-License-Identifier: Apache-2.0
//
// The internet checksum, RFC 1071, in pieces: the sum of fixed fields is made once and kept, what changes is
// added to it. Any thread, no allocation.
#pragma once

#include <cstdint>

#include "dataplane/wire/address.h"
#include "psi/base/bytes.h"

namespace headwater::wire {

// One's complement sum of the big-endian 16-bit words of `bytes`, folded to 16 bits; an odd last byte is
// padded with zero.
std::uint16_t ones_complement_sum(Bytes bytes);

class Checksum {
 public:
  constexpr Checksum& u16(std::uint16_t word) {
    sum_ += word;
    return *this;
  }
  constexpr Checksum& u32(std::uint32_t words) {
    sum_ += words;  // 2^16 is 1 in this arithmetic: folding adds the halves
    return *this;
  }
  constexpr Checksum& address(Ipv4Address address) { return u32(address.value); }
  // Of even length, but for the last piece.
  Checksum& bytes(Bytes bytes) { return u16(ones_complement_sum(bytes)); }
  // RFC 768: the UDP pseudo header of an IPv4 datagram.
  constexpr Checksum& udp_pseudo_header(Ipv4Address source, Ipv4Address destination, std::uint16_t length) {
    return address(source).address(destination).u16(17).u16(length);
  }

  [[nodiscard]] constexpr std::uint16_t folded() const {
    std::uint64_t sum = sum_;
    while (sum > 0xFFFF) sum = (sum & 0xFFFF) + (sum >> 16);
    return static_cast<std::uint16_t>(sum);
  }
  // What the header's field carries. Over bytes that include a right checksum this is 0.
  [[nodiscard]] constexpr std::uint16_t value() const { return static_cast<std::uint16_t>(~folded()); }

 private:
  std::uint64_t sum_ = 0;
};

}  // namespace headwater::wire
