// SPDX-License-Identifier: Apache-2.0
#include "control/store/directory_claim.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

namespace headwater::control {
namespace {

using testing::HasSubstr;

class DirectoryClaimTest : public testing::Test {
 protected:
  ~DirectoryClaimTest() override { std::filesystem::remove_all(directory_); }
  const std::filesystem::path directory_ = testing::TempDir() + "claim-" + std::to_string(getpid());
};

TEST_F(DirectoryClaimTest, ASecondIsToldWhoHasIt) {
  auto first = DirectoryClaim::take(directory_);
  ASSERT_TRUE(first) << first.error().text;
  const auto second = DirectoryClaim::take(directory_);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().text, HasSubstr(directory_.string() + ": another headwaterd (process " +
                                             std::to_string(getpid()) + ") runs"));
}

TEST_F(DirectoryClaimTest, EndsWithItsHolder) {
  {
    ASSERT_TRUE(DirectoryClaim::take(directory_));
  }
  EXPECT_TRUE(DirectoryClaim::take(directory_));
}

TEST_F(DirectoryClaimTest, EndsWithAProcessThatIsKilled) {
  int taken[2];
  ASSERT_EQ(pipe(taken), 0);
  const pid_t child = fork();
  if (child == 0) {
    const auto claim = DirectoryClaim::take(directory_);
    const char done = claim ? 'y' : 'n';
    if (write(taken[1], &done, 1) == 1) pause();
    _exit(1);
  }
  char done = 0;
  ASSERT_EQ(read(taken[0], &done, 1), 1);
  EXPECT_EQ(done, 'y');
  EXPECT_FALSE(DirectoryClaim::take(directory_));
  kill(child, SIGKILL);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(DirectoryClaim::take(directory_));
  close(taken[0]);
  close(taken[1]);
}

TEST_F(DirectoryClaimTest, ADirectoryThatCannotBeIsNamed) {
  const auto claim = DirectoryClaim::take("/proc/headwater");
  ASSERT_FALSE(claim);
  EXPECT_THAT(claim.error().text, HasSubstr("/proc/headwater: "));
}

}  // namespace
}  // namespace headwater::control
