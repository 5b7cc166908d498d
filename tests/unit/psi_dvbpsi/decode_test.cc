// SPDX-License-Identifier: Apache-2.0
#include "psi/dvbpsi/decode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/psi_dvbpsi/sections.h"

namespace headwater::psi {
namespace {

using testing::make_section;
using testing::Section;

Pid pid(std::uint16_t value) {
  return Pid::from_wire(value);
}

TEST(PatDecoder, ReadsProgramsAndNetwork) {
  const auto pat = PatDecoder().push(make_section({.table_id = 0x00, .extension = 0x0441, .version = 17},
                                                  {
                                                      0x00, 0x00, 0xE0, 0x10,  // network_PID 0x0010
                                                      0x2B, 0x5C, 0xFF, 0xFE,  // program 11100 on 0x1FFE
                                                      0x00, 0x01, 0x01, 0x00,  // reserved bits as zeros
                                                  }));
  const Pat expected{
      .transport_stream_id = 0x0441,
      .version = 17,
      .network_pid = pid(0x0010),
      .programs = {{.number = 11100, .pmt_pid = pid(0x1FFE)}, {.number = 1, .pmt_pid = pid(0x0100)}}};
  EXPECT_EQ(pat, expected);
}

TEST(PmtDecoder, KeepsEveryDescriptorAsItCame) {
  const auto pmt = PmtDecoder(11100).push(
      make_section({.table_id = 0x02, .extension = 11100, .version = 1},
                   {
                       0xE6, 0x4F, 0xF0, 0x03,              // PCR_PID 0x064F, program_info 3
                       0x0E, 0x01, 0xC0,                    // maximum_bitrate, too short
                       0x06, 0xE6, 0x53, 0xF0, 0x09,        // private PES on 0x0653
                       0x56, 0x05, 'd',  'e',  'u',  0x09,  // teletext: initial page, magazine 1
                       0x00, 0xFE, 0x00,                    // page 00; tag 0xFE, empty
                       0x05, 0xE8, 0x00, 0xF0, 0x00,        // sections on 0x0800
                   }));
  const Pmt expected{
      .program_number = 11100,
      .version = 1,
      .pcr_pid = pid(0x064F),
      .descriptors = {{.tag = 0x0E, .data = {0xC0}}},
      .streams = {
          {.type = 0x06,
           .pid = pid(0x0653),
           .descriptors = {{.tag = 0x56, .data = {'d', 'e', 'u', 0x09, 0x00}}, {.tag = 0xFE, .data = {}}}},
          {.type = 0x05, .pid = pid(0x0800), .descriptors = {}},
      }};
  EXPECT_EQ(pmt, expected);
}

TEST(PmtDecoder, AnotherProgramOnTheSamePidIsNotOurs) {
  PmtDecoder decoder(2);
  EXPECT_FALSE(decoder.push(make_section({.table_id = 0x02, .extension = 1}, {0xFF, 0xFF, 0xF0, 0x00})));
  const auto ours = decoder.push(make_section({.table_id = 0x02, .extension = 2}, {0xFF, 0xFF, 0xF0, 0x00}));
  ASSERT_TRUE(ours);
  EXPECT_EQ(ours->pcr_pid, kNullPid);
}

TEST(SdtDecoder, ReadsFlagsAndDescriptors) {
  const auto sdt =
      SdtDecoder().push(make_section({.table_id = 0x42, .extension = 0x0441, .version = 2},
                                     {
                                         0x00, 0x01, 0xFF,              // original_network_id 1
                                         0x2B, 0x5C, 0xFF, 0x80, 0x06,  // 11100: both EIT flags, running
                                         0x48, 0x04, 0x19, 0x00, 0x01, 0x41,  // service_descriptor
                                         0x00, 0x02, 0xFC, 0xF0, 0x00,        // 2: status 7, free_CA
                                     }));
  const Sdt expected{.transport_stream_id = 0x0441,
                     .original_network_id = 1,
                     .version = 2,
                     .services = {{.id = 11100,
                                   .eit_schedule = true,
                                   .eit_present_following = true,
                                   .running_status = 4,
                                   .free_ca = false,
                                   .descriptors = {{.tag = 0x48, .data = {0x19, 0x00, 0x01, 0x41}}}},
                                  {.id = 2,
                                   .eit_schedule = false,
                                   .eit_present_following = false,
                                   .running_status = 7,
                                   .free_ca = true,
                                   .descriptors = {}}}};
  EXPECT_EQ(sdt, expected);
}

TEST(Decoders, OtherTablesAreIgnored) {
  // SDT other (0x46) and BAT (0x4A) share the PID, NIT has none of our tables.
  for (const std::uint8_t table_id : std::vector<std::uint8_t>{0x46, 0x4A, 0x40, 0x02}) {
    EXPECT_FALSE(SdtDecoder().push(make_section({.table_id = table_id}, {0x00, 0x01, 0xFF})));
    EXPECT_FALSE(PatDecoder().push(make_section({.table_id = table_id}, {0x00, 0x01, 0xE1, 0x00})));
  }
  // PAT in the short form.
  EXPECT_FALSE(PatDecoder().push(Section{0x00, 0x30, 0x04, 0x00, 0x01, 0xE1, 0x00}));
}

TEST(Decoders, WrongCrcIsIgnored) {
  auto section = make_section({.table_id = 0x00}, {0x00, 0x01, 0xE1, 0x00});
  section[9] ^= 1;
  EXPECT_FALSE(PatDecoder().push(section));
}

TEST(Decoders, MoveKeepsWhatWasGathered) {
  PatDecoder first;
  EXPECT_FALSE(
      first.push(make_section({.table_id = 0x00, .number = 0, .last_number = 1}, {0x00, 0x01, 0xE1, 0x00})));
  PatDecoder second = std::move(first);
  const auto pat =
      second.push(make_section({.table_id = 0x00, .number = 1, .last_number = 1}, {0x00, 0x02, 0xE2, 0x00}));
  ASSERT_TRUE(pat);
  EXPECT_EQ(pat->programs.size(), 2U);
}

}  // namespace
}  // namespace headwater::psi
