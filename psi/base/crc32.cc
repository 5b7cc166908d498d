// SPDX-License-Identifier: Apache-2.0
#include "psi/base/crc32.h"

#include <array>

namespace headwater {
namespace {

constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t remainder = byte << 24;
    for (int bit = 0; bit < 8; ++bit) {
      remainder = (remainder << 1) ^ ((remainder & 0x80000000U) != 0 ? 0x04C11DB7U : 0U);
    }
    table[byte] = remainder;
  }
  return table;
}
constexpr std::array<std::uint32_t, 256> kTable = make_table();

}  // namespace

std::uint32_t crc32_mpeg(Bytes bytes) {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const std::uint8_t byte : bytes) crc = (crc << 8) ^ kTable[(crc >> 24) ^ byte];
  return crc;
}

}  // namespace headwater
