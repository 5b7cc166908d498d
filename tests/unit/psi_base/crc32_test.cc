// SPDX-License-Identifier: Apache-2.0
#include "psi/base/crc32.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace headwater {
namespace {

TEST(Crc32, TheCheckValueOfCrc32Mpeg2) {
  constexpr std::string_view digits = "123456789";
  const std::vector<std::uint8_t> bytes(digits.begin(), digits.end());
  EXPECT_EQ(crc32_mpeg(bytes), 0x0376E6E7U);
}

TEST(Crc32, OfNothingIsTheInitialValue) {
  EXPECT_EQ(crc32_mpeg({}), 0xFFFFFFFFU);
}

TEST(Crc32, OverASectionWithItsCrcIsZero) {
  const std::vector<std::uint8_t> pat{
      0x00, 0xB0, 0x0D,        // table_id, section_length 13
      0x12, 0x34, 0xCB,        // transport_stream_id, version 5, current
      0x01, 0x01,              // section 1 of 1
      0x00, 0xFE, 0xE0, 0x20,  // program 254 on PID 0x0020
      0x91, 0x97, 0xE4, 0x14,  // CRC_32
  };
  EXPECT_EQ(crc32_mpeg(pat), 0U);
  EXPECT_EQ(crc32_mpeg(Bytes(pat).first(12)), 0x9197E414U);
}

}  // namespace
}  // namespace headwater
