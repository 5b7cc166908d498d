// SPDX-License-Identifier: Apache-2.0
//
// An operator changes the lineup of a running headwaterd: what the boxes of the other channels see (nothing),
// what the boxes of the new ones get, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/core.h"
#include "tests/system/headend_fixture.h"

namespace headwater::test {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), by);
}

// "first" as it was; "second" has another name and group; a third channel takes the first's input, and a
// fourth a file.
std::string changed_lineup(const std::string& file, const std::string& second_name) {
  std::string lineup(kTwoChannels);
  lineup = replaced(lineup, "name: Second", "id: second\n    name: " + second_name);
  lineup = replaced(lineup, "239.2.1.2:", "239.2.1.22:");
  lineup = replaced(lineup, "inputs:\n", "inputs:\n  slate: { source: \"file:" + file + "\" }\n");
  return lineup + R"(  - name: Third
    number: 3
    inputs: [first-in]
    delay: 900ms
    outputs: [{ to: "udp://239.2.1.3:5000", port: east }]
  - name: Slate
    number: 4
    inputs: [slate]
    outputs: [{ to: "udp://239.2.1.4:5000", port: east }]
)";
}

class LiveChangeTest : public TwoChannelsTest {
 protected:
  // What `hwctl config apply` says, and how it ends.
  struct Said {
    int exit = -1;
    std::string out, words;
  };
  Said apply() const {
    Process process({HEADWATER_HWCTL, "--socket", rig->socket(), "config", "apply"});
    Said said;
    said.exit = process.wait().value_or(-1);
    said.out = process.output();
    said.words = process.errors();
    return said;
  }
};

TEST_F(LiveChangeTest, WhatChangesIsOnAirAndTheOthersSeeNothing) {
  const auto pids = rig->pids_of("first");
  Process box = lab->run("box2", {HEADWATER_SETTOP, "rtp://239.2.1.1:5000", "--seconds", "12"});
  const std::string slate = rig->folder().write("slate.ts", service(7, 5));
  rig->configure(changed_lineup(slate, "Zweites"));
  const Said said = apply();
  EXPECT_EQ(said.exit, 0) << said.words;
  EXPECT_THAT(said.words,
              HasSubstr("applied (revision 2): 2 channels added, 1 channel changed, 1 input added"));
  ASSERT_TRUE(rig->wait_on_air(4)) << rig->log();

  const json second = watch("udp://239.2.1.22:5000", "2");
  expect_clean(second);
  EXPECT_EQ(second["services"][0]["name"], "Zweites");
  expect_clean(watch("udp://239.2.1.3:5000", "2"));
  expect_clean(watch("udp://239.2.1.4:5000", "2"));

  // The same by the signal.
  rig->configure(changed_lineup(slate, "Second again"));
  rig->daemon().signal(SIGHUP);
  EXPECT_TRUE(wait_until([&] { return answer({"channel", "show", "second"})["name"] == "Second again"; },
                         std::chrono::seconds(10)));

  // And back to what was.
  rig->configure(kTwoChannels);
  EXPECT_EQ(apply().exit, 0);
  ASSERT_TRUE(rig->wait_on_air(2)) << rig->log();
  ASSERT_EQ(box.wait(), 0) << box.errors();
  expect_clean(json::parse(box.output()));
  EXPECT_EQ(rig->pids_of("first"), pids);
  expect_nothing_lost("first");
  expect_balance(6);
}

TEST_F(LiveChangeTest, AnErrorKeepsAllAsItIs) {
  rig->configure(std::string(kTwoChannels) + "  - { name: Third, inputs: [nowhere], colour: red }\n");
  const Said broken = apply();
  EXPECT_EQ(broken.exit, 1);
  EXPECT_THAT(broken.out,
              AllOf(HasSubstr("headend.yaml:22:29: "), HasSubstr("nowhere"), HasSubstr("colour")));
  EXPECT_THAT(broken.words, HasSubstr("nothing was taken over"));

  rig->configure(kTwoChannels, R"(ports:
  west:
    device: "net_af_packet0,iface=hd0"
    address: 10.1.0.10/24
  east:
    device: "net_af_packet1,iface=hd1,qdisc_bypass=1,blocksz=262144,framesz=2048,framecnt=16384"
    address: 10.2.0.10/24
)");
  const Said restart = apply();
  EXPECT_EQ(restart.exit, 1);
  EXPECT_THAT(restart.out,
              AllOf(HasSubstr("port \"west\": `device` is net_af_packet0"), HasSubstr("restart")));

  // What runs, though the file says otherwise.
  Process show({HEADWATER_HWCTL, "--socket", rig->socket(), "config", "show"});
  EXPECT_EQ(show.wait(), 0) << show.errors();
  EXPECT_THAT(show.output(),
              AllOf(HasSubstr("net_af_packet0,iface=hd0,qdisc_bypass=1"), HasSubstr("headend.yaml:")));

  EXPECT_EQ(answer({"status"})["channels"]["on_air"], 2);
  expect_clean(watch("rtp://239.2.1.1:5000", "2"));
  expect_nothing_lost("first");
  EXPECT_THAT(rig->log(), HasSubstr("event=config.kept"));
}

// The other ports' order, and another address: the switch and the boxes see it, nothing is lost.
TEST_F(LiveChangeTest, APortGetsAnotherAddress) {
  Process box = lab->run("box2", {HEADWATER_SETTOP, "rtp://239.2.1.1:5000", "--seconds", "6"});
  rig->configure(kTwoChannels, R"(ports:
  east:
    device: "net_af_packet1,iface=hd1,qdisc_bypass=1,blocksz=262144,framesz=2048,framecnt=16384"
    address: [10.2.0.77/24, 10.2.0.10/24]
  west:
    device: "net_af_packet0,iface=hd0,qdisc_bypass=1,blocksz=262144,framesz=2048,framecnt=16384"
    address: 10.1.0.10/24
)");
  const Said said = apply();
  EXPECT_EQ(said.exit, 0) << said.out << said.words;
  ASSERT_EQ(box.wait(), 0) << box.errors();
  expect_clean(json::parse(box.output()));
  EXPECT_EQ(answer({"channel", "show", "first"})["outputs"][0]["source"], "10.2.0.77:5000");
  expect_nothing_lost("first");
}

}  // namespace
}  // namespace headwater::test
