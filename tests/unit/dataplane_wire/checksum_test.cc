// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/checksum.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <random>
#include <vector>

namespace headwater::wire {
namespace {

// RFC 1071 4.1, as it stands there: 16 bits at a time.
std::uint16_t plain_sum(Bytes bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    sum += std::uint32_t{bytes[i]} << 8;
    if (i + 1 < bytes.size()) sum += bytes[i + 1];
    sum = (sum & 0xFFFF) + (sum >> 16);
  }
  return static_cast<std::uint16_t>(sum);
}

// RFC 1071 3: the example.
TEST(ChecksumTest, SumsTheExampleOfTheRfc) {
  const std::vector<std::uint8_t> bytes{0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7};
  EXPECT_EQ(ones_complement_sum(bytes), 0xDDF2);
  EXPECT_EQ(Checksum().bytes(bytes).value(), 0x220D);
}

TEST(ChecksumTest, AgreesWithThePlainSumAtEveryLengthAndAlignment) {
  std::mt19937 random(1);
  std::vector<std::uint8_t> buffer(1500);
  for (std::uint8_t& byte : buffer) byte = static_cast<std::uint8_t>(random());
  for (std::size_t offset = 0; offset < 9; ++offset) {
    for (std::size_t length = 0; length + offset <= 300; ++length) {
      const Bytes part = Bytes(buffer).subspan(offset, length);
      ASSERT_EQ(ones_complement_sum(part), plain_sum(part)) << offset << '+' << length;
    }
  }
  EXPECT_EQ(ones_complement_sum(buffer), plain_sum(buffer));
}

TEST(ChecksumTest, CarriesOutOfAllOnes) {
  const std::vector<std::uint8_t> ones(1501, 0xFF);  // the odd last byte counts as FF00
  EXPECT_EQ(ones_complement_sum(ones), plain_sum(ones));
  EXPECT_EQ(ones_complement_sum(Bytes(ones).first(1500)), 0xFFFF);
  EXPECT_EQ(ones_complement_sum({}), 0);
}

TEST(ChecksumTest, PiecesSumToTheWhole) {
  const std::vector<std::uint8_t> bytes{0x12, 0x34, 0xFF, 0xFE, 0x80, 0x01, 0x77};
  EXPECT_EQ(Checksum().u16(0x1234).u32(0xFFFE8001).bytes(Bytes(bytes).subspan(6)).value(),
            Checksum().bytes(bytes).value());
}

}  // namespace
}  // namespace headwater::wire
