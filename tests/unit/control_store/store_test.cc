// SPDX-License-Identifier: Apache-2.0
//
// What the store keeps: over closing, over a process that is killed in the middle of writing, and what it
// says when the file cannot be trusted.
#include "control/store/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/folder.h"

namespace headwater::control {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class StoreTest : public testing::Test {
 protected:
  test::Folder made_;
  fs::path directory_ = made_.path();
};

TEST_F(StoreTest, FindsNothingBeforeAndTheValueAfter) {
  auto store = Store::in_memory();
  ASSERT_TRUE(store) << store.error().text;
  EXPECT_EQ(store->find("pid", "das-erste", "0x101 / audio"), std::nullopt);
  ASSERT_TRUE(store->remember("pid", "das-erste", "0x101 / audio", 0x100));
  EXPECT_EQ(store->find("pid", "das-erste", "0x101 / audio"), 0x100U);
  EXPECT_EQ(store->find("pid", "zdf", "0x101 / audio"), std::nullopt);
  ASSERT_TRUE(store->remember("pid", "das-erste", "0x101 / audio", 0xFFFFFFFF));
  EXPECT_EQ(store->find("pid", "das-erste", "0x101 / audio"), 0xFFFFFFFFU);
}

TEST_F(StoreTest, ListsByKindAndOwnerInOrder) {
  auto store = Store::in_memory();
  ASSERT_TRUE(store);
  const std::array all{Allocation{"pid", "b", "2", 3}, Allocation{"pid", "a", "9", 1},
                       Allocation{"pid", "b", "1", 2}, Allocation{"ssrc", "a", "", 4},
                       Allocation{"piddle", "a", "", 5}};
  ASSERT_TRUE(store->remember(all));
  EXPECT_THAT(store->list("pid"), testing::ElementsAre(all[1], all[2], all[0]));
  EXPECT_THAT(store->list("pid", "b"), testing::ElementsAre(all[2], all[0]));
  EXPECT_THAT(store->list("pid", "c"), testing::IsEmpty());
}

TEST_F(StoreTest, KeepsOverReopeningAndMakesItsDirectory) {
  const fs::path inner = directory_ / "var" / "lib";
  {
    auto store = Store::open(inner);
    ASSERT_TRUE(store) << store.error().text;
    ASSERT_TRUE(store->remember("service_id", "zdf", "", 7));
    ASSERT_TRUE(store->remember("service_id", "zdf", "", 8));
  }
  auto store = Store::open(inner);
  ASSERT_TRUE(store) << store.error().text;
  EXPECT_EQ(store->find("service_id", "zdf", ""), 8U);
  EXPECT_TRUE(fs::exists(inner / "headwater.db"));
}

// A child writes pairs that belong together until it is killed; afterwards no pair is torn, and nothing that
// it reported as kept is gone.
TEST_F(StoreTest, SurvivesKillInTheMiddleOfWriting) {
  for (int round = 0; round < 5; ++round) {
    std::array<int, 2> ends{};
    ASSERT_EQ(pipe(ends.data()), 0);
    const pid_t child = fork();
    ASSERT_NE(child, -1);
    if (child == 0) {
      close(ends[0]);
      auto store = Store::open(directory_);
      if (!store) _exit(1);
      for (std::uint32_t n = store->find("version", "x", "pmt").value_or(0) + 1;; ++n) {
        const std::array pair{Allocation{"version", "x", "pmt", n},
                              Allocation{"version", "x", "pmt crc", ~n}};
        if (!store->remember(pair) || write(ends[1], &n, sizeof n) != sizeof n) _exit(1);
      }
    }
    close(ends[1]);
    std::uint32_t confirmed = 0;
    for (int n = 0; n < 10 + round; ++n)
      ASSERT_EQ(read(ends[0], &confirmed, sizeof confirmed), sizeof confirmed);
    ASSERT_EQ(kill(child, SIGKILL), 0);
    std::uint32_t more = 0;
    while (read(ends[0], &more, sizeof more) == sizeof more) confirmed = more;
    close(ends[0]);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself: it could not write";

    auto store = Store::open(directory_);
    ASSERT_TRUE(store) << store.error().text;
    const auto version = store->find("version", "x", "pmt");
    ASSERT_TRUE(version);
    EXPECT_GE(*version, confirmed);
    EXPECT_EQ(store->find("version", "x", "pmt crc"), ~*version);
  }
}

TEST_F(StoreTest, SaysWhatToDoAboutADamagedFile) {
  {
    auto store = Store::open(directory_);
    ASSERT_TRUE(store);
    for (std::uint32_t n = 0; n < 200; ++n)
      ASSERT_TRUE(store->remember("pid", "owner", std::to_string(n), n));
  }
  {
    std::fstream file(directory_ / "headwater.db", std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(4096);  // the second page: content, behind the header
    file << std::string(4096, '\xA5');
  }
  const auto store = Store::open(directory_);
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().text, HasSubstr((directory_ / "headwater.db").string()));
  EXPECT_THAT(store.error().text, HasSubstr("damaged"));
  EXPECT_THAT(store.error().text, HasSubstr("backup"));
}

TEST_F(StoreTest, RefusesWhatIsNoDatabase) {
  std::ofstream(directory_ / "headwater.db") << std::string(5000, 'x');
  const auto store = Store::open(directory_);
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().text, HasSubstr("damaged"));
}

// SQLite's file format, 1.3: user_version stands in bytes 60..63, big-endian.
TEST_F(StoreTest, LeavesTheFileOfANewerVersionAlone) {
  {
    ASSERT_TRUE(Store::open(directory_));
  }
  {
    std::fstream file(directory_ / "headwater.db", std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(63);
    file.put(9);
  }
  const auto store = Store::open(directory_);
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().text, HasSubstr("schema 9"));
}

TEST_F(StoreTest, NamesADirectoryThatCannotBeMade) {
  std::ofstream(directory_ / "file") << "x";
  const auto store = Store::open(directory_ / "file");
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().text, HasSubstr((directory_ / "file").string()));
}

// A limit on the size of files stands for the full disk.
TEST_F(StoreTest, GoesOnWhenTheDiskIsFullAndCatchesUp) {
  auto store = Store::open(directory_);
  ASSERT_TRUE(store);
  ASSERT_TRUE(store->remember("pid", "a", "before", 1));
  rlimit whole{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &whole), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{.rlim_cur = 4096, .rlim_max = whole.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto refused = store->remember("pid", "a", "during", 2);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &whole), 0);
  std::signal(SIGXFSZ, handler);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text, HasSubstr("disk"));
  EXPECT_EQ(store->find("pid", "a", "during"), 2U);

  ASSERT_TRUE(store->remember("pid", "a", "during", 2)) << "the same value again must reach the disk now";
  const auto reader = Store::open(directory_);
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->find("pid", "a", "before"), 1U);
  EXPECT_EQ(reader->find("pid", "a", "during"), 2U);
}

TEST_F(StoreTest, TwoHandlesOnOneFileBothWrite) {
  auto first = Store::open(directory_);
  auto second = Store::open(directory_);
  ASSERT_TRUE(first);
  ASSERT_TRUE(second) << second.error().text;
  ASSERT_TRUE(first->remember("pid", "a", "", 1));
  ASSERT_TRUE(second->remember("pid", "b", "", 2));
  const auto third = Store::open(directory_);
  ASSERT_TRUE(third);
  EXPECT_EQ(third->list("pid").size(), 2U);
}

}  // namespace
}  // namespace headwater::control
