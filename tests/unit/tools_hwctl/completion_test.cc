// SPDX-License-Identifier: Apache-2.0
//
// The completion script, run by the shell that it is for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "program.h"

namespace headwater::hwctl {
namespace {

using ::testing::HasSubstr;

struct CompletionTest : ::testing::Test {
  // What bash offers behind these words; the last is the one being typed.
  std::string offered(const std::string& words) const {
    const std::string program = std::filesystem::path(HWCTL).parent_path().string();
    const std::string script =
        "PATH=" + program + ":$PATH; export HEADWATER_SOCKET=" + headend.socket +
        "; set -u; source <(hwctl completion bash) && COMP_WORDS=(hwctl " + words +
        ") && COMP_CWORD=$((${#COMP_WORDS[@]}-1)) && _hwctl && echo \"${COMPREPLY[@]-}\"";
    const Outcome outcome = run_program({"bash", "-c", script});
    EXPECT_EQ(outcome.exit, 0) << outcome.err;
    EXPECT_EQ(outcome.err, "");
    return outcome.out;
  }
  HeadendOnASocket headend;
};

TEST_F(CompletionTest, NounsAndVerbs) {
  EXPECT_EQ(offered("ch"), "channel\n");
  EXPECT_EQ(offered("''"), "status version time channel input port ledger config lineup completion help\n");
  EXPECT_EQ(offered("channel ''"), "list show\n");
  EXPECT_EQ(offered("-o json channel s"), "show\n");
  EXPECT_EQ(offered("completion ''"), "bash zsh\n");
}

TEST_F(CompletionTest, Options) {
  EXPECT_EQ(offered("status --so"), "--socket\n");
  EXPECT_EQ(offered("status -o ''"), "table json yaml\n");
  EXPECT_EQ(offered("-w 5 channel ''"), "list show\n");
  EXPECT_EQ(offered("-w channel ''"), "list show\n");
  EXPECT_EQ(offered("--set inputs=a lineup ''"), "import\n");
  EXPECT_EQ(offered("lineup import --format ''"), "csv m3u dvblast\n");
}

TEST_F(CompletionTest, IdsFromTheAppliance) {
  EXPECT_EQ(offered("channel show ''"), "das-erste pay radio\n");
  EXPECT_EQ(offered("channel show r"), "radio\n");
  EXPECT_EQ(offered("input show er"), "erste-a erste-b\n");
  EXPECT_EQ(offered("ledger das"), "das-erste/0\n");
  EXPECT_EQ(offered("--socket /nowhere/api.sock channel show ''"), "\n");
}

TEST_F(CompletionTest, AnotherShellIsRefused) {
  const Outcome outcome = run_program({HWCTL, "completion", "fish"});
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_THAT(outcome.err, HasSubstr("there are bash and zsh"));
}

TEST_F(CompletionTest, Zsh) {
  if (run_program({"sh", "-c", "command -v zsh"}).exit != 0) GTEST_SKIP() << "zsh is not installed";
  // compadd is the line editor's: here it prints what it is given.
  const std::string program = std::filesystem::path(HWCTL).parent_path().string();
  const auto offered_by_zsh = [&](const std::string& words) {
    return run_program(
               {"zsh", "-fc",
                "path=(" + program + " $path); export HEADWATER_SOCKET=" + headend.socket +
                    "; compdef() { : }; compadd() { print -r -- \"$@\" }; source <(hwctl completion zsh); "
                    "words=(hwctl " +
                    words + "); CURRENT=$#words; PREFIX=$words[-1]; _hwctl"})
        .out;
  };
  EXPECT_EQ(offered_by_zsh("''"),
            "-- status version channel input port ledger config lineup completion help\n");
  EXPECT_EQ(offered_by_zsh("-w 5 -o json channel ''"), "-- list show\n");
  EXPECT_EQ(offered_by_zsh("channel show ''"), "-- das-erste pay radio\n");
}

}  // namespace
}  // namespace headwater::hwctl
