// SPDX-License-Identifier: Apache-2.0
//
// What the cases with a real headwaterd in the lab have in common. Each case is a process and has a lab of
// its own.
#pragma once

#include <gtest/gtest.h>

#include <csignal>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/captures.h"
#include "tests/support/elementary.h"
#include "tests/system/box.h"
#include "tests/system/headend_rig.h"
#include "tests/system/lab.h"

namespace headwater::test {

class HeadendLabTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto made = Lab::up();
    if (!made && made.error().skip) GTEST_SKIP() << made.error().text;
    ASSERT_TRUE(made) << made.error().text;
    lab = std::move(*made);
  }
  // What runs in the lab, then the lab. Whatever the case was about, every packet is accounted for, and
  // headwaterd ends when it is told to, as one that is in order.
  void TearDown() override {
    if (rig && rig->daemon_is_to_run()) {
      expect_balance();
      EXPECT_EQ(rig->end_daemon(SIGTERM), 0);
    }
    if (HasFailure() && rig) GTEST_LOG_(INFO) << "headwaterd: " << rig->log();
    rig.reset();
    lab.reset();
  }

  void make_rig(std::string_view lineup = kTwoChannels, bool huge_pages = false) {
    rig = std::make_unique<HeadendRig>(*lab, lineup, RigOptions{.huge_pages = huge_pages});
  }

  // `entries`: inputs, outputs and ports, where the case knows.
  void expect_balance(std::optional<std::size_t> entries = std::nullopt) const {
    const auto ledger = rig->ask({"ledger"});
    ASSERT_TRUE(ledger) << rig->log();
    EXPECT_EQ((*ledger)["balanced"], true) << ledger->dump(2);
    const std::size_t shown = (*ledger)["entries"].size();
    EXPECT_EQ(shown, entries.value_or(shown));
  }

  // Nothing of a channel was lost on the way to the headend, nor in it: the continuity counters at the box
  // are the headend's own and would not show it.
  void expect_nothing_lost(const std::string& channel) const {
    const auto ledger = rig->ask({"ledger", channel});
    ASSERT_TRUE(ledger) << rig->log();
    ASSERT_FALSE((*ledger)["entries"].empty());
    for (const nlohmann::json& entry : (*ledger)["entries"]) {
      std::vector<nlohmann::json> terms{entry["events"]};
      for (const nlohmann::json& equation : entry["equations"]) terms.push_back(equation["right"]);
      for (const nlohmann::json& some : terms) {
        for (const auto& [name, value] : some.items()) {
          const bool loss =
              name.starts_with("drop_") || name == "expelled" || name == "rtp_lost" || name == "cc_error";
          if (!loss) continue;
          EXPECT_EQ(value, 0) << entry["name"] << " " << name;
        }
      }
    }
  }

  // Every stream of the channel at the box is the input's, packet by packet, over `passes` of a file in a
  // loop; `pids` are output PIDs by input PID.
  static void expect_streams(const std::vector<ts::Packet>& recorded, const std::vector<ts::Packet>& played,
                             const std::map<std::uint16_t, std::uint16_t>& pids, unsigned passes) {
    const Elementary in = elementary_of(played);
    const Elementary out = elementary_of(recorded);
    EXPECT_EQ(out.errors, 0U);
    std::size_t compared = 0;
    for (const auto& [input_pid, output_pid] : pids) {
      const auto sent = in.whole.find(input_pid);
      if (sent == in.whole.end()) continue;
      SCOPED_TRACE("PID " + std::to_string(input_pid) + " as " + std::to_string(output_pid));
      const auto left = out.whole.find(output_pid);
      ASSERT_NE(left, out.whole.end());
      EXPECT_EQ(compare_stretch(left->second, sent->second, passes), "");
      ++compared;
    }
    EXPECT_GT(compared, 0U);
  }

  std::unique_ptr<Lab> lab;
  std::unique_ptr<HeadendRig> rig;
};

// Nothing lost, nothing twice, nothing out of order.
inline void expect_clean(const nlohmann::json& seen) {
  EXPECT_GT(seen["packets"], 0) << seen.dump(2);
  EXPECT_EQ(seen["cc_errors"], 0) << seen.dump(2);
  EXPECT_EQ(seen["rtp_lost"], 0);
  EXPECT_EQ(seen["rtp_reordered"], 0);
  EXPECT_EQ(seen["rtp_duplicates"], 0);
  EXPECT_EQ(seen["rtp_restarts"], 0);
  EXPECT_EQ(seen["sync_errors"], 0);
  EXPECT_EQ(seen["malformed"], 0);
  EXPECT_EQ(seen["bad_datagrams"], 0);
  EXPECT_EQ(seen["socket_drops"], 0);
}

// With kTwoChannels on air.
class TwoChannelsTest : public HeadendLabTest {
 protected:
  void SetUp() override {
    HeadendLabTest::SetUp();
    if (lab == nullptr) return;
    make_rig();
    rig->start_daemon();
    rig->play_two_channels();
    ASSERT_TRUE(rig->wait_on_air()) << rig->log();
  }

  // Of hwctl.
  nlohmann::json answer(const std::vector<std::string>& words) const {
    auto said = rig->ask(words);
    EXPECT_TRUE(said) << rig->log();
    return said.value_or(nlohmann::json::object());
  }
  // What a box saw of it in some seconds.
  nlohmann::json watch(const std::string& url, const std::string& seconds) const {
    Process box = lab->run("box1", {HEADWATER_SETTOP, url, "--seconds", seconds});
    EXPECT_EQ(box.wait(), 0) << box.errors();
    return nlohmann::json::parse(box.output());
  }
};

}  // namespace headwater::test
