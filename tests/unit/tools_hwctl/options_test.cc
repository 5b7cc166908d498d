// SPDX-License-Identifier: Apache-2.0
#include "tools/hwctl/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>

namespace headwater::hwctl {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

Options good(const std::vector<std::string>& arguments, const std::string& environment = "") {
  const auto options = parse(arguments, environment);
  EXPECT_TRUE(options.has_value()) << options.error();
  return options.value_or(Options{});
}

std::string bad(const std::vector<std::string>& arguments) {
  const auto options = parse(arguments, "");
  EXPECT_FALSE(options.has_value());
  return options.has_value() ? "" : options.error();
}

TEST(Options, NounVerbArgument) {
  const Options options = good({"channel", "show", "das-erste"});
  ASSERT_NE(options.command, nullptr);
  EXPECT_EQ(usage_line(*options.command), "channel show ID");
  EXPECT_EQ(options.argument, "das-erste");
  EXPECT_EQ(options.format, Format::kTable);
  EXPECT_FALSE(options.watch.has_value());
  EXPECT_EQ(options.socket, "/run/headwater/api.sock");
}

TEST(Options, StandAnywhere) {
  const Options options = good({"-o", "json", "input", "--socket", "/tmp/x", "list", "--watch=0.5"});
  EXPECT_EQ(options.format, Format::kJson);
  EXPECT_EQ(options.socket, "/tmp/x");
  EXPECT_EQ(options.watch, std::chrono::milliseconds(500));
  EXPECT_EQ(good({"status", "--output=yaml"}).format, Format::kYaml);
}

TEST(Options, WatchTakesASecondWordOnlyWhereItIsANumber) {
  EXPECT_EQ(good({"status", "--watch"}).watch, std::chrono::milliseconds(2000));
  EXPECT_EQ(good({"status", "--watch", "5"}).watch, std::chrono::milliseconds(5000));
  EXPECT_EQ(good({"-w", "status"}).watch, std::chrono::milliseconds(2000));
  const Options options = good({"-w", "channel", "show", "5"});
  EXPECT_EQ(options.argument, "5");
  EXPECT_EQ(options.watch, std::chrono::milliseconds(2000));
}

TEST(Options, TheSocketOfTheEnvironmentGivesWayToTheOption) {
  EXPECT_EQ(good({"status"}, "/tmp/env").socket, "/tmp/env");
  EXPECT_EQ(good({"status", "--socket", "/tmp/x"}, "/tmp/env").socket, "/tmp/x");
}

TEST(Options, AnArgumentMayBeOptional) {
  EXPECT_EQ(good({"ledger"}).argument, "");
  EXPECT_EQ(good({"ledger", "west"}).argument, "west");
}

TEST(Options, AnIdMayLookLikeAnOptionBehindTwoDashes) {
  EXPECT_EQ(good({"channel", "show", "--", "-x"}).argument, "-x");
}

TEST(Options, SuggestsTheNearest) {
  EXPECT_EQ(bad({"chanel", "list"}), "unknown noun \"chanel\"; did you mean \"channel\"?");
  EXPECT_EQ(bad({"channel", "shwo", "a"}), "unknown verb \"shwo\" for channel; did you mean \"show\"?");
  EXPECT_THAT(bad({"reboot"}),
              StartsWith("unknown noun \"reboot\"; there are: status, version, time, channel"));
  EXPECT_THAT(bad({"chanel", "--help"}), HasSubstr("did you mean \"channel\"?"));
}

TEST(Options, SaysWhatIsMissingOrTooMuch) {
  EXPECT_EQ(bad({"channel"}), "channel what? One of: list, show");
  EXPECT_EQ(bad({"channel", "show"}), "ID is missing; usage: hwctl channel show ID");
  EXPECT_EQ(bad({"channel", "show", ""}), "ID is empty; usage: hwctl channel show ID");
  EXPECT_EQ(bad({"channel", "show", "a", "b"}), "\"b\" is one word too many; usage: hwctl channel show ID");
  EXPECT_EQ(bad({"status", "a"}), "\"a\" is one word too many; usage: hwctl status");
  EXPECT_EQ(bad({"ledger", "a", "b"}), "\"b\" is one word too many; usage: hwctl ledger [NAME]");
  EXPECT_EQ(bad({}), "what shall it be?");
}

TEST(Options, RefusesValuesThatAreNone) {
  EXPECT_EQ(bad({"status", "-o", "xml"}), "-o xml: there are table, json and yaml");
  for (const char* interval : {"0", "0.05", "-1", "86401", "nan", "inf"}) {
    EXPECT_THAT(bad({"status", "--watch", interval}), HasSubstr("0.1 to 86400 seconds")) << interval;
  }
  EXPECT_THAT(bad({"status", "--watch=soon"}), HasSubstr("0.1 to 86400 seconds"));
  EXPECT_THAT(bad({"status", "--sokcet", "x"}), HasSubstr("sokcet"));
  EXPECT_THAT(bad({"status", "--socket"}), HasSubstr("socket"));
  EXPECT_EQ(bad({"config", "check", "a.yaml", "-w"}), "--watch is not for config check FILE");
  EXPECT_EQ(bad({"config", "check", "a.yaml", "--expanded"}), "--expanded is not for config check FILE");
  EXPECT_EQ(bad({"config", "show", "a.yaml", "-o", "json"}),
            "-o json is not for config show [FILE]: it prints YAML");
}

TEST(Options, WhatAnImportIsTold) {
  const Options options = good({"lineup", "import", "a.txt", "--format", "m3u", "--set", "outputs.port=east",
                                "--set", "profile=hd", "--column", "name=The name=1", "-o", "yaml"});
  EXPECT_EQ(options.argument, "a.txt");
  EXPECT_EQ(options.list_format, config::ListFormat::kM3u);
  EXPECT_EQ(options.import.fill,
            (std::map<std::string, std::string>{{"outputs.port", "east"}, {"profile", "hd"}}));
  EXPECT_EQ(options.import.columns, (std::map<std::string, std::string>{{"name", "The name=1"}}));
  const auto wrong = [](std::vector<std::string> more) {
    more.insert(more.begin(), {"lineup", "import", "a.txt"});
    return bad(more);
  };
  EXPECT_EQ(wrong({"--format", "xls"}), "--format xls: there are csv, m3u and dvblast");
  EXPECT_EQ(wrong({"--set", "profile"}), "--set profile: KEY=TEXT is needed, like provider=ARD");
  EXPECT_EQ(wrong({"--set", "profile="}), "--set profile=: KEY=TEXT is needed, like provider=ARD");
  EXPECT_EQ(wrong({"--column", "nmae=x"}),
            "--column nmae=x: `nmae` is no column of a lineup, like name or outputs.to");
  EXPECT_EQ(wrong({"--set", "number=1", "--set", "number=2"}), "--set number=2: `number` is said twice");
  EXPECT_EQ(wrong({"-o", "json"}), "-o json is not for lineup import FILE: it prints a table (CSV) or YAML");
  EXPECT_EQ(bad({"channel", "list", "--set", "number=1"}), "--set is not for channel list");
  EXPECT_EQ(bad({"config", "check", "a", "--format", "m3u"}), "--format is not for config check FILE");
}

TEST(Options, HelpOfAllAndOfANoun) {
  const std::string all = good({"--help"}).help;
  for (const Command& command : commands()) EXPECT_THAT(all, HasSubstr("  " + usage_line(command)));
  EXPECT_THAT(all, HasSubstr("exit status: 0 done, 1 failed, 2 usage, 3 the appliance is not reachable"));
  const std::string channel = good({"channel", "-h"}).help;
  EXPECT_THAT(channel, StartsWith("hwctl channel list: "));
  EXPECT_THAT(channel, HasSubstr("hwctl channel show ID: "));
  EXPECT_EQ(good({"help", "channel"}).help, channel);
  EXPECT_EQ(good({"channel", "show", "x", "--help"}).help, channel);
  EXPECT_EQ(good({"help"}).help, all);
}

TEST(Options, HelpFitsATerminal) {
  std::string all = help();
  for (const std::string& noun : nouns()) all += help_for(noun);
  std::set<std::string> long_lines;
  std::istringstream lines(all);
  for (std::string line; std::getline(lines, line);) {
    if (line.size() > 100) long_lines.insert(line);
  }
  EXPECT_THAT(long_lines, ::testing::IsEmpty());
}

}  // namespace
}  // namespace headwater::hwctl
