// SPDX-License-Identifier: Apache-2.0
//
// Every example loads without a word, and the document describes every key.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "config/schema/keys.h"
#include "config/yaml/yaml.h"
#include "tests/support/source_tree.h"

namespace headwater::config {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = test::source_tree();

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST(Examples, AllLoadWithoutAWord) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(kRoot / "config/examples")) {
    if (entry.path().extension() != ".yaml") continue;
    names.insert(entry.path().filename());
    const auto result = load(entry.path());
    if (!result) {
      for (const Problem& each : result.error().errors) ADD_FAILURE() << each.to_string();
      continue;
    }
    for (const Problem& each : result->warnings) ADD_FAILURE() << each.to_string();
    EXPECT_FALSE(result->configuration.channels.empty()) << entry.path();
  }
  EXPECT_THAT(names, testing::IsSupersetOf({"demo.yaml", "minimal.yaml", "file-loop.yaml", "table.yaml"}));
}

TEST(Examples, TheDemoHasFourChannelsAndAllKindsOfCarriage) {
  const auto result = load(kRoot / "config/examples/demo.yaml");
  ASSERT_TRUE(result);
  const Configuration& c = result->configuration;
  ASSERT_EQ(c.channels.size(), 4U);
  EXPECT_EQ(c.channels[0].outputs.size(), 2U);
  EXPECT_TRUE(std::ranges::any_of(c.inputs, [](const Input& each) { return each.from.has_value(); }));
  EXPECT_TRUE(std::ranges::any_of(
      c.channels, [](const Channel& each) { return each.pids.mode == PidPlan::Mode::kAllocate; }));
}

// docs/configuration.md has a section "## NAME" for each map, and in it a row "| `key` |" for each key.
TEST(DocumentText, DescribesEveryKeyAndNoOther) {
  const std::string document = text_of(kRoot / "docs/configuration.md");
  for (const schema::Map& map : schema::maps()) {
    const std::string title = "\n## " + std::string(map.name) + "\n";
    const auto begin = document.find(title);
    ASSERT_NE(begin, std::string::npos) << title;
    const std::string section = document.substr(begin, document.find("\n## ", begin + 1) - begin);
    for (const schema::Key& key : map.keys) {
      const bool described = section.find("\n| `" + std::string(key.name) + "` |") != std::string::npos;
      EXPECT_EQ(described, key.support != schema::Key::Support::kLater) << map.name << ": " << key.name;
      if (key.support != schema::Key::Support::kWithoutEffect) continue;
      const auto row = section.find("\n| `" + std::string(key.name) + "` |");
      EXPECT_THAT(section.substr(row, section.find('\n', row + 1) - row),
                  testing::HasSubstr("no effect in this version"));
    }
    for (auto at = section.find("\n| `"); at != std::string::npos; at = section.find("\n| `", at + 1)) {
      const auto end = section.find('`', at + 4);
      const std::string key = section.substr(at + 4, end - at - 4);
      EXPECT_NE(schema::find(map.keys, key), nullptr) << map.name << " has no key " << key;
    }
  }
}

// The document's own examples, set between ```yaml and ```, are whole configurations.
TEST(DocumentText, ItsExamplesLoad) {
  const std::string document = text_of(kRoot / "docs/configuration.md");
  const std::string fence = "```yaml\n";
  std::size_t examples = 0;
  for (auto at = document.find(fence); at != std::string::npos; at = document.find(fence, at)) {
    at += fence.size();
    const std::string text = document.substr(at, document.find("```", at) - at);
    const auto result = parse(text, "configuration.md");
    if (!result) {
      for (const Problem& each : result.error().errors) ADD_FAILURE() << text << each.to_string();
    }
    ++examples;
  }
  EXPECT_GE(examples, 1U);
}

}  // namespace
}  // namespace headwater::config
