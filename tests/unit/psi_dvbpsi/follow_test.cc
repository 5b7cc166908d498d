// SPDX-License-Identifier: Apache-2.0
// How a decoder follows a table through its repetitions and changes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "psi/dvbpsi/decode.h"
#include "tests/unit/psi_dvbpsi/sections.h"

namespace headwater::psi {
namespace {

using testing::make_section;
using testing::Section;

// Section `number` of `last`, with one program of that number + 1.
Section pat_section(std::uint8_t number, std::uint8_t last, std::uint8_t version, std::uint8_t pmt_pid) {
  return make_section(
      {.table_id = 0x00, .extension = 1, .version = version, .number = number, .last_number = last},
      {0x00, static_cast<std::uint8_t>(number + 1), 0xE1, pmt_pid});
}

std::vector<std::uint16_t> pmt_pids(const std::optional<Pat>& pat) {
  std::vector<std::uint16_t> pids;
  if (pat) {
    for (const auto& program : pat->programs) pids.push_back(program.pmt_pid.value());
  }
  return pids;
}

using Pids = std::vector<std::uint16_t>;

TEST(Follow, ARepetitionIsNoNews) {
  PatDecoder decoder;
  EXPECT_TRUE(decoder.push(pat_section(0, 0, 1, 0x10)));
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(decoder.push(pat_section(0, 0, 1, 0x10)));
}

TEST(Follow, ANewVersionIsNewsEvenWithTheSameContent) {
  PatDecoder decoder;
  EXPECT_TRUE(decoder.push(pat_section(0, 0, 1, 0x10)));
  const auto next = decoder.push(pat_section(0, 0, 2, 0x10));
  ASSERT_TRUE(next);
  EXPECT_EQ(next->version, 2);
}

TEST(Follow, TheVersionMayWrapOrGoBack) {
  PatDecoder decoder;
  EXPECT_TRUE(decoder.push(pat_section(0, 0, 31, 0x10)));
  EXPECT_TRUE(decoder.push(pat_section(0, 0, 0, 0x11)));
  EXPECT_TRUE(decoder.push(pat_section(0, 0, 31, 0x10)));
}

TEST(Follow, NewContentIsSeenThoughTheVersionStands) {
  PatDecoder decoder;
  EXPECT_TRUE(decoder.push(pat_section(0, 0, 1, 0x10)));
  EXPECT_EQ(pmt_pids(decoder.push(pat_section(0, 0, 1, 0x11))), Pids{0x111});
  EXPECT_FALSE(decoder.push(pat_section(0, 0, 1, 0x11)));
}

TEST(Follow, WhatIsNotYetCurrentIsNotYetTaken) {
  PatDecoder decoder;
  EXPECT_TRUE(decoder.push(pat_section(0, 0, 1, 0x10)));
  const auto next = [](bool current) {
    return make_section({.table_id = 0x00, .extension = 1, .version = 2, .current = current},
                        {0x00, 0x01, 0xE1, 0x20});
  };
  EXPECT_FALSE(decoder.push(next(false)));
  EXPECT_FALSE(decoder.push(pat_section(0, 0, 1, 0x10)));  // the announcement disturbs nothing
  EXPECT_EQ(pmt_pids(decoder.push(next(true))), Pids{0x120});
}

TEST(Follow, SectionsComeInAnyOrderAndRepeat) {
  PatDecoder decoder;
  EXPECT_FALSE(decoder.push(pat_section(2, 2, 0, 0x12)));
  EXPECT_FALSE(decoder.push(pat_section(0, 2, 0, 0x10)));
  EXPECT_FALSE(decoder.push(pat_section(2, 2, 0, 0x12)));
  EXPECT_EQ(pmt_pids(decoder.push(pat_section(1, 2, 0, 0x11))), (Pids{0x110, 0x111, 0x112}));
  for (std::uint8_t i = 0; i < 3; ++i) {
    EXPECT_FALSE(decoder.push(pat_section(i, 2, 0, static_cast<std::uint8_t>(0x10 + i))));
  }
}

TEST(Follow, ANewVersionDropsTheHalfOfTheOldOne) {
  PatDecoder decoder;
  EXPECT_FALSE(decoder.push(pat_section(0, 1, 0, 0x10)));
  EXPECT_FALSE(decoder.push(pat_section(1, 1, 1, 0x21)));
  EXPECT_EQ(pmt_pids(decoder.push(pat_section(0, 1, 1, 0x20))), (Pids{0x120, 0x121}));
}

TEST(Follow, OneSectionOfSeveralChangesWithoutAVersion) {
  PatDecoder decoder;
  EXPECT_FALSE(decoder.push(pat_section(0, 1, 0, 0x10)));
  EXPECT_TRUE(decoder.push(pat_section(1, 1, 0, 0x11)));
  EXPECT_FALSE(decoder.push(pat_section(0, 1, 0, 0x10)));
  // The dataplane gives control the changed one only.
  EXPECT_EQ(pmt_pids(decoder.push(pat_section(1, 1, 0, 0x31))), (Pids{0x110, 0x131}));
  EXPECT_EQ(pmt_pids(decoder.push(pat_section(0, 1, 0, 0x30))), (Pids{0x130, 0x131}));
  EXPECT_FALSE(decoder.push(pat_section(1, 1, 0, 0x31)));
}

TEST(Follow, AMixtureOfTwoTablesRightsItself) {
  PatDecoder decoder;
  EXPECT_FALSE(decoder.push(pat_section(0, 1, 0, 0x10)));  // of the old table
  EXPECT_TRUE(decoder.push(pat_section(1, 1, 0, 0x21)));   // of the new one: nothing in it says so
  EXPECT_EQ(pmt_pids(decoder.push(pat_section(0, 1, 0, 0x20))), (Pids{0x120, 0x121}));
  EXPECT_FALSE(decoder.push(pat_section(1, 1, 0, 0x21)));
}

TEST(Follow, ASectionThatChangesBeforeTheTableIsWholeKeepsTheOthers) {
  PatDecoder decoder;
  EXPECT_FALSE(decoder.push(pat_section(0, 2, 0, 0x10)));
  EXPECT_FALSE(decoder.push(pat_section(1, 2, 0, 0x11)));
  EXPECT_FALSE(decoder.push(pat_section(0, 2, 0, 0x20)));
  EXPECT_EQ(pmt_pids(decoder.push(pat_section(2, 2, 0, 0x12))), (Pids{0x120, 0x111, 0x112}));
}

TEST(Follow, AnotherTransportStreamIsAnotherTable) {
  PatDecoder decoder;
  EXPECT_TRUE(decoder.push(make_section({.table_id = 0x00, .extension = 1}, {0x00, 0x01, 0xE1, 0x00})));
  const auto pat = decoder.push(make_section({.table_id = 0x00, .extension = 2}, {0x00, 0x01, 0xE1, 0x00}));
  ASSERT_TRUE(pat);
  EXPECT_EQ(pat->transport_stream_id, 2);
}

TEST(Follow, PmtContentIsSeenThoughTheVersionStands) {
  PmtDecoder decoder(5);
  const auto pmt = [](std::uint8_t pcr) {
    return make_section({.table_id = 0x02, .extension = 5},
                        {0xE1, pcr, 0xF0, 0x00, 0x1B, 0xE1, pcr, 0xF0, 0x00});
  };
  EXPECT_TRUE(decoder.push(pmt(0x00)));
  const auto moved = decoder.push(pmt(0x40));
  ASSERT_TRUE(moved);
  EXPECT_EQ(moved->pcr_pid.value(), 0x140);
  EXPECT_FALSE(decoder.push(pmt(0x40)));
}

TEST(Follow, SdtOverTwoSections) {
  SdtDecoder decoder;
  const auto sdt = [](std::uint8_t number, std::uint8_t network) {
    return make_section({.table_id = 0x42, .extension = 5, .number = number, .last_number = 1},
                        {0x00, network, 0xFF, 0x00, number, 0xFC, 0x80, 0x00});
  };
  EXPECT_FALSE(decoder.push(sdt(0, 1)));
  const auto table = decoder.push(sdt(1, 1));
  ASSERT_TRUE(table);
  EXPECT_EQ(table->services.size(), 2U);
  // Sections that name different networks contradict themselves.
  EXPECT_FALSE(decoder.push(sdt(0, 2)));
  EXPECT_FALSE(decoder.push(sdt(1, 1)));
}

}  // namespace
}  // namespace headwater::psi
