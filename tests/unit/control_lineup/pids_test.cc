// SPDX-License-Identifier: Apache-2.0
#include "control/lineup/pids.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/control_lineup/programs.h"

namespace headwater::control {
namespace {

using namespace programs;  // NOLINT(google-build-using-namespace)
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

struct Pids {
  Store store = std::move(*Store::in_memory());
  config::Channel channel;

  Pids() { channel.id = "a"; }
  std::expected<PidPlanning, std::string> plan(const std::vector<PidWish>& wishes, std::uint16_t pmt = 0x20) {
    std::vector<Allocation> fresh;
    auto planned = plan_pids(channel, pid(pmt), wishes, store, fresh);
    EXPECT_TRUE(store.remember(fresh).has_value());
    return planned;
  }
};

const PidWish kVideo{pid(0x101), "video/H.264//0", true};
const PidWish kAudio{pid(0x102), "audio/MP2/deu/0", false};

TEST(Pids, KeepIsAsInTheInput) {
  Pids pids;
  const auto planned = pids.plan({kVideo, kAudio});
  ASSERT_TRUE(planned.has_value());
  EXPECT_EQ(planned->pmt, pid(0x20));
  EXPECT_THAT(planned->out, ElementsAre(Pair(pid(0x101), pid(0x101)), Pair(pid(0x102), pid(0x102))));
}

TEST(Pids, FixedOnesCountAndWhatIsInTheirWayMoves) {
  Pids pids;
  pids.channel.pids.pmt = pid(0x102);
  pids.channel.pids.video = pid(0x200);
  const auto planned = pids.plan({kVideo, kAudio});
  ASSERT_TRUE(planned.has_value());
  EXPECT_EQ(planned->pmt, pid(0x102));
  EXPECT_THAT(planned->out, ElementsAre(Pair(pid(0x101), pid(0x200)), Pair(pid(0x102), pid(0x100))));
}

TEST(Pids, TheMapGoesBeforeVideo) {
  Pids pids;
  pids.channel.pids.video = pid(0x200);
  pids.channel.pids.map.emplace(0x101, pid(0x300));
  EXPECT_EQ(pids.plan({kVideo})->out.at(pid(0x101)), pid(0x300));
}

TEST(Pids, TwoFixedOnesThatClashAreRefusedWithBothNames) {
  Pids pids;
  pids.channel.pids.video = pid(0x300);
  pids.channel.pids.map.emplace(0x102, pid(0x300));
  const auto planned = pids.plan({kVideo, kAudio});
  ASSERT_FALSE(planned.has_value());
  EXPECT_THAT(planned.error(), HasSubstr("0x300"));
  EXPECT_THAT(planned.error(), HasSubstr("pids.video"));
  EXPECT_THAT(planned.error(), HasSubstr("pids.map 0x102"));
}

TEST(Pids, AFixedPidOfTheTablesIsRefused) {
  Pids pids;
  pids.channel.pids.map.emplace(0x102, kSdtPid);
  EXPECT_FALSE(pids.plan({kAudio}).has_value());
  pids.channel.pids.map.clear();
  pids.channel.pids.pmt = kNullPid;
  EXPECT_FALSE(pids.plan({kAudio}).has_value());
}

// ATSC streams of old put their video on PID 0x0011, where our SDT is.
TEST(Pids, AnInputPidInTheRangeOfTablesMoves) {
  Pids pids;
  const auto planned =
      pids.plan({{pid(0x11), "video/MPEG-2//0", true}, {pid(0x14), "audio/AC-3/eng/0", false}}, 0x10);
  ASSERT_TRUE(planned.has_value());
  EXPECT_EQ(planned->pmt, pid(0x100));
  EXPECT_EQ(planned->out.at(pid(0x11)), pid(0x101));
  EXPECT_EQ(planned->out.at(pid(0x14)), pid(0x102));
}

TEST(Pids, AllocatedOnesFollowTheComponentNotTheInputPid) {
  Pids pids;
  pids.channel.pids.mode = config::PidPlan::Mode::kAllocate;
  pids.channel.pids.first = 0x400;
  const auto before = pids.plan({kVideo, kAudio});
  EXPECT_EQ(before->pmt, pid(0x400));
  EXPECT_EQ(before->out.at(pid(0x101)), pid(0x401));
  EXPECT_EQ(before->out.at(pid(0x102)), pid(0x402));
  // The audio moves in the input, and a second track comes in front of it.
  const auto after = pids.plan(
      {kVideo, {pid(0x110), "audio/MP2/eng/0", false}, {pid(0x111), "audio/MP2/deu/0", false}}, 0x21);
  EXPECT_EQ(after->pmt, pid(0x400));
  EXPECT_EQ(after->out.at(pid(0x111)), pid(0x402)) << "the German track";
  EXPECT_EQ(after->out.at(pid(0x110)), pid(0x403));
}

TEST(Pids, AComponentThatWasAwayFindsItsPidFree) {
  Pids pids;
  pids.channel.pids.mode = config::PidPlan::Mode::kAllocate;
  EXPECT_EQ(pids.plan({kVideo, kAudio})->out.at(pid(0x102)), pid(0x102));
  EXPECT_EQ(pids.plan({kVideo, {pid(0x103), "audio/AC-3/deu/0", false}})->out.at(pid(0x103)), pid(0x103));
  EXPECT_EQ(pids.plan({kVideo, kAudio})->out.at(pid(0x102)), pid(0x102));
}

TEST(Pids, AtTheEndOfTheRangeItBeginsAnew) {
  Pids pids;
  pids.channel.pids.mode = config::PidPlan::Mode::kAllocate;
  pids.channel.pids.first = 0x1FFE;
  const auto planned = pids.plan({kVideo, kAudio});
  EXPECT_EQ(planned->pmt, pid(0x1FFE));
  EXPECT_EQ(planned->out.at(pid(0x101)), pid(0x20));
  EXPECT_EQ(planned->out.at(pid(0x102)), pid(0x21));
}

TEST(Pids, WhenNoneIsLeftItSaysSo) {
  Pids pids;
  pids.channel.pids.mode = config::PidPlan::Mode::kAllocate;
  std::vector<PidWish> wishes;
  for (std::uint16_t value = 0; value < 0x1FE0; ++value)
    wishes.push_back(
        {pid(static_cast<std::uint16_t>(value + 0x10)), "data//" + std::to_string(value), false});
  EXPECT_FALSE(pids.plan(wishes).has_value());
}

}  // namespace
}  // namespace headwater::control
