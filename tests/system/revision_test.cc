// SPDX-License-Identifier: Apache-2.0
//
// Which lineup is on air after a restart: the one that was confirmed, whatever has become of the file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/system/headend_fixture.h"

namespace headwater::test {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

std::string three_channels() {
  return std::string(kTwoChannels) + R"(  - name: Third
    number: 3
    inputs: [first-in]
    outputs: [{ to: "udp://239.2.1.3:5000", port: east }]
)";
}

class RevisionTest : public TwoChannelsTest {
 protected:
  // The exit status.
  [[nodiscard]] int run(std::vector<std::string> words) const {
    words.insert(words.begin(), {HEADWATER_HWCTL, "--socket", rig->socket()});
    Process process(words);
    return process.wait().value_or(-1);
  }
  void restart(int signal) {
    ASSERT_TRUE(rig->end_daemon(signal));
    rig->start_daemon();
  }
  // What the status has to say of the configuration; empty: nothing.
  [[nodiscard]] std::string said() const {
    const json status = answer({"status"});
    for (const json& problem : status["problems"]) {
      if (problem.get<std::string>().starts_with("configuration:")) return problem;
    }
    return {};
  }
};

TEST_F(RevisionTest, AStartRunsWhatWasConfirmedWhateverTheFileSays) {
  rig->configure("channels: [{ colour: red }]\n");
  restart(SIGKILL);
  ASSERT_TRUE(rig->wait_on_air(2)) << rig->log();
  EXPECT_THAT(said(), HasSubstr("errors"));

  rig->configure(three_channels());
  restart(SIGTERM);
  ASSERT_TRUE(rig->wait_on_air(2)) << rig->log();
  EXPECT_THAT(said(), HasSubstr("differs"));
  EXPECT_EQ(answer({"config", "diff"})["changes"]["channels"]["added"], json::array({"third"}));

  EXPECT_EQ(run({"config", "apply"}), 0);
  ASSERT_TRUE(rig->wait_on_air(3)) << rig->log();
  EXPECT_EQ(said(), "");
  restart(SIGKILL);
  ASSERT_TRUE(rig->wait_on_air(3)) << rig->log();
  EXPECT_EQ(said(), "");
}

TEST_F(RevisionTest, WhatNobodyConfirmsIsTakenBack) {
  rig->configure(three_channels());
  EXPECT_EQ(run({"config", "confirm"}), 1) << "nothing waits for it";
  ASSERT_EQ(run({"config", "apply", "--confirm-within", "8s"}), 0);
  EXPECT_THAT(said(), HasSubstr("taken back"));
  ASSERT_TRUE(rig->wait_on_air(3)) << rig->log();
  ASSERT_TRUE(rig->wait_on_air(2)) << rig->log();

  ASSERT_EQ(run({"config", "apply", "--confirm-within", "60s"}), 0);
  restart(SIGKILL);
  ASSERT_TRUE(rig->wait_on_air(2)) << "it was only tried: " << rig->log();

  ASSERT_EQ(run({"config", "apply", "--confirm-within", "60s"}), 0);
  ASSERT_EQ(run({"config", "confirm"}), 0);
  restart(SIGKILL);
  ASSERT_TRUE(rig->wait_on_air(3)) << rig->log();

  ASSERT_EQ(run({"config", "rollback"}), 0);
  ASSERT_TRUE(rig->wait_on_air(2)) << rig->log();
  EXPECT_EQ(run({"config", "rollback", "99"}), 1);
  const json revisions = answer({"config", "history"})["revisions"];
  EXPECT_TRUE(revisions[0]["runs"]);
  EXPECT_THAT(revisions[0]["changes"].get<std::string>(), HasSubstr("1 channel removed"));
}

// Laid by for the next start, and then it cannot come on the air: the card is not there.
TEST_F(RevisionTest, WhatCannotStartIsTriedOnce) {
  rig->configure(three_channels(), R"(ports:
  west: { device: "net_af_packet0,iface=nowhere", address: 10.1.0.10/24 }
  east: { device: "net_af_packet1,iface=hd1", address: 10.2.0.10/24 }
)");
  ASSERT_EQ(run({"config", "apply", "--at-next-start"}), 0);
  EXPECT_THAT(said(), HasSubstr("revision 2 waits for the next start"));
  ASSERT_TRUE(rig->end_daemon(SIGTERM));
  Process& first = rig->start_daemon();
  EXPECT_EQ(first.wait(), 1);
  EXPECT_THAT(first.errors(), HasSubstr("revision 2 was started, for the first time: the next start runs"));
  rig->start_daemon();
  ASSERT_TRUE(rig->wait_on_air(2)) << rig->log();
  EXPECT_THAT(said(), HasSubstr("revision 2 did not start, the log tells why: revision 1 runs"));
}

}  // namespace
}  // namespace headwater::test
