// SPDX-License-Identifier: Apache-2.0
#include "dataplane/kernel/file_schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "tests/support/program_generator.h"

namespace headwater::dataplane {
namespace {

using testing::HasSubstr;

struct Made {
  std::vector<std::uint8_t> bytes;
  std::vector<Instant> sent;
};

Made television(std::size_t packets, double ppm = 0) {
  test::ProgramGenerator generator({.programs = {test::television(1, 0x100, 2'000'000)},
                                    .rate = 3'000'000,
                                    .clock_ppm = ppm,
                                    .first_pcr = {}});
  Made made;
  for (std::size_t index = 0; index < packets; ++index) {
    const test::TimedPacket packet = generator.next();
    made.bytes.insert(made.bytes.end(), packet.packet.begin(), packet.packet.end());
    made.sent.push_back(packet.sent);
  }
  return made;
}

TEST(FileSchedule, PacketsOfAConstantRateStreamAreDueWhenTheEncoderSentThem) {
  const Made made = television(10'000);
  const auto schedule = FileSchedule::make(made.bytes, std::nullopt);
  ASSERT_TRUE(schedule.has_value()) << schedule.error();
  ASSERT_EQ(schedule->packets(), 10'000U);
  EXPECT_EQ(schedule->torn_bytes(), 0U);
  EXPECT_EQ(schedule->reference_pid(), Pid::from_wire(0x101));
  // A packet lasts 13536 ticks at 3 Mb/s; before the first PCR the mean rate serves, to within a few ticks.
  for (std::size_t index = 0; index < made.sent.size(); ++index) {
    EXPECT_NEAR(static_cast<double>(schedule->due(index).value), static_cast<double>(made.sent[index].value),
                8.0)
        << index;
  }
  EXPECT_NEAR(static_cast<double>(schedule->duration().value), 10'000 * 13'536.0, 16.0);
}

// A loop ends and begins anew within the second.
TEST(FileSchedule, TheBusiestSecondIsTheMostThatAnyHas) {
  const Made made = television(3'000);  // 1.504 s at 3 Mb/s
  EXPECT_EQ(FileSchedule::make(made.bytes, 1'504'000)->busiest_second(), 1'000U);
  EXPECT_EQ(FileSchedule::make(made.bytes, 15'040'000)->busiest_second(), 10'000U) << "three loops and more";
  // Twice the rate in its last third, whose PCRs are twice as far apart for it: 3.5 s in all.
  Made uneven = television(1'000);
  test::ProgramGenerator fast(
      {.programs = {test::television(1, 0x100, 2'000'000)}, .rate = 6'000'000, .first_pcr = {}});
  for (std::size_t index = 0; index < 8'000; ++index) {
    const ts::Packet packet = fast.next().packet;
    uneven.bytes.insert(uneven.bytes.end(), packet.begin(), packet.end());
  }
  const auto schedule = FileSchedule::make(uneven.bytes, std::nullopt);
  ASSERT_TRUE(schedule.has_value());
  EXPECT_NEAR(static_cast<double>(schedule->busiest_second()), 6'000'000.0 / 1504, 20.0);
}

TEST(FileSchedule, AGivenRateOverridesThePcrs) {
  const Made made = television(100);
  const auto schedule = FileSchedule::make(made.bytes, 1'504'000);
  ASSERT_TRUE(schedule.has_value());
  EXPECT_EQ(schedule->due(50), Ticks27::milliseconds(50));
  EXPECT_EQ(schedule->duration(), Ticks27::milliseconds(100));
  EXPECT_FALSE(schedule->reference_pid().has_value());
}

TEST(FileSchedule, PacketsOf192And204BytesAndATornEnd) {
  const Made made = television(600);
  for (const std::size_t stride : {std::size_t{192}, std::size_t{204}}) {
    std::vector<std::uint8_t> file;
    for (std::size_t at = 0; at < made.bytes.size(); at += 188) {
      if (stride == 192) file.insert(file.end(), {0x12, 0x34, 0x56, 0x78});
      file.insert(file.end(), made.bytes.begin() + static_cast<std::ptrdiff_t>(at),
                  made.bytes.begin() + static_cast<std::ptrdiff_t>(at + 188));
      if (stride == 204) file.insert(file.end(), 16, 0xAA);
    }
    file.erase(file.end() - 100, file.end());
    const auto schedule = FileSchedule::make(file, std::nullopt);
    ASSERT_TRUE(schedule.has_value()) << stride;
    EXPECT_EQ(schedule->packets(), 599U) << stride;
    // 192: 4 of the next arrival time were passed with the last whole packet, 88 of the packet remain.
    EXPECT_EQ(schedule->torn_bytes(), stride == 192 ? 88U : 104U) << stride;
    EXPECT_EQ(file[schedule->offset(3)], 0x47);
  }
}

TEST(FileSchedule, APcrJumpDoesNotBreakTheFlow) {
  Made made = television(4000);
  // From the middle on the clock is 10 hours ahead.
  for (std::size_t packet = 2000; packet < 4000; ++packet) {
    const ts::MutablePacketBytes bytes(&made.bytes[packet * 188], 188);
    const auto view = ts::PacketView::parse(bytes);
    if (const auto pcr = view->pcr()) ts::set_pcr(bytes, *pcr + Ticks27::seconds(36'000));
  }
  const auto schedule = FileSchedule::make(made.bytes, std::nullopt);
  ASSERT_TRUE(schedule.has_value());
  for (std::size_t index = 1; index < schedule->packets(); ++index) {
    const std::int64_t gap = (schedule->due(index) - schedule->due(index - 1)).value;
    ASSERT_GE(gap, 13'500) << index;
    ASSERT_LE(gap, 13'570) << index;
  }
}

TEST(FileSchedule, GoesByTheClockThatShowsMostOfTheFile) {
  Made made = television(10'000);
  // A PID in front with one PCR, and at the end another: two that are no clock.
  ts::Packet other = ts::make_pcr_packet(Pid::from_wire(0x300), Pcr::from_ticks(5), 0);
  std::ranges::copy(other, made.bytes.begin());
  ts::set_pcr(other, Pcr::from_ticks(5 + Ticks27::seconds(3).value));
  std::ranges::copy(other, made.bytes.end() - 188);
  const auto schedule = FileSchedule::make(made.bytes, std::nullopt);
  ASSERT_TRUE(schedule.has_value()) << schedule.error();
  EXPECT_EQ(schedule->reference_pid(), Pid::from_wire(0x101));
  EXPECT_NEAR(static_cast<double>(schedule->duration().value), 10'000 * 13'536.0, 16.0);
}

TEST(FileSchedule, SaysWhatAFileLacks) {
  const std::vector<std::uint8_t> text(5000, 'x');
  EXPECT_THAT(FileSchedule::make(text, std::nullopt).error(), HasSubstr("no transport stream packets"));
  Made made = television(1);
  EXPECT_THAT(FileSchedule::make(made.bytes, std::nullopt).error(), HasSubstr("give its bit rate"));
  EXPECT_TRUE(FileSchedule::make(made.bytes, 1'000'000).has_value());
}

}  // namespace
}  // namespace headwater::dataplane
