// SPDX-License-Identifier: Apache-2.0
//
// What a start runs, of a file and of what was confirmed, each of them good, broken or missing.
#include "tools/headwaterd/first_configuration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/support/folder.h"

namespace headwater::daemon {
namespace {

using testing::HasSubstr;

class FirstConfigurationTest : public testing::Test {
 protected:
  void file(const std::string& name) const {
    static_cast<void>(folder.write("headend.yaml", "headend: { name: " + name + " }\n"));
  }
  void broken() const { static_cast<void>(folder.write("headend.yaml", "headend: { nam: x }\n")); }
  [[nodiscard]] ConfigurationSource source() const {
    const std::string path = folder.at("headend.yaml");
    return {.file = path,
            .load = [path] { return config::load(path); },
            .load_kept = [](const config::Sources& kept) { return config::load(kept); }};
  }
  [[nodiscard]] std::expected<FirstConfiguration, std::string> start(bool take_file = false) const {
    return first_configuration(source(), folder.at("state"), take_file);
  }
  // As a start that runs the file keeps it.
  void confirm() const {
    auto first = start(true);
    ASSERT_TRUE(first) << first.error();
    ASSERT_TRUE(first->revisions->keep(1, control::Standing::kRan, "", config::pack(first->loaded.sources)));
  }
  static std::string name_of(const FirstConfiguration& first) {
    return first.loaded.configuration.headend.name;
  }
  test::Folder folder;
};

TEST_F(FirstConfigurationTest, TheFileWhereNothingWasConfirmedYet) {
  file("oslo");
  const auto first = start();
  ASSERT_TRUE(first) << first.error();
  EXPECT_EQ(name_of(*first), "oslo");
  EXPECT_EQ(first->revision, std::nullopt);
  EXPECT_EQ(first->trouble, "");
}

TEST_F(FirstConfigurationTest, WhatWasConfirmedWhileTheFileSaysTheSame) {
  file("oslo");
  confirm();
  const auto first = start();
  ASSERT_TRUE(first) << first.error();
  EXPECT_EQ(first->revision, 1U);
  EXPECT_EQ(first->trouble, "");
}

TEST_F(FirstConfigurationTest, WhatWasConfirmedWhileTheFileIsBeingEdited) {
  file("oslo");
  confirm();
  file("bergen");
  const auto edited = start();
  ASSERT_TRUE(edited) << edited.error();
  EXPECT_EQ(name_of(*edited), "oslo");
  EXPECT_THAT(edited->trouble, HasSubstr("hwctl config apply"));
  broken();
  const auto wrong = start();
  ASSERT_TRUE(wrong) << wrong.error();
  EXPECT_EQ(name_of(*wrong), "oslo");
  EXPECT_THAT(wrong->trouble, HasSubstr("1 errors"));
  std::filesystem::remove(folder.at("headend.yaml"));
  const auto gone = start();
  ASSERT_TRUE(gone) << gone.error();
  EXPECT_EQ(name_of(*gone), "oslo");
}

TEST_F(FirstConfigurationTest, TheFileWhereItIsAskedFor) {
  file("oslo");
  confirm();
  file("bergen");
  const auto first = start(true);
  ASSERT_TRUE(first) << first.error();
  EXPECT_EQ(name_of(*first), "bergen");
  EXPECT_EQ(first->revision, std::nullopt) << "it has to be kept";
  broken();
  EXPECT_FALSE(start(true));
}

TEST_F(FirstConfigurationTest, NothingWhereTheFileIsBrokenAndNothingWasConfirmed) {
  broken();
  const auto first = start();
  ASSERT_FALSE(first);
  EXPECT_THAT(first.error(), HasSubstr("not started"));
  EXPECT_FALSE(std::filesystem::exists(folder.at("state"))) << "nothing was begun";
}

// `config apply --at-next-start` of what cannot come on the air: dark for one start, not for ever.
TEST_F(FirstConfigurationTest, OneThatNeverRanIsTriedOnce) {
  file("oslo");
  confirm();
  file("bergen");
  {
    auto first = start(true);
    ASSERT_TRUE(first) << first.error();
    ASSERT_TRUE(
        first->revisions->keep(2, control::Standing::kConfirmed, "", config::pack(first->loaded.sources)));
  }
  {
    auto first = start();
    ASSERT_TRUE(first) << first.error();
    EXPECT_EQ(name_of(*first), "bergen");
    ASSERT_TRUE(first->revisions->set(2, control::Standing::kFailed));
  }
  const auto again = start();
  ASSERT_TRUE(again) << again.error();
  EXPECT_EQ(name_of(*again), "oslo");
  EXPECT_THAT(again->trouble, HasSubstr("revision 2 did not start, the log tells why: revision 1 runs"));
}

// After an upgrade, say, which finds an error in what ran before it.
TEST_F(FirstConfigurationTest, AnOlderOneWhereNeitherTheNewestNorTheFileCanBeRead) {
  file("oslo");
  confirm();
  {
    auto first = start(true);
    ASSERT_TRUE(first) << first.error();
    ASSERT_TRUE(first->revisions->keep(2, control::Standing::kRan, "", "of another version"));
  }
  broken();
  const auto first = start();
  ASSERT_TRUE(first) << first.error();
  EXPECT_EQ(first->revision, 1U);
  EXPECT_THAT(first->trouble, HasSubstr("revision 2 was kept by another version: revision 1 runs, since "));
}

TEST_F(FirstConfigurationTest, TheFileWhereTheRevisionsAreDamaged) {
  file("oslo");
  confirm();
  file("bergen");
  std::filesystem::resize_file(folder.at("state/revisions.db"), 1000);
  const auto first = start();
  ASSERT_TRUE(first) << first.error();
  EXPECT_EQ(name_of(*first), "bergen");
  EXPECT_THAT(first->trouble, HasSubstr("revisions.db"));
}

}  // namespace
}  // namespace headwater::daemon
