// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/support/source_tree.h"
#include "tests/system/headend_rig.h"

namespace headwater::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// Root's demo builds in the clone; the user's own build there must not end in CMake's "Permission denied".
TEST(BuildTest, AFolderOfAnotherUserIsNamedWithTheWayOut) {
  if (geteuid() != 0) GTEST_SKIP() << "becoming another user needs root";
  const Folder folder;
  fs::create_directories(folder.at("scripts"));
  fs::create_directories(folder.at("build/dev"));
  fs::copy(source_tree() / "scripts/build", folder.at("scripts/build"));
  const std::string all = folder.at("");
  ASSERT_EQ(Process({"chmod", "-R", "a+rX,go-w", all}).wait(), 0);
  Process build({"setpriv", "--reuid=65534", "--clear-groups", folder.at("scripts/build"), "dev"});
  EXPECT_EQ(build.wait(), 1);
  EXPECT_THAT(build.errors(), HasSubstr("build: build belongs to root, and nobody may not write there"));
  EXPECT_THAT(build.errors(), HasSubstr("sudo chown -R nobody " + folder.at("build")));
}

}  // namespace
}  // namespace headwater::test
