// SPDX-License-Identifier: Apache-2.0
//
// Patterns of files: what matches none must not take a lineup off the air.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "config/yaml/yaml.h"
#include "tests/support/folder.h"
#include "tests/unit/config_yaml/problems.h"

namespace headwater::config {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;

class Patterns : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }
  // Errors, then warnings.
  [[nodiscard]] std::string told(const std::string& name) const {
    const auto result = load(folder_ / name);
    return result ? all(result->warnings) : all(result.error().errors);
  }

  test::Folder made_;
  fs::path folder_ = made_.path();
};

TEST_F(Patterns, TablesThatAreNotThereAreAnError) {
  write("main.yaml", "lineup: { csv: export/*.csv }\n");
  EXPECT_THAT(told("main.yaml"), HasSubstr("main.yaml:1:16: lineup: `csv`: " +
                                           (folder_ / "export/*.csv").string() + " matches no file"));
  EXPECT_FALSE(load(folder_ / "main.yaml"));
  fs::create_directory(folder_ / "export");
  EXPECT_FALSE(load(folder_ / "main.yaml"));
}

TEST_F(Patterns, ALineupNamesATable) {
  write("none.yaml", "lineup: { csv: [] }\n");
  EXPECT_THAT(told("none.yaml"), HasSubstr("none.yaml:1:16: lineup: `csv`: a table of channels is needed"));
  write("nothing.yaml", "lineup:\n");
  EXPECT_THAT(told("nothing.yaml"), HasSubstr("nothing.yaml:1:1: `lineup` has no value"));
  write("empty.yaml", "lineup: {}\n");
  EXPECT_THAT(told("empty.yaml"), HasSubstr("empty.yaml:1:9: lineup: `csv` is missing"));
}

TEST_F(Patterns, WhatMayBeIncludedMayBeMissing) {
  write("main.yaml", "include: more/*.yaml\n");
  EXPECT_TRUE(load(folder_ / "main.yaml"));
  EXPECT_THAT(told("main.yaml"), HasSubstr("main.yaml:1:10: `include`: "));
}

// As root no folder is closed to us: one of links that lead in a circle cannot be read either.
TEST_F(Patterns, AFolderThatCannotBeReadIsAnError) {
  fs::create_symlink("circle", folder_ / "circle");
  write("main.yaml", "include: circle/*.yaml\n");
  EXPECT_THAT(told("main.yaml"), HasSubstr("main.yaml:1:10: `include`: " +
                                           (folder_ / "circle/*.yaml").string() + " cannot be searched: "));
  EXPECT_FALSE(load(folder_ / "main.yaml"));
}

TEST_F(Patterns, TheFoldersOwnNameIsNone) {
  write("net[1]*?\\/main.yaml", "include: \"more/[a]*.yaml\"\ninputs: { i: { source: \"file:i.ts\" } }\n");
  write("net[1]*?\\/more/a.yaml", "channels: [{ name: A, number: 1, inputs: [i], enabled: false }]\n");
  EXPECT_THAT(told("net[1]*?\\/main.yaml"), IsEmpty());
  const auto result = load(folder_ / "net[1]*?\\/main.yaml");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->configuration.channels.size(), 1U);
}

}  // namespace
}  // namespace headwater::config
