// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/checksum.h"

#include <bit>
#include <cstddef>
#include <cstring>

namespace headwater::wire {
namespace {

// As many 64-bit words at a time as the processor adds in one go, in the compiler's own vectors (GCC's and
// clang's alike): this pass runs over every payload whose checksum no device makes.
#ifdef __AVX2__
constexpr std::size_t kLanes = 4;
#else
constexpr std::size_t kLanes = 2;
#endif
using Lanes = std::uint64_t __attribute__((vector_size(kLanes * sizeof(std::uint64_t))));

}  // namespace

// RFC 1071 2(B): the sum does not depend on byte order, so that wide native loads may be summed and the
// result swapped once. A 64-bit word is summed as two 32-bit addends: no carry is lost over 2^32 words.
std::uint16_t ones_complement_sum(Bytes bytes) {
  const std::uint8_t* at = bytes.data();
  std::size_t left = bytes.size();
  Lanes lanes{};
  for (; left >= sizeof(Lanes); left -= sizeof(Lanes), at += sizeof(Lanes)) {
    Lanes words;
    std::memcpy(&words, at, sizeof words);
    lanes += (words & 0xFFFFFFFFU) + (words >> 32U);
  }
  std::uint64_t sum = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) sum += (lanes[lane] & 0xFFFFFFFF) + (lanes[lane] >> 32);
  while (left > 0) {
    const std::size_t size = left < 8 ? left : 8;
    std::uint64_t word = 0;
    std::memcpy(&word, at, size);
    sum += (word & 0xFFFFFFFF) + (word >> 32);
    left -= size;
    at += size;
  }
  while (sum > 0xFFFF) sum = (sum & 0xFFFF) + (sum >> 16);
  const auto folded = static_cast<std::uint16_t>(sum);
  if constexpr (std::endian::native == std::endian::little) return std::byteswap(folded);
  return folded;
}

}  // namespace headwater::wire
