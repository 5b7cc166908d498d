// SPDX-License-Identifier: Apache-2.0
//
// scripts/demo: what its table says, and that it leaves nothing behind, however it ends: no namespace, no
// process, no huge page. With programs already built and channels already made, so that a case takes seconds.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <functional>
#include <iterator>

#include "tests/support/source_tree.h"
#include "tests/system/headend_rig.h"

namespace headwater::test {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::ContainsRegex;
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
    pages = content(kPages);
  }
  void TearDown() override {
    if (demo && demo->running()) {
      demo->signal(SIGTERM);
      demo->wait();
    }
  }

  // Channels with nothing to see in them.
  void write_channels() const {
    std::uint16_t number = 0;
    for (const char* name : {"one.ts", "two.ts", "three.ts", "radio.ts"})
      static_cast<void>(folder.write(name, service(++number, 5)));
  }
  // As the demo makes them, but short; the radio is left to it.
  void make_pictures() const {
    for (const auto& [name, video, audio] : {std::tuple("one.ts", "h264", "aac:deu"),
                                             {"two.ts", "mpeg2", "mp2:deu"},
                                             {"three.ts", "hevc", "ac3:eng"}}) {
      Process made({HEADWATER_HWGEN, "make", folder.at(name), "--video", video, "--video-rate", "400k",
                    "--audio", audio, "--size", "320x180", "--seconds", "3"});
      ASSERT_EQ(made.wait(), 0) << made.errors();
    }
  }

  // In a process group of its own, as a shell starts it. Ends with the test.
  std::vector<std::string> command(const std::vector<std::string>& options) const {
    std::vector<std::string> words{"setpriv",
                                   "--pdeathsig",
                                   "TERM",
                                   "setsid",
                                   "env",
                                   "HEADWATER_LAB=" + lab,
                                   "HEADWATER_DEMO=" + folder.at(""),
                                   "HEADWATER_BIN=" + fs::path(HEADWATER_HEADWATERD).parent_path().string(),
                                   (source_tree() / "scripts/demo").string()};
    words.insert(words.end(), options.begin(), options.end());
    return words;
  }
  void start(const std::vector<std::string>& options) { demo = std::make_unique<Process>(command(options)); }
  // Whether the demo comes so far. If not, the test is skipped or has failed.
  bool comes_to(const std::function<bool()>& point) {
    EXPECT_TRUE(wait_until([&] { return point() || !demo->running(); }, std::chrono::seconds(60)));
    if (point()) return true;
    cannot_or_failed();
    return false;
  }
  bool ends_by_itself_with(int status) {
    if (demo->wait() == status && !another_runs()) return true;
    cannot_or_failed();
    return false;
  }
  bool comes_to_the_boxes() {
    return comes_to([this] { return fs::exists(folder.at("box4.json")); });
  }
  // What the terminal's Ctrl-C is.
  void ctrl_c() const { EXPECT_EQ(kill(-demo->pid(), SIGINT), 0); }

  void expect_nothing_left() const {
    EXPECT_THAT(left(), IsEmpty());
    EXPECT_EQ(content(kPages), pages);
  }
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

 private:
  bool another_runs() const { return demo->errors().contains("another demo is running"); }
  void cannot_or_failed() {
    if (!demo->running() && (demo->wait() == 77 || another_runs())) GTEST_SKIP() << demo->errors();
    FAIL() << demo->output() << demo->errors();
  }
};

TEST_F(DemoTest, EndsByItselfWithATableAndAgain) {
  make_pictures();
  for (const char* radio : {"making radio.ts", "there already: radio.ts"}) {
    start({"--seconds", "3"});
    if (!ends_by_itself_with(0)) return;
    const std::string said = demo->output();
    EXPECT_THAT(said, HasSubstr(radio));
    EXPECT_THAT(said,
                ContainsRegex("\nchannel +group +box +Mb/s +CC errors +RTP lost +PCR jitter us +frames\n"));
    for (const char* row : {"One +rtp://239.2.1.1:5000 +box1", "Two +udp://239.2.1.2:5000 +box2",
                            "Three +rtp://239.2.1.3:5000 +box3", "Radio +udp://239.2.1.4:5000 +box4"}) {
      EXPECT_THAT(said, ContainsRegex(fmt::format("\n{} +[0-9.]+ +0 +0 +[0-9]+ +[1-9][0-9]+\n", row)));
    }
    EXPECT_THAT(said, HasSubstr("\ndemo: all four channels arrived whole\n"));
    expect_nothing_left();
  }
}

TEST_F(DemoTest, ChannelsWithoutPicturesAreInTheTableAndItFails) {
  write_channels();
  start({"--seconds", "1"});
  if (!ends_by_itself_with(1)) return;
  const std::string said = demo->output();
  for (const char* box : {"box1", "box2", "box3", "box4"})
    EXPECT_THAT(said, ContainsRegex(fmt::format("\n[A-Z][a-z]+ .* {} +[0-9.]+ +0 +0 +[0-9]+ +0\n", box)));
  EXPECT_THAT(demo->errors(), HasSubstr("demo: see above"));
  expect_nothing_left();
}

TEST_F(DemoTest, StaysUpUntilCtrlC) {
  make_pictures();
  start({"--stay", "--seconds", "1"});
  if (!comes_to([this] { return demo->output().contains("It stays up until Ctrl-C"); })) return;
  EXPECT_THAT(left(), Contains(HasSubstr("headwaterd")));
  ctrl_c();
  EXPECT_EQ(demo->wait(), 130) << demo->errors();
  expect_nothing_left();
}

TEST_F(DemoTest, CtrlCWhileTheLabIsBuiltLeavesNothing) {
  write_channels();
  for (const char* host : {"west", "box4"}) {
    start({});
    if (!comes_to([&] { return fs::exists(fmt::format("/run/netns/{}-{}", lab, host)); })) return;
    ctrl_c();
    EXPECT_EQ(demo->wait(), 130) << demo->errors();
    EXPECT_THAT(demo->output(), Not(HasSubstr("is up")));
    expect_nothing_left();
  }
}

TEST_F(DemoTest, InterruptedItLeavesNothingAndWhileItRunsNoOtherStarts) {
  write_channels();
  start({"--seconds", "60"});
  if (!comes_to_the_boxes()) return;
  EXPECT_THAT(left(), Contains(HasSubstr("headwaterd")));
  Process other(command({}));
  EXPECT_EQ(other.wait(), 1);
  EXPECT_THAT(other.errors(), HasSubstr(fmt::format("another demo is running (process {})", demo->pid())));

  demo->signal(SIGINT);
  EXPECT_EQ(demo->wait(), 130) << demo->errors();
  expect_nothing_left();
}

TEST_F(DemoTest, KilledItIsTakenDownByTheNextLab) {
  write_channels();
  start({"--seconds", "60"});
  if (!comes_to_the_boxes()) return;
  demo->signal(SIGKILL);
  ASSERT_EQ(demo->wait(), 128 + SIGKILL);
  EXPECT_FALSE(left().empty());
  auto next = Lab::up();
  ASSERT_TRUE(next) << next.error().text;
  expect_nothing_left();
}

}  // namespace
}  // namespace headwater::test
