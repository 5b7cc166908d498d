// SPDX-License-Identifier: Apache-2.0
//
// scripts/demo leaves nothing behind, however it ends: no namespace, no process, no huge page. With programs
// already built and channels already made, so that a case takes seconds.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <iterator>

#include "tests/support/source_tree.h"
#include "tests/system/headend_rig.h"

namespace headwater::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const fs::path kPages = "/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages";

std::string content(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

class DemoTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "the demo needs root";
    if (!fs::exists(kPages)) GTEST_SKIP() << "this kernel has no 2 MiB huge pages";
    std::uint16_t number = 0;
    for (const char* name : {"one.ts", "two.ts", "three.ts", "radio.ts"})
      static_cast<void>(folder.write(name, service(++number, 5)));
    pages = content(kPages);
    demo = std::make_unique<Process>(command());
    ASSERT_TRUE(wait_until([&] { return !demo->running() || boxes_watch(); }, std::chrono::seconds(60)));
    if (demo->running()) return;
    if (demo->wait() == 77 || demo->errors().contains("another demo is running")) {
      GTEST_SKIP() << demo->errors();
    }
    FAIL() << demo->output() << demo->errors();
  }
  void TearDown() override {
    if (demo && demo->running()) {
      demo->signal(SIGTERM);
      demo->wait();
    }
  }

  std::vector<std::string> command() const {
    return {"env",
            "HEADWATER_LAB=" + lab,
            "HEADWATER_DEMO=" + folder.at(""),
            "HEADWATER_BIN=" + fs::path(HEADWATER_HEADWATERD).parent_path().string(),
            (source_tree() / "scripts/demo").string(),
            "--seconds",
            "60"};
  }
  bool boxes_watch() const { return fs::exists(folder.at("box4.json")); }

  // Namespaces, the lab's record, and processes that have the demo's folder in their command.
  std::vector<std::string> left() const {
    std::vector<std::string> found;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator("/run/netns", none)) {
      if (entry.path().filename().string().starts_with(lab)) found.push_back(entry.path());
    }
    if (fs::exists("/run/headwater-lab/" + lab)) found.push_back("the record of " + lab);
    for (const auto& entry : fs::directory_iterator("/proc", none)) {
      const std::string words = content(entry.path() / "cmdline");
      if (words.contains(folder.at(""))) found.push_back(words);
    }
    return found;
  }

  const Folder folder;
  const std::string lab = fmt::format("hwdemo{}", getpid());
  std::string pages;
  std::unique_ptr<Process> demo;
};

TEST_F(DemoTest, InterruptedItLeavesNothingAndWhileItRunsNoOtherStarts) {
  EXPECT_THAT(left(), testing::Contains(HasSubstr("headwaterd")));
  Process other(command());
  EXPECT_EQ(other.wait(), 1);
  EXPECT_THAT(other.errors(), HasSubstr(fmt::format("another demo is running (process {})", demo->pid())));

  demo->signal(SIGINT);
  EXPECT_EQ(demo->wait(), 130) << demo->errors();
  EXPECT_THAT(left(), IsEmpty());
  EXPECT_EQ(content(kPages), pages);
}

TEST_F(DemoTest, KilledItIsTakenDownByTheNextLab) {
  demo->signal(SIGKILL);
  ASSERT_EQ(demo->wait(), 128 + SIGKILL);
  EXPECT_FALSE(left().empty());
  auto next = Lab::up();
  ASSERT_TRUE(next) << next.error().text;
  EXPECT_THAT(left(), IsEmpty());
  EXPECT_EQ(content(kPages), pages);
}

}  // namespace
}  // namespace headwater::test
