// SPDX-License-Identifier: Apache-2.0
#include "tools/headwaterd/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <vector>

namespace headwater::daemon {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

struct OptionsTest : ::testing::Test {
  ParsedOptions parse(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "headwaterd");
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    ParsedOptions parsed = parse_options(static_cast<int>(arguments.size()), arguments.data());
    std::fflush(stdout);
    out = ::testing::internal::GetCapturedStdout();
    err = ::testing::internal::GetCapturedStderr();
    return parsed;
  }

  // A file of the test's own.
  std::string file(const std::string& content) {
    const ::testing::TestInfo* info = ::testing::UnitTest::GetInstance()->current_test_info();
    path = ::testing::TempDir() + "headwaterd-" + info->name() + "-" + std::to_string(::getpid()) + ".yaml";
    std::ofstream(path) << content;
    return path;
  }
  ~OptionsTest() override {
    if (!path.empty()) std::filesystem::remove(path);
  }

  std::string out, err, path;
};

TEST_F(OptionsTest, ConfigAloneTakesTheFilesOwnWord) {
  const ParsedOptions parsed = parse({"--config", "/etc/headwater.yaml"});
  EXPECT_EQ(parsed.exit_code, std::nullopt);
  EXPECT_EQ(parsed.options.config, "/etc/headwater.yaml");
  EXPECT_EQ(parsed.options.log_level, control::Severity::kInfo);
  config::Configuration configuration;
  configuration.headend.api_socket = "/from/file.sock";
  configuration.headend.state_directory = "/from/file";
  apply_overrides(parsed.options, configuration);
  EXPECT_EQ(configuration.headend.api_socket, "/from/file.sock");
  EXPECT_EQ(configuration.headend.state_directory, "/from/file");
}

TEST_F(OptionsTest, WhatIsGivenHereWinsOverTheFile) {
  const ParsedOptions parsed =
      parse({"-c", "a.yaml", "--socket=/tmp/a.sock", "--state-dir", "/tmp/state", "--log-level", "debug"});
  EXPECT_EQ(parsed.exit_code, std::nullopt);
  EXPECT_EQ(parsed.options.log_level, control::Severity::kDebug);
  config::Configuration configuration;
  apply_overrides(parsed.options, configuration);
  EXPECT_EQ(configuration.headend.api_socket, "/tmp/a.sock");
  EXPECT_EQ(configuration.headend.state_directory, "/tmp/state");
}

TEST_F(OptionsTest, HelpAndVersionEndWell) {
  EXPECT_EQ(parse({"--help"}).exit_code, 0);
  for (const char* option : {"--config", "--check", "--version", "--log-level", "--socket", "--state-dir"}) {
    EXPECT_THAT(out, HasSubstr(option));
  }
  EXPECT_EQ(parse({"--version"}).exit_code, 0);
  EXPECT_THAT(out, ::testing::MatchesRegex("headwaterd [0-9]+\\.[0-9]+\\.[0-9]+\n"));
  EXPECT_EQ(err, "");
}

TEST_F(OptionsTest, WrongUseIsTwoAndSaysWhy) {
  EXPECT_EQ(parse({}).exit_code, 2);
  EXPECT_THAT(err, HasSubstr("--config FILE is missing"));
  EXPECT_EQ(parse({"-c", "a.yaml", "--log-level", "loud"}).exit_code, 2);
  EXPECT_THAT(err, HasSubstr("--log-level loud: debug, info, warning or error"));
  EXPECT_EQ(parse({"-c", "a.yaml", "--daemonise"}).exit_code, 2);
  EXPECT_THAT(err, HasSubstr("daemonise"));
  EXPECT_EQ(parse({"a.yaml"}).exit_code, 2);
  EXPECT_EQ(parse({"--config", "a.yaml", "b.yaml"}).exit_code, 2);
  EXPECT_EQ(parse({"--check", "a.yaml", "b.yaml"}).exit_code, 2) << "the second would not be checked";
  EXPECT_EQ(parse({"--check", "a.yaml", "--config", "b.yaml"}).exit_code, 2);
  for (const char* empty : {"--config=", "--check=", "--socket=", "--state-dir="}) {
    EXPECT_EQ(parse({"-c", "a.yaml", empty}).exit_code, 2) << empty;
  }
  EXPECT_EQ(parse({"--config"}).exit_code, 2);
  EXPECT_EQ(out, "");
}

TEST_F(OptionsTest, CheckPrintsEveryErrorWithItsPlaceAndFails) {
  const std::string path_of_file = file("headend:\n  nmae: oslo-1\n  network_id: 70000\n");
  EXPECT_EQ(parse({"--check", path_of_file.c_str()}).exit_code, 1);
  EXPECT_THAT(out, HasSubstr(path_of_file + ":2:3: "));
  EXPECT_THAT(out, HasSubstr(path_of_file + ":3:"));
  EXPECT_THAT(out, HasSubstr("2 errors"));
}

TEST_F(OptionsTest, CheckOfAFileInOrderIsZero) {
  const std::string path_of_file = file("headend: { name: oslo-1 }\n");
  EXPECT_EQ(parse({"--check", path_of_file.c_str()}).exit_code, 0) << out;
  EXPECT_EQ(err, "");
}

TEST_F(OptionsTest, WarningsArePrintedAndDoNotFail) {
  const std::string path_of_file = file(
      "ports: { west: { device: \"net_null0\", address: [10.1.0.10/24] } }\n"
      "inputs: { spare: { source: \"udp://239.10.1.1:5000\", port: west } }\n");
  EXPECT_EQ(parse({"--check", path_of_file.c_str()}).exit_code, 0) << out;
  EXPECT_THAT(out, StartsWith(path_of_file + ":2:"));
  EXPECT_THAT(out, HasSubstr(": warning: "));
  EXPECT_THAT(out, HasSubstr("spare"));
}

// `headwaterd --check … | head -1`: the verdict stands, whoever reads it.
TEST_F(OptionsTest, CheckEndsInOrderWhereNobodyReads) {
  const std::string wrong = file("headend:\n  nmae: oslo-1\n");
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  ::close(ends[0]);
  std::signal(SIGPIPE, SIG_IGN);
  const int before = ::dup(STDOUT_FILENO);
  const std::vector<const char*> arguments = {"headwaterd", "--check", wrong.c_str()};
  ::dup2(ends[1], STDOUT_FILENO);
  const ParsedOptions parsed = parse_options(static_cast<int>(arguments.size()), arguments.data());
  std::fflush(stdout);
  ::dup2(before, STDOUT_FILENO);
  ::close(before);
  ::close(ends[1]);
  std::clearerr(stdout);
  EXPECT_EQ(parsed.exit_code, 1);
}

TEST_F(OptionsTest, CheckOfAFileThatIsNotThereFails) {
  EXPECT_EQ(parse({"--check", "/nowhere/lineup.yaml"}).exit_code, 1);
  EXPECT_THAT(out, HasSubstr("/nowhere/lineup.yaml"));
}

}  // namespace
}  // namespace headwater::daemon
