// SPDX-License-Identifier: Apache-2.0
#include "psi/section/section.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/unit/psi_section/sections.h"

namespace headwater::psi {
namespace {

using testing::make_section;

// A PAT; its CRC_32 was computed by libdvbpsi.
const std::vector<std::uint8_t> kPat{
    0x00,                    // table_id
    0xB0, 0x11,              // section_syntax_indicator 1, section_length 17
    0x12, 0x34,              // transport_stream_id
    0xCB,                    // version 5, current
    0x00, 0x00,              // section 0 of 0
    0x00, 0x00, 0xE0, 0x10,  // program 0: network_PID 0x0010
    0x00, 0x65, 0xE0, 0x20,  // program 101: PMT on 0x0020
    0x40, 0xA6, 0x23, 0xD1,  // CRC_32
};

TEST(SectionView, ReadsTheFieldsOfALongSection) {
  const auto section = SectionView::parse(kPat);
  ASSERT_TRUE(section);
  EXPECT_EQ(section->table_id(), 0x00);
  EXPECT_TRUE(section->long_form());
  EXPECT_EQ(section->table_id_extension(), 0x1234);
  EXPECT_EQ(section->version(), 5);
  EXPECT_TRUE(section->current());
  EXPECT_EQ(section->number(), 0);
  EXPECT_EQ(section->last_number(), 0);
  EXPECT_EQ(section->crc(), 0x40A623D1U);
}

TEST(SectionView, EveryFlippedBitIsSeen) {
  for (std::size_t bit = 0; bit < kPat.size() * 8; ++bit) {
    if (bit == 8) continue;  // section_syntax_indicator: without it there is no CRC_32 to check
    auto bytes = kPat;
    bytes[bit / 8] ^= static_cast<std::uint8_t>(0x80U >> (bit % 8));
    EXPECT_FALSE(SectionView::parse(bytes)) << "bit " << bit;
  }
}

TEST(SectionView, SaysWhatIsWrong) {
  const auto error = [](const std::vector<std::uint8_t>& bytes) { return SectionView::parse(bytes).error(); };
  EXPECT_EQ(error({}), SectionError::kCut);
  EXPECT_EQ(error({0x00, 0xB0}), SectionError::kCut);
  EXPECT_EQ(error({kPat.begin(), kPat.end() - 1}), SectionError::kCut);
  auto longer = kPat;
  longer.push_back(0xFF);
  EXPECT_EQ(error(longer), SectionError::kTooLong);
  EXPECT_EQ(error(std::vector<std::uint8_t>(4097, 0xFF)), SectionError::kTooLong);  // section_length 4095
  // section_length 8: the header fits, the CRC_32 does not.
  EXPECT_EQ(error({0x00, 0xB0, 0x08, 0x12, 0x34, 0xC1, 0x00, 0x00, 0x00, 0x00, 0x00}),
            SectionError::kTooShort);
  auto damaged = kPat;
  damaged[10] ^= 1;
  EXPECT_EQ(error(damaged), SectionError::kCrc);
  auto beyond = make_section(0x42, 20);
  beyond[6] = 2;  // section 2 of 0
  store_be32(&beyond[16], crc32_mpeg(Bytes(beyond).first(16)));
  EXPECT_EQ(error(beyond), SectionError::kSectionNumber);
}

TEST(SectionView, AShortSectionHasNoCrc) {
  // TDT: table_id 0x70, section_length 5, UTC_time MJD 0xC079 12:45:00.
  const std::vector<std::uint8_t> tdt{0x70, 0x70, 0x05, 0xC0, 0x79, 0x12, 0x45, 0x00};
  const auto section = SectionView::parse(tdt);
  ASSERT_TRUE(section);
  EXPECT_FALSE(section->long_form());
  EXPECT_EQ(section->table_id(), 0x70);
}

TEST(SectionView, TheLongestSection) {
  EXPECT_TRUE(SectionView::parse(make_section(0x50, kMaxSection)));
}

}  // namespace
}  // namespace headwater::psi
