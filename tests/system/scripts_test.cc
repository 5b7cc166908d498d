// SPDX-License-Identifier: Apache-2.0
//
// What the scripts say to who runs them: to a user who is not root, and on a terminal. In a clone that the
// user can read; what would install or build is a program of that name that does not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/support/source_tree.h"
#include "tests/system/headend_rig.h"

namespace headwater::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

class ScriptsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "becoming another user needs root";
    fs::create_directories(clone.at("bin"));
    fs::copy(source_tree() / "scripts", clone.at("scripts"));
  }

  void replace(const std::string& program, const std::string& by) const {
    fs::permissions(clone.write(program, "#!/bin/sh\n" + by + "\n"), fs::perms::owner_all);
  }
  // All are installed but this one.
  void lack(const std::string& package) const {
    replace("bin/dpkg-query", "case \"$*\" in *' " + package + "') exit 1;; esac; printf installed");
  }

  // `words`: a script of the clone and its arguments.
  Process run_as_nobody(const std::string& words) const {
    EXPECT_EQ(Process({"chmod", "-R", "a+rX,go-w", clone.at("")}).wait(), 0);
    return Process({"setpriv", "--reuid=65534", "--clear-groups", "sh", "-c", in_the_clone(words)});
  }
  std::string in_the_clone(const std::string& words) const {
    return "PATH=" + clone.at("bin") + ":$PATH exec " + clone.at("scripts/") + words;
  }

  const Folder clone;
};

// Root's demo builds in the clone; the user's own build there must not end in CMake's "Permission denied".
TEST_F(ScriptsTest, BuildNamesTheUserWhoseFolderItIsAndTheWayOut) {
  fs::create_directories(clone.at("build/dev"));
  Process build = run_as_nobody("build dev");
  EXPECT_EQ(build.wait(), 1);
  EXPECT_THAT(build.errors(), HasSubstr("build: build belongs to root, and nobody may not write there"));
  EXPECT_THAT(build.errors(), HasSubstr("sudo chown -R nobody " + clone.at("build")));
}

// Where somebody watches a build of minutes, it shows where it is; a log gets only what went wrong.
TEST_F(ScriptsTest, BuildShowsItsProgressOnATerminalOnly) {
  replace("bin/cmake", "echo cmake \"$@\"");
  Process watched(
      {"script", "--quiet", "--return", "--command", in_the_clone("build dev target"), "/dev/null"});
  EXPECT_EQ(watched.wait(), 0) << watched.errors();
  EXPECT_EQ(watched.output(), "cmake --build build/dev --target target --\r\n");
  Process logged({"sh", "-c", in_the_clone("build dev target")});
  EXPECT_EQ(logged.wait(), 0) << logged.errors();
  EXPECT_EQ(logged.output(), "cmake --build build/dev --target target -- --quiet\n");
}

TEST_F(ScriptsTest, DemoWithoutRootSaysWhatItNeeds) {
  Process demo = run_as_nobody("demo");
  EXPECT_EQ(demo.wait(), 1);
  EXPECT_EQ(demo.output(), "");
  EXPECT_EQ(demo.errors(), "demo: the lab needs root (network namespaces, huge pages): sudo scripts/demo\n");
}

TEST_F(ScriptsTest, SetupWithoutRootNamesThePackageAndTheCommand) {
  lack("tshark");
  Process setup = run_as_nobody("setup lab");
  EXPECT_EQ(setup.wait(), 1);
  EXPECT_THAT(setup.errors(), HasSubstr("missing, and installing them needs root:\n  tshark\n"));
  EXPECT_THAT(setup.errors(), HasSubstr("Run 'sudo scripts/setup lab' once"));

  Process enough = run_as_nobody("setup build");
  EXPECT_EQ(enough.wait(), 0) << enough.errors();
}

// What a guest needs is no part of what builds and tests need.
TEST_F(ScriptsTest, OnlySetupNicWantsAnEmulator) {
  lack("qemu-system-x86");
  for (const char* enough : {"setup build", "setup test", "setup lab"}) {
    Process setup = run_as_nobody(enough);
    EXPECT_EQ(setup.wait(), 0) << setup.errors();
  }
  Process nic = run_as_nobody("setup nic");
  EXPECT_EQ(nic.wait(), 1);
  EXPECT_THAT(nic.errors(), HasSubstr("missing, and installing them needs root:\n  qemu-system-x86"));
}

TEST_F(ScriptsTest, TestWithoutRootSaysWhatWillBeSkippedAndGoesOn) {
  replace("scripts/build", "echo building; exit 5");
  lack("tshark");
  Process stopped = run_as_nobody("test");
  EXPECT_EQ(stopped.wait(), 1);
  EXPECT_THAT(stopped.errors(), HasSubstr("Run 'sudo scripts/setup test' once"));
  EXPECT_THAT(stopped.output(), Not(HasSubstr("building")));

  lack("nothing");
  Process test = run_as_nobody("test");
  EXPECT_EQ(test.wait(), 5) << test.errors();
  EXPECT_THAT(test.output(),
              HasSubstr("test: not root: the tests of label 'system' need network namespaces and huge "
                        "pages and will show as skipped\ntest: building"));
}

// Ctrl-C at the worst moment: a namespace that was made and not yet noted would never be taken down.
TEST_F(ScriptsTest, LabTakesDownTheNamespaceThatItWasMaking) {
  const std::string lab = "hwcut" + std::to_string(getpid());
  replace("bin/ip", "PATH=${PATH#*:} ip \"$@\"; [ \"$1 $2\" != 'netns add' ] || kill -INT $PPID");
  Process up({"env", "HEADWATER_LAB=" + lab, "sh", "-c", in_the_clone("lab up")});
  const auto status = up.wait();
  if (status == 77) GTEST_SKIP() << up.errors();
  EXPECT_EQ(status, 130) << up.errors();
  EXPECT_FALSE(fs::exists("/run/netns/" + lab + "-west"));
  EXPECT_FALSE(fs::exists("/run/headwater-lab/" + lab));
}

}  // namespace
}  // namespace headwater::test
