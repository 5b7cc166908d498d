// SPDX-License-Identifier: Apache-2.0
//
// headwaterd itself in the lab, from the encoders' multicast to the boxes: what the boxes get, what the
// switches believe, what hwctl says. Order and loss are asserted; times are only printed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "tests/system/headend_rig.h"

namespace headwater::test {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* kFirstOut = "rtp://239.2.1.1:5000";
constexpr const char* kFirstJoin = "headend-hd0 239.1.1.1";
constexpr const char* kSecondJoin = "headend-hd0 232.1.1.2 10.1.0.5";

class HeadendTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto made = Lab::up();
    if (!made && made.error().skip) GTEST_SKIP() << made.error().text;
    ASSERT_TRUE(made) << made.error().text;
    lab = std::move(*made);
    rig = std::make_unique<HeadendRig>(*lab);
    rig->start_daemon();
    rig->play();
    ASSERT_TRUE(rig->wait_on_air()) << rig->log();
  }
  // What runs in the lab, then the lab.
  void TearDown() override {
    if (HasFailure() && rig) GTEST_LOG_(INFO) << "headwaterd: " << rig->log();
    rig.reset();
    lab.reset();
  }

  // What a box saw of the first channel in some seconds.
  json watch_first(const std::string& seconds) const {
    Process box = lab->run("box1", {HEADWATER_SETTOP, kFirstOut, "--seconds", seconds});
    EXPECT_EQ(box.wait(), 0) << box.errors();
    return json::parse(box.output());
  }

  void expect_balance() const {
    const auto ledger = rig->ask({"ledger"});
    ASSERT_TRUE(ledger) << rig->log();
    EXPECT_EQ((*ledger)["balanced"], true) << ledger->dump(2);
    EXPECT_EQ((*ledger)["entries"].size(), 6U);  // two inputs, two outputs, two ports
  }

  std::unique_ptr<Lab> lab;
  std::unique_ptr<HeadendRig> rig;
};

// Nothing lost, nothing out of order, and the channel is called as the operator says.
void expect_whole(const json& seen) {
  EXPECT_GT(seen["packets"], 0) << seen.dump(2);
  EXPECT_EQ(seen["cc_errors"], 0) << seen.dump(2);
  EXPECT_EQ(seen["rtp_lost"], 0);
  EXPECT_EQ(seen["rtp_reordered"], 0);
  EXPECT_EQ(seen["sync_errors"], 0);
  EXPECT_EQ(seen["bad_datagrams"], 0);
  EXPECT_EQ(seen["socket_drops"], 0);
  ASSERT_EQ(seen["services"].size(), 1U) << seen.dump(2);
  EXPECT_EQ(seen["services"][0]["name"], "First");
}

TEST_F(HeadendTest, BoxGetsItsChannelWholeAndNoOther) {
  EXPECT_TRUE(lab->wait_for_group("west", kFirstJoin));
  EXPECT_TRUE(lab->wait_for_group("west", kSecondJoin));

  Process other = lab->run("box2", {HEADWATER_SETTOP, "--joins", "239.2.1.1:5000", "--seconds", "3"});
  expect_whole(watch_first("3"));
  ASSERT_EQ(other.wait(), 0) << other.errors();
  const json counted = json::parse(other.output());
  ASSERT_EQ(counted["groups"].size(), 1U) << counted.dump(2);
  EXPECT_EQ(counted["groups"][0]["group"], "239.2.1.1:5000");
  EXPECT_GT(counted["groups"][0]["frames"], 0);
  EXPECT_EQ(counted["frames_not_joined"], 0);
  expect_balance();
}

}  // namespace
}  // namespace headwater::test
