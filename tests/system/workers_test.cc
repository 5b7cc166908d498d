// SPDX-License-Identifier: Apache-2.0
//
// headwaterd with two workers on af_packet: the kernel spreads the frames over their sockets, and each input
// has one owner.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/core.h"
#include "tests/system/headend_fixture.h"

namespace headwater::test {
namespace {

using nlohmann::json;

class TwoWorkersTest : public HeadendLabTest {
 protected:
  void SetUp() override {
    std::vector<unsigned> cores = allowed_cores();
    if (cores.size() < 2) GTEST_SKIP() << "two workers need two cores";
    cores.resize(2);
    HeadendLabTest::SetUp();
    if (lab == nullptr) return;
    rig = std::make_unique<HeadendRig>(*lab, kTwoChannels, RigOptions{.cores = cores});
    rig->start_daemon();
    rig->play_two_channels();
    ASSERT_TRUE(rig->wait_on_air()) << rig->log();
  }

  [[nodiscard]] json status() const {
    const auto said = rig->ask({"status"});
    EXPECT_TRUE(said) << rig->log();
    return said.value_or(json::object());
  }
};

TEST_F(TwoWorkersTest, BothChannelsAreWholeAndEveryPacketIsAccountedFor) {
  Process first = lab->run("box1", {HEADWATER_SETTOP, "rtp://239.2.1.1:5000", "--seconds", "5"});
  Process second = lab->run("box2", {HEADWATER_SETTOP, "udp://239.2.1.2:5000", "--seconds", "5"});
  ASSERT_EQ(first.wait(), 0) << first.errors();
  ASSERT_EQ(second.wait(), 0) << second.errors();
  expect_clean(json::parse(first.output()));
  expect_clean(json::parse(second.output()));
  expect_nothing_lost("first");
  expect_nothing_lost("second");
  const json workers = status()["workers"];
  ASSERT_EQ(workers.size(), 2U);
  for (const json& worker : workers) {
    EXPECT_GT(worker["busy_loops"], 0) << workers.dump(2);
    EXPECT_EQ(worker["handover_drops"], 0) << workers.dump(2);
  }
  expect_balance(8);  // two inputs, two outputs, two ports by two workers
}

// The channel's RTP and its continuity counters go on, though another worker sends them.
TEST_F(TwoWorkersTest, AChannelGoesOverToAnInputOfTheOtherWorker) {
  Process box = lab->run("box1", {HEADWATER_SETTOP, "rtp://239.2.1.1:5000", "--seconds", "8"});
  std::string lineup(kTwoChannels);
  const std::string_view before = "inputs: [first-in]";
  lineup.replace(lineup.find(before), before.size(), "inputs: [second-in]");
  rig->configure(lineup);
  Process apply({HEADWATER_HWCTL, "--socket", rig->socket(), "config", "apply"});
  ASSERT_EQ(apply.wait(), 0) << apply.output() << apply.errors();
  ASSERT_EQ(box.wait(), 0) << box.errors();
  expect_clean(json::parse(box.output()));
  const auto shown = rig->ask({"channel", "show", "first"});
  ASSERT_TRUE(shown);
  EXPECT_EQ((*shown)["state"], "on_air");
  EXPECT_EQ((*shown)["input"], "second-in");
}

}  // namespace
}  // namespace headwater::test
