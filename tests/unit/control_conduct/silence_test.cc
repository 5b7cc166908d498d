// SPDX-License-Identifier: Apache-2.0
//
// An input that falls silent, and what comes of its channels: said, and nothing on the air touched.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/control_conduct/house.h"

namespace headwater::control {
namespace {

using namespace programs;  // NOLINT(google-build-using-namespace)
using ::testing::Contains;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

struct Silence : testing::Test {
  House house;
  std::shared_ptr<const Plan> before;

  Silence() {
    EXPECT_TRUE(house.apply(make_configuration(2)).empty());
    for (std::size_t i = 0; i < 2; ++i) house.carry(i, pmt(1, 0, 0x101, {video(0x101)}), at_ms(0));
    both_flow(Ticks27::seconds(5));
    before = house.conductor->plan();
    EXPECT_EQ(before->outputs.size(), 2U);
  }
  void both_flow(Ticks27 time) {
    for (const Instant end = house.now + time; house.now < end;) {
      house.hear(0);
      house.hear(1);
      house.step();
    }
  }
  void one_flows(Ticks27 time) {
    for (const Instant end = house.now + time; house.now < end;) {
      house.hear(1);
      house.step();
    }
  }
};

TEST_F(Silence, TakesAChannelFromOnAirToWaitingAndBackWithoutAnotherPlan) {
  one_flows(Ticks27::milliseconds(900));
  EXPECT_EQ(house.channel(0).state, ChannelState::kOnAir) << "a gap";
  one_flows(Ticks27::milliseconds(300));
  EXPECT_EQ(house.channel(0).state, ChannelState::kWaiting);
  EXPECT_THAT(house.channel(0).reason, HasSubstr("input \"in0\": no valid packets for"));
  EXPECT_EQ(house.channel(0).program, 1);
  EXPECT_NE(house.channel(0).on_air, nullptr) << "its tables stay";
  EXPECT_EQ(house.conductor->inputs()[0].signal, Carried::Signal::kLost);
  EXPECT_EQ(house.channel(1).state, ChannelState::kOnAir);
  const std::string reason = house.channel(0).reason;
  one_flows(Ticks27::seconds(60));
  EXPECT_EQ(house.channel(0).reason, reason) << "decided once";
  EXPECT_EQ(house.conductor->plan(), before);

  both_flow(Ticks27::milliseconds(100));
  EXPECT_EQ(house.channel(0).state, ChannelState::kOnAir);
  EXPECT_EQ(house.conductor->plan(), before);
}

TEST_F(Silence, IsLoggedOnceAndSoIsItsEnd) {
  house.lines.clear();
  one_flows(Ticks27::seconds(30));
  both_flow(Ticks27::seconds(5));
  const auto about = [this](const std::string& event) {
    std::size_t count = 0;
    for (const std::string& line : house.lines) count += line.find(event) != std::string::npos ? 1U : 0U;
    return count;
  };
  EXPECT_THAT(house.lines, Contains(ContainsRegex("level=warning event=input.lost input=in0 reason=")));
  EXPECT_THAT(house.lines, Contains(HasSubstr("level=info event=input.back input=in0")));
  EXPECT_EQ(about("event=input.lost"), 1U);
  EXPECT_EQ(about("event=input.back"), 1U);
  EXPECT_EQ(about("event=channel.state channel=ch0"), 2U);
  EXPECT_EQ(about("channel=ch1"), 0U);
}

TEST_F(Silence, ThatEndsWithOtherTablesStepsThemOnceFromTheirPacketOn) {
  one_flows(Ticks27::seconds(10));
  house.hear(0);
  house.punt(0, 0x20, pmt(1, 1, 0x101, {video(0x101), audio(0x102, "deu")}), house.now);
  const StreamPosition position = packet_at(house.now);
  const auto after = house.step();
  EXPECT_EQ(house.channel(0).state, ChannelState::kOnAir);
  EXPECT_EQ(after->outputs.at(0)->effective_from, position);
  EXPECT_EQ(read_tables(*after->outputs.at(0)).pmt->version, 1);
  EXPECT_EQ(after->outputs.at(1), before->outputs.at(1));
}

TEST(SilenceBeforeTables, IsLookedForTwentyTimesASecond) {
  House house;
  ASSERT_TRUE(house.apply(make_configuration(1)).empty());
  house.step();
  house.step();
  house.hear(0);
  house.conductor->step(house.now + Ticks27::milliseconds(2));
  EXPECT_THAT(house.channel(0).reason, HasSubstr("no packets"));
  house.conductor->step(house.now + Conductor::kWatchInterval);
  EXPECT_THAT(house.channel(0).reason, HasSubstr("no PAT"));
}

// The worker clears the counters when it gives the slot to the new stream.
TEST(SilenceBeforeTables, IsNotThatOfTheStreamThatHadTheSlotBefore) {
  House house(1);
  ASSERT_TRUE(house.apply(make_configuration(1)).empty());
  house.step();
  house.hear(0);
  house.step();
  ASSERT_TRUE(house.apply(make_configuration(0)).empty());
  house.step();
  config::Configuration other = make_configuration(0);
  other.inputs = {make_input(1)};
  ASSERT_TRUE(house.apply(other).empty());
  ASSERT_TRUE(house.slot_of(1).has_value());
  house.conductor->step(house.now + Ticks27::seconds(3));
  EXPECT_EQ(house.conductor->inputs()[0].signal, Carried::Signal::kNone);
  EXPECT_THAT(house.lines, Not(Contains(HasSubstr("input.lost"))));
}

// Two seconds of packets without a PAT are counted from when they came back.
TEST(SilenceBeforeTables, BeginsThePatienceAnew) {
  House house;
  ASSERT_TRUE(house.apply(make_configuration(1)).empty());
  house.step();
  house.hear(0);
  house.step();
  for (int i = 0; i < 150; ++i) house.step();
  EXPECT_THAT(house.channel(0).reason, HasSubstr("no valid packets for"));
  for (const Instant end = house.now + Ticks27::milliseconds(1800); house.now < end;) {
    house.hear(0);
    house.step();
  }
  EXPECT_EQ(house.channel(0).state, ChannelState::kWaiting);
  EXPECT_THAT(house.channel(0).reason, HasSubstr("no PAT"));
}

}  // namespace
}  // namespace headwater::control
