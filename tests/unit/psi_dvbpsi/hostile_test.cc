// SPDX-License-Identifier: Apache-2.0
// Sections with a right CRC_32 and lies inside. Run under the sanitizers these show reads out of bounds.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "psi/dvbpsi/decode.h"
#include "psi/dvbpsi/encode.h"
#include "tests/unit/psi_dvbpsi/sections.h"

namespace headwater::psi {
namespace {

using testing::make_section;
using testing::Section;

TEST(HostilePat, ARestThatIsNoProgramIsRefused) {
  for (const std::size_t extra : {1U, 2U, 3U}) {
    Section payload{0x00, 0x01, 0xE1, 0x00};
    payload.resize(4 + extra, 0xFF);
    EXPECT_FALSE(PatDecoder().push(make_section({.table_id = 0x00}, payload))) << extra;
  }
}

TEST(HostilePmt, LoopsBeyondTheSectionAreRefused) {
  const std::vector<Section> payloads{
      {},                                                                  // no PCR_PID
      {0xE1, 0x00, 0xF0},                                                  // program_info_length cut
      {0xE1, 0x00, 0xF0, 0x01},                                            // program_info beyond the section
      {0xE1, 0x00, 0xFF, 0xFF, 0x0A, 0xFF},                                // program_info of 4095 bytes
      {0xE1, 0x00, 0xF0, 0x00, 0x1B, 0xE1, 0x00, 0xF0, 0x01},              // ES_info beyond the section
      {0xE1, 0x00, 0xF0, 0x00, 0x1B, 0xE1, 0x00, 0xF3, 0xFF, 0x0A, 0x04},  // ES_info of 1023 bytes
      {0xE1, 0x00, 0xF0, 0x00, 0x1B, 0xE1, 0x00, 0xF0},                    // a stream cut
  };
  for (std::size_t i = 0; i < payloads.size(); ++i) {
    EXPECT_FALSE(PmtDecoder(1).push(make_section({.table_id = 0x02, .extension = 1}, payloads[i]))) << i;
  }
}

TEST(HostilePmt, ADescriptorBeyondItsLoopIsLeftOut) {
  const auto pmt = PmtDecoder(1).push(make_section(
      {.table_id = 0x02, .extension = 1}, {
                                              0xE1, 0x00, 0xF0, 0x00,        // no program_info
                                              0x0F, 0xE1, 0x01, 0xF0, 0x05,  // ES_info of 5 bytes:
                                              0x52, 0x01, 0x07,              // a whole descriptor,
                                              0x0A, 0x40,                    // one that says 64 bytes
                                              0x1B, 0xE1, 0x02, 0xF0, 0x00,  // the next stream is whole
                                          }));
  ASSERT_TRUE(pmt);
  ASSERT_EQ(pmt->streams.size(), 2U);
  ASSERT_EQ(pmt->streams[0].descriptors.size(), 1U);
  EXPECT_EQ(pmt->streams[0].descriptors[0].tag, 0x52);
  EXPECT_EQ(pmt->streams[1].pid.value(), 0x0102);
}

TEST(HostileSdt, LoopsBeyondTheSectionAreRefused) {
  const std::vector<Section> payloads{
      {},                                                            // no original_network_id
      {0x00, 0x01},                                                  // cut
      {0x00, 0x01, 0xFF, 0x00, 0x01, 0xFC, 0x80},                    // a service cut
      {0x00, 0x01, 0xFF, 0x00, 0x01, 0xFC, 0x80, 0x01},              // descriptors beyond the section
      {0x00, 0x01, 0xFF, 0x00, 0x01, 0xFC, 0x8F, 0xFF, 0x48, 0x10},  // 4095 bytes of them
  };
  for (std::size_t i = 0; i < payloads.size(); ++i) {
    EXPECT_FALSE(SdtDecoder().push(make_section({.table_id = 0x42}, payloads[i]))) << i;
  }
}

TEST(Hostile, ARefusedTableDoesNotHideTheNextOne) {
  PmtDecoder decoder(1);
  EXPECT_FALSE(decoder.push(make_section({.table_id = 0x02, .extension = 1}, {0xE1, 0x00, 0xFF, 0xFF})));
  EXPECT_TRUE(decoder.push(make_section({.table_id = 0x02, .extension = 1}, {0xE1, 0x00, 0xF0, 0x00})));
}

TEST(Hostile, LongerThanTheNormAllowsIsIgnored) {
  EXPECT_TRUE(PatDecoder().push(make_section({.table_id = 0x00}, Section(1012, 0x01))));   // 1024 bytes
  EXPECT_FALSE(PatDecoder().push(make_section({.table_id = 0x00}, Section(1016, 0x01))));  // 1028 bytes
}

TEST(Hostile, TheLargestTableThereCanBe) {
  // 256 full sections, 64768 programs.
  PatDecoder decoder;
  std::optional<Pat> pat;
  for (unsigned i = 0; i < 256; ++i) {
    pat = decoder.push(make_section(
        {.table_id = 0x00, .number = static_cast<std::uint8_t>(i), .last_number = 255}, Section(1012, 0x01)));
  }
  ASSERT_TRUE(pat);
  EXPECT_EQ(pat->programs.size(), 253U * 256U);
}

TEST(Hostile, RandomContentDecodesToWhatEncodesAgain) {
  std::mt19937 random(7);
  int tables = 0;
  for (int round = 0; round < 20'000; ++round) {
    Section payload(random() % 60);
    std::ranges::generate(payload, [&] { return static_cast<std::uint8_t>(random()); });
    // Small lengths, so that many loops fit.
    for (std::size_t i = 2; i + 1 < payload.size(); i += 3) {
      payload[i] &= 0xF0;
      payload[i + 1] &= 0x0F;
    }
    const auto pmt = PmtDecoder(1).push(make_section({.table_id = 0x02, .extension = 1}, payload));
    if (pmt) {
      ++tables;
      const auto sections = encode(*pmt);
      ASSERT_TRUE(sections) << sections.error();
      EXPECT_EQ(PmtDecoder(1).push(sections->front()), pmt);
    }
    const auto sdt = SdtDecoder().push(make_section({.table_id = 0x42, .extension = 1}, payload));
    if (sdt) {
      ++tables;
      const auto sections = encode(*sdt);
      ASSERT_TRUE(sections) << sections.error();
      EXPECT_EQ(SdtDecoder().push(sections->front()), sdt);
    }
  }
  EXPECT_GT(tables, 100);
}

}  // namespace
}  // namespace headwater::psi
