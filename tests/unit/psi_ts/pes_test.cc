// SPDX-License-Identifier: Apache-2.0
#include "psi/ts/pes.h"

#include <gtest/gtest.h>

#include <vector>

namespace headwater::ts {
namespace {

using Payload = std::vector<std::uint8_t>;

const Payload kVideo{
    0x00, 0x00, 0x01, 0xE0,        // packet_start_code_prefix, video stream 0
    0x00, 0x00,                    // PES_packet_length 0: unbounded
    0x80,                          // '10', not scrambled
    0xC0,                          // PTS and DTS
    0x0A,                          // PES_header_data_length 10
    0x3F, 0xFF, 0xFF, 0xFF, 0xFF,  // '0011', PTS 2^33 - 1 with its marker bits
    0x19, 0x00, 0x03, 0x00, 0x05,  // '0001', DTS: 100 | 000000000000001 | 000000000000010
    0x00, 0x00, 0x00, 0x01,        // the elementary stream
};

TEST(PesHeader, PtsAndDts) {
  const auto header = PesHeader::parse(kVideo);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->stream_id, 0xE0);
  EXPECT_EQ(header->pts, (1ULL << 33) - 1);
  EXPECT_EQ(header->dts, (4ULL << 30) | (1ULL << 15) | 2);
  EXPECT_EQ(header->header_size, 19U);
}

TEST(PesHeader, PtsOnly) {
  Payload audio = kVideo;
  audio[3] = 0xC0;
  audio[7] = 0x80;
  audio[8] = 0x05;
  const auto header = PesHeader::parse(audio);
  ASSERT_TRUE(header);
  EXPECT_TRUE(header->pts);
  EXPECT_FALSE(header->dts);
  EXPECT_EQ(header->header_size, 14U);
}

TEST(PesHeader, StreamsWithoutOptionalFields) {
  for (const std::uint8_t id : Payload{0xBC, 0xBE, 0xBF, 0xF0, 0xF1, 0xF2, 0xF8, 0xFF}) {
    const auto header = PesHeader::parse(Payload{0x00, 0x00, 0x01, id, 0x00, 0x10});
    ASSERT_TRUE(header) << int{id};
    EXPECT_EQ(header->header_size, 6U);
    EXPECT_FALSE(header->pts);
  }
}

TEST(PesHeader, FlagsThatPromiseMoreThanTheLengthHolds) {
  Payload lying = kVideo;
  lying[8] = 0x04;  // PES_header_data_length 4 < 5
  const auto header = PesHeader::parse(lying);
  ASSERT_TRUE(header);
  EXPECT_FALSE(header->pts);
  EXPECT_FALSE(header->dts);
  lying[8] = 0x09;  // room for the PTS alone
  EXPECT_TRUE(PesHeader::parse(lying)->pts);
  EXPECT_FALSE(PesHeader::parse(lying)->dts);
}

TEST(PesHeader, WhatIsNone) {
  EXPECT_FALSE(PesHeader::parse({}));
  EXPECT_FALSE(
      PesHeader::parse(Payload{0x00, 0x00, 0x02, 0xE0, 0x00, 0x00, 0x80, 0x00, 0x00}));  // no start code
  EXPECT_FALSE(PesHeader::parse(Payload{0x00, 0x00, 0x01, 0xE0, 0x00, 0x00, 0x40, 0x00, 0x00}));  // not '10'
  // Cut at every place before the header's end.
  for (std::size_t size = 0; size < 19; ++size) {
    EXPECT_FALSE(PesHeader::parse(Bytes(kVideo).first(size))) << size;
  }
}

}  // namespace
}  // namespace headwater::ts
