// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/checksum.h"

#include <bit>
#include <cstddef>
#include <cstring>

namespace headwater::wire {
namespace {

std::uint64_t load_native(const std::uint8_t* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// A 64-bit word as two 32-bit addends: no carry is lost over 2^32 words.
std::uint64_t halves(std::uint64_t word) {
  return (word & 0xFFFFFFFF) + (word >> 32);
}

}  // namespace

// RFC 1071 2(B): the sum does not depend on byte order, so that wide native loads may be summed and the
// result swapped once.
std::uint16_t ones_complement_sum(Bytes bytes) {
  const std::uint8_t* at = bytes.data();
  std::size_t left = bytes.size();
  std::uint64_t even = 0;
  std::uint64_t odd = 0;
  for (; left >= 32; left -= 32, at += 32) {
    even += halves(load_native(at)) + halves(load_native(at + 16));
    odd += halves(load_native(at + 8)) + halves(load_native(at + 24));
  }
  for (; left >= 8; left -= 8, at += 8) even += halves(load_native(at));
  if (left > 0) {
    std::uint64_t last = 0;
    std::memcpy(&last, at, left);
    odd += halves(last);
  }
  std::uint64_t sum = (even & 0xFFFFFFFF) + (even >> 32) + (odd & 0xFFFFFFFF) + (odd >> 32);
  while (sum > 0xFFFF) sum = (sum & 0xFFFF) + (sum >> 16);
  const auto folded = static_cast<std::uint16_t>(sum);
  if constexpr (std::endian::native == std::endian::little) return std::byteswap(folded);
  return folded;
}

}  // namespace headwater::wire
