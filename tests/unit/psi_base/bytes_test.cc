// SPDX-License-Identifier: Apache-2.0
#include "psi/base/bytes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace headwater {
namespace {

using ::testing::ElementsAre;

constexpr std::array<std::uint8_t, 7> kBytes{0x81, 0x02, 0x83, 0x04, 0x85, 0x06, 0x87};

TEST(Load, IsBigEndianWithoutSign) {
  EXPECT_EQ(load_be16(kBytes.data()), 0x8102);
  EXPECT_EQ(load_be24(kBytes.data()), 0x810283U);
  EXPECT_EQ(load_be32(kBytes.data()), 0x81028304U);
}

TEST(Store, IsTheInverseOfLoad) {
  std::array<std::uint8_t, 6> out{};
  store_be16(out.data(), 0xFEDC);
  store_be32(&out[2], 0x80FF0102U);
  EXPECT_THAT(out, ElementsAre(0xFE, 0xDC, 0x80, 0xFF, 0x01, 0x02));
}

TEST(ByteReader, ReadsForward) {
  ByteReader reader(kBytes);
  EXPECT_EQ(reader.u8(), 0x81);
  EXPECT_EQ(reader.u16(), 0x0283);
  EXPECT_EQ(reader.u32(), 0x04850687U);
  EXPECT_EQ(reader.remaining(), 0U);
}

TEST(ByteReader, AReadThatDoesNotFitMovesNothing) {
  ByteReader reader(Bytes(kBytes).first(3));
  EXPECT_FALSE(reader.u32());
  EXPECT_FALSE(reader.take(4));
  EXPECT_EQ(reader.remaining(), 3U);
  EXPECT_THAT(*reader.take(3), ElementsAre(0x81, 0x02, 0x83));
  EXPECT_FALSE(reader.u8());
  EXPECT_FALSE(reader.u16());
  ASSERT_TRUE(reader.take(0));
}

TEST(ByteWriter, AppendsBigEndian) {
  ByteWriter writer;
  writer.u8(0x01).u16(0x0203).u32(0x04050607U).bytes(Bytes(kBytes).first(2));
  EXPECT_EQ(writer.size(), 9U);
  writer.view()[0] = 0xFF;
  EXPECT_THAT(std::move(writer).take(), ElementsAre(0xFF, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x81, 0x02));
}

}  // namespace
}  // namespace headwater
