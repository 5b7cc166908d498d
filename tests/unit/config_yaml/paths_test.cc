// SPDX-License-Identifier: Apache-2.0
//
// Variables do not reach the paths of files, which are read before it is known what they stand for.
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

TEST(Paths, CannotUseVariables) {
  const test::Folder made;
  const fs::path& folder = made.path();
  const std::string file = (folder / "main.yaml").string();
  std::ofstream(file) << "variables: { d: more }\n"
                         "include: [\"${d}/*.yaml\", \"${d}/a.yaml\"]\n"
                         "lineup: { csv: \"${d}/*.csv\" }\n";
  const auto result = load(file);
  ASSERT_FALSE(result);
  const std::string words =
      ": variables cannot be used in paths of files: they are read first. Write the path itself\n";
  EXPECT_EQ(all(result.error().errors), file + ":2:11: `include`: ${d}/*.yaml" + words + file +
                                            ":2:26: `include`: ${d}/a.yaml" + words + file +
                                            ":3:16: lineup: `csv`: ${d}/*.csv" + words);
}

}  // namespace
}  // namespace headwater::config
