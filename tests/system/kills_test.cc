// SPDX-License-Identifier: Apache-2.0
//
// headwaterd killed again and again at whatever moment, while its lineup is being changed too: the next one
// is on air with a whole lineup, that which was applied last or the one that was just being applied, and no
// box sees a packet twice. HEADWATER_KILLS is how often (200).
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <string>
#include <thread>

#include "tests/system/headend_fixture.h"

namespace headwater::test {
namespace {

using nlohmann::json;

constexpr std::string_view kThird = R"(  - name: Third
    number: 3
    inputs: [first-in]
    outputs: [{ to: "udp://239.2.1.3:5000", port: east }]
)";

int kills() {
  const char* said = std::getenv("HEADWATER_KILLS");
  return said != nullptr ? std::atoi(said) : 200;
}

class KillsTest : public TwoChannelsTest {
 protected:
  static std::string lineup(std::size_t channels) {
    return std::string(kTwoChannels) + std::string(channels == 3 ? kThird : "");
  }
  std::size_t channels() const {
    const json totals = answer({"status"})["channels"];
    std::size_t sum = 0;
    for (const json& count : totals) sum += count.get<std::size_t>();
    return sum;
  }
};

TEST_F(KillsTest, AlwaysBackWithAWholeLineup) {
  std::mt19937 random(20261128);
  const auto pause = [&](int most_ms) {
    std::this_thread::sleep_for(
        std::chrono::microseconds(std::uniform_int_distribution(0, most_ms * 1000)(random)));
  };
  const auto pids = rig->pids_of("first");
  ASSERT_FALSE(pids.empty());
  Box box(*lab, HEADWATER_SETTOP, "box2", "rtp://239.2.1.1:5000", rig->folder().at("box.ts"));
  std::size_t applied = 2;
  int changed = 0, cut_short = 0;
  for (int kill = 0; kill < kills(); ++kill) {
    SCOPED_TRACE(fmt::format("kill {}", kill));
    const std::size_t wanted = applied == 2 ? 3 : 2;
    rig->configure(lineup(wanted));
    std::optional<int> exit;
    {
      Process apply({HEADWATER_HWCTL, "--socket", rig->socket(), "config", "apply"});
      pause(40);
      ASSERT_EQ(rig->end_daemon(SIGKILL), 128 + SIGKILL);
      exit = apply.wait(std::chrono::seconds(20));
    }
    rig->start_daemon();
    // Every fourth is killed before it is up.
    if (kill % 4 == 3) {
      pause(400);
      ASSERT_EQ(rig->end_daemon(SIGKILL), 128 + SIGKILL);
      rig->start_daemon();
    }
    ASSERT_TRUE(wait_until([&] { return rig->ask({"status"}).has_value(); }, std::chrono::seconds(20)))
        << rig->log();
    const std::size_t found = channels();
    if (exit == 0) {
      ASSERT_EQ(found, wanted) << "what was said to be applied is gone";
    } else {
      ASSERT_TRUE(found == applied || found == wanted) << found;
    }
    ASSERT_TRUE(rig->wait_on_air(found)) << rig->log();
    ASSERT_EQ(rig->pids_of("first"), pids);
    changed += found == wanted ? 1 : 0;
    cut_short += exit == 0 ? 0 : 1;
    applied = found;
  }
  fmt::print("{} kills: {} changes were on air after it, {} were killed before they were answered\n", kills(),
             changed, cut_short);
  const json seen = box.stop();
  EXPECT_EQ(seen["rtp_duplicates"], 0) << seen.dump(2);
  EXPECT_EQ(seen["rtp_reordered"], 0);
  EXPECT_EQ(seen["rtp_restarts"], 0);
  EXPECT_LE(seen["rtp_lost"], 2 * kills()) << seen.dump(2);
  EXPECT_EQ(seen["sync_errors"], 0);
  fmt::print("at the box: {} datagrams missing in the count, {} continuity errors\n",
             seen["rtp_lost"].get<int>(), seen["cc_errors"].get<int>());
}

}  // namespace
}  // namespace headwater::test
