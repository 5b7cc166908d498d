// SPDX-License-Identifier: Apache-2.0
//
// headwaterd itself in the lab, from the encoders' multicast to the boxes: what the boxes get, what the
// switches believe, what hwctl says. Order and loss are asserted; times are only printed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "tests/support/core.h"
#include "tests/support/notify_socket.h"
#include "tests/system/headend_fixture.h"

namespace headwater::test {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* kFirstOut = "rtp://239.2.1.1:5000";
constexpr const char* kFirstJoin = "headend-hd0 239.1.1.1";
constexpr const char* kSecondJoin = "headend-hd0 232.1.1.2 10.1.0.5";

using HeadendTest = TwoChannelsTest;

// And the channel is called as the operator says.
void expect_whole(const json& seen) {
  expect_clean(seen);
  ASSERT_EQ(seen["services"].size(), 1U) << seen.dump(2);
  EXPECT_EQ(seen["services"][0]["name"], "First");
}

TEST_F(HeadendTest, BoxGetsItsChannelWholeAndNoOther) {
  EXPECT_TRUE(lab->wait_for_group("west", kFirstJoin));
  EXPECT_TRUE(lab->wait_for_group("west", kSecondJoin));

  Process other = lab->run("box2", {HEADWATER_SETTOP, "--joins", "239.2.1.1:5000", "--seconds", "3"});
  expect_whole(watch(kFirstOut, "3"));
  ASSERT_EQ(other.wait(), 0) << other.errors();
  const json counted = json::parse(other.output());
  ASSERT_EQ(counted["groups"].size(), 1U) << counted.dump(2);
  EXPECT_EQ(counted["groups"][0]["group"], "239.2.1.1:5000");
  EXPECT_GT(counted["groups"][0]["frames"], 0);
  EXPECT_EQ(counted["frames_not_joined"], 0);
  expect_balance(6);
}

TEST_F(HeadendTest, SigtermLeavesTheGroupsAndEndsWell) {
  ASSERT_TRUE(lab->wait_for_group("west", kFirstJoin));
  ASSERT_TRUE(lab->wait_for_group("west", kSecondJoin));
  expect_balance(6);
  EXPECT_EQ(rig->end_daemon(SIGTERM), 0) << rig->log();
  // The switch would remember a host that said nothing for minutes.
  EXPECT_TRUE(lab->wait_for_group("west", kFirstJoin, false));
  EXPECT_TRUE(lab->wait_for_group("west", kSecondJoin, false));
  EXPECT_THAT(lab->groups("west"), Not(Contains(StartsWith("headend-hd0 "))));

  Process asked({HEADWATER_HWCTL, "--socket", rig->socket(), "status"});
  EXPECT_EQ(asked.wait(), 3) << asked.errors();
  EXPECT_THAT(asked.errors(), HasSubstr(rig->socket()));
}

// Without a lab: what is wrong is said before anything starts.
TEST(HeadwaterdTest, CheckNamesThePlaceOfEachError) {
  const Folder folder;
  const std::string file = folder.write("broken.yaml",
                                        "ports:\n"
                                        "  lan:\n"
                                        "    device: 0000:3b:00.0\n"
                                        "    adress: 10.1.0.10/24\n");
  Process process({HEADWATER_HEADWATERD, "--check", file});
  EXPECT_EQ(process.wait(), 1);
  EXPECT_THAT(process.output(), HasSubstr(file + ":4:5: "));
}

TEST(HeadwaterdTest, MissingInterfaceIsNamedWithItsPort) {
  if (geteuid() != 0) GTEST_SKIP() << "packet sockets need root";
  const Folder folder;
  const std::string file = folder.write(
      "missing.yaml", "headend: { workers: [" + std::to_string(allowed_core()) +
                          "], memory: 64M, huge_pages: false }\n"
                          "ports:\n"
                          "  uplink:\n"
                          "    device: \"net_af_packet0,iface=nosuch0\"\n"
                          "    address: 10.1.0.10/24\n"
                          "inputs:\n"
                          "  in: { source: \"udp://239.1.1.1:5000\" }\n"
                          "channels:\n"
                          "  - { name: A, inputs: in, outputs: [{ to: \"udp://239.2.1.1:5000\" }] }\n");
  Process process({HEADWATER_HEADWATERD, "--config", file, "--socket", folder.at("api.sock"), "--state-dir",
                   folder.at("state")});
  EXPECT_EQ(process.wait(), 1) << process.errors();
  EXPECT_THAT(process.errors(), HasSubstr("headwaterd: port \"uplink\": no interface nosuch0 "));
}

// systemd's end of Type=notify and WatchdogSec=, and a process that starts, lives and ends.
TEST(HeadwaterdTest, TellsTheServiceManagerHowItIs) {
  const Folder folder;
  const std::string file = folder.write(
      "headend.yaml",
      "headend: { workers: [" + std::to_string(allowed_core()) +
          "], memory: 64M, huge_pages: false }\n"
          "ports: { p: { device: net_null0, address: 10.1.0.10/24 } }\n"
          "inputs: { in: { source: \"udp://239.1.1.1:5000\", port: p } }\n"
          "channels: [{ name: A, inputs: in, outputs: [{ to: \"udp://239.2.1.1:5000\", port: p }] }]\n");
  const NotifySocket systemd;
  setenv("WATCHDOG_USEC", "600000", 1);
  std::vector<std::string> told;
  const auto hears = [&](const char* words) {
    const auto heard = [&] {
      const std::vector<std::string> fresh = systemd.told();
      told.insert(told.end(), fresh.begin(), fresh.end());
      return std::ranges::find(told, words) != told.end();
    };
    return wait_until(heard, std::chrono::seconds(20));
  };
  Process process({HEADWATER_HEADWATERD, "--config", file, "--socket", folder.at("api.sock"), "--state-dir",
                   folder.at("state")});
  EXPECT_TRUE(hears("READY=1\nSTATUS=headend headwater, 1 channels")) << process.errors();
  EXPECT_TRUE(hears("WATCHDOG=1"));
  process.signal(SIGTERM);
  EXPECT_TRUE(hears("STOPPING=1"));
  EXPECT_EQ(process.wait(), 0) << process.errors();
}

}  // namespace
}  // namespace headwater::test
