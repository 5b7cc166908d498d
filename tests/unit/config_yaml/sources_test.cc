// SPDX-License-Identifier: Apache-2.0
//
// A configuration that is read again from what was kept of it, whatever became of its files.
#include "config/yaml/sources.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "config/yaml/expand.h"
#include "config/yaml/yaml.h"
#include "tests/support/folder.h"

namespace headwater::config {
namespace {

namespace fs = std::filesystem;

class SourcesTest : public testing::Test {
 protected:
  SourcesTest() {
    fs::create_directory(folder.at("channels"));
    static_cast<void>(folder.write("main.yaml",
                                   "include: [ports.yaml, channels/*.yaml]\n"
                                   "variables: { net: 239.1.0.0/16 }\n"
                                   "address_plan: { hd: { group: \"${net} + number\", port_number: 5000 } }\n"
                                   "defaults: { outputs: [{ to: \"udp://{plan.hd}\", port: p }] }\n"
                                   "lineup: { csv: table.csv }\n"
                                   "inputs: { i: { source: \"file:i.ts\" } }\n"));
    static_cast<void>(folder.write("ports.yaml", "ports: { p: { device: net_x, address: 10.0.0.1/24 } }\n"));
    static_cast<void>(folder.write("channels/a.yaml", "channels: [{ name: A, number: 1, inputs: [i] }]\n"));
    static_cast<void>(folder.write("channels/b.yaml", "channels: [{ name: B, number: 2, inputs: [i] }]\n"));
    static_cast<void>(folder.write("table.csv", "name,number,inputs\nC,3,i\n"));
    // The same file by two paths is read once.
    fs::create_symlink(folder.at("channels/b.yaml"), folder.at("channels/c.yaml"));
  }
  [[nodiscard]] Loaded loaded() const {
    auto result = load(folder.at("main.yaml"));
    if (!result) throw std::runtime_error(result.error().errors.front().to_string());
    return std::move(*result);
  }
  static std::string text_of(const Configuration& configuration) {
    return expanded(configuration, Defaults::kSaid);
  }

  test::Folder folder;
};

TEST_F(SourcesTest, WhatWasKeptComesToTheSameWithoutTheFiles) {
  const Loaded first = loaded();
  ASSERT_EQ(first.configuration.channels.size(), 3U);
  const auto kept = unpack(pack(first.sources));
  ASSERT_TRUE(kept);
  EXPECT_EQ(*kept, first.sources);
  fs::remove_all(folder.path());
  const auto again = load(*kept);
  ASSERT_TRUE(again) << again.error().errors.front().to_string();
  EXPECT_EQ(text_of(again->configuration), text_of(first.configuration));
  EXPECT_EQ(again->sources, first.sources);
}

TEST_F(SourcesTest, AFolderIsKeptAsOne) {
  static_cast<void>(folder.write("channels/inputs.yaml",
                                 "inputs: { i: { source: \"file:i.ts\" } }\n"
                                 "ports: { p: { device: net_x, address: 10.0.0.1/24 } }\n"
                                 "defaults: { outputs: [{ to: \"udp://239.1.1.1:5000\", port: p }] }\n"));
  fs::remove(folder.at("channels/b.yaml"));
  fs::remove(folder.at("channels/c.yaml"));
  const auto whole = load(folder.at("channels"));
  ASSERT_TRUE(whole) << whole.error().errors.front().to_string();
  fs::remove_all(folder.path());
  const auto again = load(whole->sources);
  ASSERT_TRUE(again) << again.error().errors.front().to_string();
  EXPECT_EQ(text_of(again->configuration), text_of(whole->configuration));
}

TEST_F(SourcesTest, AnyFileMoreLessOrOtherMakesThemDiffer) {
  const Sources before = loaded().sources;
  EXPECT_EQ(loaded().sources, before);
  static_cast<void>(folder.write("table.csv", "name,number,inputs\nC,4,i\n"));
  EXPECT_NE(loaded().sources, before);
  static_cast<void>(folder.write("table.csv", "name,number,inputs\nC,3,i\n"));
  EXPECT_EQ(loaded().sources, before);
  static_cast<void>(folder.write("channels/d.yaml", "# nothing yet\n"));
  EXPECT_NE(loaded().sources, before);
}

TEST_F(SourcesTest, WhatIsCutAnywhereIsNotUnpacked) {
  const std::string packed = pack(loaded().sources);
  for (std::size_t length = 0; length < packed.size(); ++length)
    ASSERT_FALSE(unpack(std::string_view(packed).substr(0, length))) << length;
  EXPECT_FALSE(unpack(packed + "x"));
  EXPECT_FALSE(unpack("99999999999999999999:x"));
}

}  // namespace
}  // namespace headwater::config
