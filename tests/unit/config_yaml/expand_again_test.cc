// SPDX-License-Identifier: Apache-2.0
//
// What is shown is read back: to the same configuration, with no warning that was not there before, whatever
// the names and sizes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "config/model/compare.h"
#include "config/yaml/expand.h"
#include "config/yaml/yaml.h"
#include "tests/support/folder.h"
#include "tests/unit/config_yaml/problems.h"

namespace headwater::config {
namespace {

namespace fs = std::filesystem;
using testing::IsSubsetOf;

std::vector<std::string> texts(const std::vector<Problem>& problems) {
  std::vector<std::string> result(problems.size());
  std::ranges::transform(problems, result.begin(), &Problem::text);
  return result;
}

void expect_to_come_back(const Loaded& loaded) {
  for (const Defaults defaults : {Defaults::kSaid, Defaults::kLeftOut}) {
    const std::string text = expanded(loaded.configuration, defaults);
    const auto again = parse(text, "shown.yaml");
    ASSERT_TRUE(again) << all(again.error().errors) << text;
    EXPECT_TRUE(changes(difference(loaded.configuration, again->configuration), loaded.configuration,
                        again->configuration)
                    .none())
        << text;
    EXPECT_EQ(again->configuration.headend.memory, loaded.configuration.headend.memory);
    EXPECT_THAT(texts(again->warnings), IsSubsetOf(texts(loaded.warnings))) << text;
  }
}

void expect_to_come_back(const std::string& text) {
  const auto loaded = parse(text, "f.yaml");
  ASSERT_TRUE(loaded) << all(loaded.error().errors);
  expect_to_come_back(*loaded);
}

TEST(ExpandedAgain, SizesAreExact) {
  for (const char* memory :
       {"16M", "20000K", "16.5M", "0.25G", "1.001953125G", "20000.001953125K", "1024G"}) {
    SCOPED_TRACE(memory);
    expect_to_come_back(std::string("headend: { memory: ") + memory + " }\n");
  }
}

TEST(ExpandedAgain, IdsThatYamlTakesForSomethingElse) {
  for (const char* id : {"null", "Null", "NULL", "true", "no", "Off", "y", "1", "1.5", "1e3", "0x10", "0o7",
                         "3sat", "2026-01-01", "a.", "x-"}) {
    SCOPED_TRACE(id);
    const std::string quoted = "\"" + std::string(id) + "\"";
    expect_to_come_back("ports: { " + quoted +
                        ": { device: net_x, address: 10.1.0.1/24 }, other: { device: net_y } }\n"
                        "inputs: { " +
                        quoted + ": { source: \"udp://239.1.1.1:1\", port: " + quoted +
                        " } }\n"
                        "channels: [{ name: A, id: " +
                        quoted + ", number: 1, inputs: [" + quoted +
                        "],\n"
                        "  outputs: [{ to: \"udp://239.2.1.1:1\", port: " +
                        quoted + " }] }]\n");
  }
}

TEST(ExpandedAgain, TextsAsTheyAre) {
  for (const char* name :
       {"null", "a: b # c", "'", "\\\"\\\\", "$${x}", "$$${x}", "{plan.hd}", "- x", "\\u2028", "é"}) {
    SCOPED_TRACE(name);
    expect_to_come_back(
        "inputs: { i: { source: \"file:/i.ts\" } }\n"
        "channels: [{ name: \"" +
        std::string(name) + "\", id: a, number: 1, inputs: [i], provider: \"" + std::string(name) +
        "\", enabled: false }]\n");
  }
}

TEST(ExpandedAgain, WhatHasNoEffectIsShownWhereItWasSaid) {
  expect_to_come_back("headend: { network_id: 2 }\n");
  expect_to_come_back("headend: {}\n");
  const std::string rest =
      "inputs: { i: { source: \"file:/i.ts\" } }\nchannels: [{ name: A, number: 1, inputs: [i]";
  expect_to_come_back(rest + " }]\n");
  expect_to_come_back(rest + ", pids: { first: 0x200 } }]\n");
  expect_to_come_back(rest + ", pids: { mode: allocate } }]\n");
}

TEST(ExpandedAgain, InputsThatChannelsBringAlong) {
  expect_to_come_back(
      "ports: { p: { device: net_x, address: 10.1.0.1/24 } }\n"
      "channels: [{ name: \"3sat\", number: 1, inputs: [{ source: \"rtp://239.1.1.1:1\", jitter: 5ms },\n"
      "  { source: \"udp://239.1.1.2:1\", jitter: 300ms }] }]\n");
}

// A comment must not end where the name of a file has a line's end.
TEST(ExpandedAgain, FilesOfAnyName) {
  const test::Folder made;
  const fs::path& folder = made.path();
  for (const char* file :
       {"a\nname: x", "a\rb", "a\tb", "a\x1b[2J", "a\xFF\xFE", "a\x7F", "a # b", "a\xC2\x85"}) {
    SCOPED_TRACE(file);
    const fs::path path = folder / (std::string(file) + ".yaml");
    std::ofstream(path) << "headend: { name: oslo }\n";
    const auto loaded = load(path);
    ASSERT_TRUE(loaded);
    expect_to_come_back(*loaded);
  }
}

}  // namespace
}  // namespace headwater::config
