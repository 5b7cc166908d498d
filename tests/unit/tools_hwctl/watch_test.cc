// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "program.h"

namespace headwater::hwctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(Watch, RepeatsPlainlyIntoAPipeAndEndsOnInterrupt) {
  const HeadendOnASocket headend;
  RunningProgram program({HWCTL, "status", "--watch", "0.1", "--socket", headend.socket});
  const std::string said = program.read_until("plan generation", 3);
  EXPECT_THAT(said, Not(HasSubstr("\x1b")));
  program.interrupt();
  EXPECT_EQ(program.wait(), 0);
}

TEST(Watch, RedrawsATerminal) {
  const HeadendOnASocket headend;
  RunningProgram program({HWCTL, "status", "-w", "0.1", "--socket", headend.socket}, true);
  // Cleared once, then drawn over from the upper left corner.
  const std::string said = program.read_until("\x1b[H", 2);
  EXPECT_THAT(said, StartsWith("\x1b[2J\x1b[H"));
  EXPECT_THAT(said, HasSubstr("\x1b[1;31m"));  // coloured
  program.interrupt();
  EXPECT_EQ(program.wait(), 0);
}

TEST(Watch, CutsThePageToTheTerminal) {
  const HeadendOnASocket headend;
  RunningProgram program({HWCTL, "status", "-w", "0.1", "--socket", headend.socket}, true, 6);
  // Ten lines in six rows: four, how many more, and the cursor.
  const std::string said = program.read_until("\u2026 6 more", 2);
  EXPECT_THAT(said, Not(HasSubstr("late departures")));
  program.interrupt();
  EXPECT_EQ(program.wait(), 0);
}

TEST(Watch, FollowsTheAppliance) {
  HeadendOnASocket headend;
  RunningProgram program({HWCTL, "status", "--watch", "0.1", "--socket", headend.socket});
  program.read_until("plan generation", 1);
  headend.server.stop();
  program.read_until("cannot reach the appliance", 1);
  control::http::Server again(headend.router);
  ASSERT_TRUE(again.listen_unix(headend.socket).has_value());
  again.start();
  program.read_until("plan generation", 4);
}

TEST(Watch, EndsAtOnceWhereNobodyAnswersTheFirstTime) {
  EXPECT_EQ(run_program({HWCTL, "status", "--watch", "--socket", "/nowhere/api.sock"}).exit, 3);
}

}  // namespace
}  // namespace headwater::hwctl
