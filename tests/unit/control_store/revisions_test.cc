// SPDX-License-Identifier: Apache-2.0
#include "control/store/revisions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/support/folder.h"

namespace headwater::control {
namespace {

using testing::HasSubstr;

class RevisionsTest : public testing::Test {
 protected:
  [[nodiscard]] Revisions open() const {
    auto revisions = Revisions::open(folder.path());
    if (!revisions) throw std::runtime_error(revisions.error().text);
    return std::move(*revisions);
  }
  [[nodiscard]] std::string file() const { return folder.at("revisions.db"); }

  test::Folder folder;
};

TEST_F(RevisionsTest, TheNewestConfirmedIsTheOneToStartFrom) {
  {
    Revisions revisions = open();
    EXPECT_FALSE(revisions.newest_confirmed());
    ASSERT_TRUE(revisions.keep(1'700'000'000, Standing::kRan, "the first", "channels: []"));
    ASSERT_TRUE(revisions.keep(1'700'000'060, Standing::kRan, "1 channel added", "channels: [a]"));
    ASSERT_TRUE(revisions.keep(1'700'000'120, Standing::kTried, "2 channels added", "channels: [a, b, c]"));
  }
  const Revisions revisions = open();
  ASSERT_EQ(revisions.list().size(), 3U);
  EXPECT_EQ(revisions.list()[0].changes, "2 channels added");
  EXPECT_EQ(revisions.list()[0].taken_at, 1'700'000'120);
  ASSERT_TRUE(revisions.newest_confirmed());
  EXPECT_EQ(revisions.newest_confirmed()->number, 2U);
  EXPECT_EQ(revisions.sources(2).value(), "channels: [a]");
  EXPECT_EQ(revisions.sources(4).value(), std::nullopt);
}

TEST_F(RevisionsTest, ConfirmingIsForTheNewestAndOutlivesTheProcess) {
  {
    Revisions revisions = open();
    ASSERT_TRUE(revisions.keep(1, Standing::kRan, "", "one"));
    ASSERT_TRUE(revisions.keep(2, Standing::kTried, "", "two"));
    ASSERT_TRUE(revisions.set(2, Standing::kRan));
    EXPECT_EQ(revisions.newest_confirmed()->number, 2U);
  }
  EXPECT_EQ(open().newest_confirmed()->number, 2U);
}

TEST_F(RevisionsTest, TheOldestGoButNeverTheConfirmedOne) {
  Revisions revisions = open();
  ASSERT_TRUE(revisions.keep(0, Standing::kRan, "", "the good one"));
  for (std::size_t more = 0; more < 2 * Revisions::kMost; ++more)
    ASSERT_TRUE(revisions.keep(1, Standing::kTried, "", "never confirmed"));
  EXPECT_EQ(revisions.list().size(), Revisions::kMost + 1);
  ASSERT_TRUE(revisions.newest_confirmed());
  EXPECT_EQ(revisions.sources(revisions.newest_confirmed()->number).value(), "the good one");
  EXPECT_EQ(revisions.list().front().number, 2 * Revisions::kMost + 1);
}

// A writer that is killed at any moment: every revision that can be read is whole, and none is missing in
// between.
TEST_F(RevisionsTest, KilledWhileWritingThereIsTheLastWholeOne) {
  for (int life = 0; life < 20; ++life) {
    const pid_t writer = fork();
    ASSERT_GE(writer, 0);
    if (writer == 0) {
      Revisions revisions = open();
      for (int count = 0;; ++count) {
        const std::string text(20'000, static_cast<char>('a' + count % 26));
        if (!revisions.keep(count, Standing::kRan, text.substr(0, 1), text)) _exit(1);
      }
    }
    usleep(15'000 + static_cast<useconds_t>(life) * 1'700);
    ASSERT_EQ(kill(writer, SIGKILL), 0);
    int status = 0;
    ASSERT_EQ(waitpid(writer, &status, 0), writer);
    ASSERT_TRUE(WIFSIGNALED(status)) << "it stopped by itself";
    const Revisions revisions = open();
    if (revisions.list().empty()) continue;
    const Revision newest = *revisions.newest_confirmed();
    EXPECT_EQ(newest.number, revisions.list().front().number);
    const auto sources = revisions.sources(newest.number);
    ASSERT_TRUE(sources) << sources.error().text;
    EXPECT_EQ(**sources, std::string(20'000, newest.changes.front()));
  }
  EXPECT_FALSE(open().list().empty());
}

// Cut after any byte, it is refused or has whole revisions, the newest of them at most gone.
TEST_F(RevisionsTest, AFileThatIsCutIsRefusedOrHasWholeRevisions) {
  {
    Revisions revisions = open();
    for (int count = 0; count < 3; ++count)
      ASSERT_TRUE(
          revisions.keep(count, Standing::kRan, "", std::string(5'000, static_cast<char>('a' + count))));
  }
  const std::string whole = folder.at("whole");
  std::filesystem::copy_file(file(), whole);
  const auto size = std::filesystem::file_size(whole);
  std::size_t refused = 0;
  for (std::uintmax_t length = 1; length < size; length += length < 100 ? 1 : 509) {
    std::filesystem::remove(file() + "-wal");
    std::filesystem::remove(file() + "-shm");
    std::filesystem::copy_file(whole, file(), std::filesystem::copy_options::overwrite_existing);
    std::filesystem::resize_file(file(), length);
    const auto revisions = Revisions::open(folder.path());
    if (!revisions) {
      EXPECT_THAT(revisions.error().text, HasSubstr(file()));
      ++refused;
      continue;
    }
    for (const Revision& each : revisions->list()) {
      const auto sources = revisions->sources(each.number);
      if (!sources || !*sources) continue;
      EXPECT_EQ(**sources, std::string(5'000, static_cast<char>('a' + each.taken_at))) << length;
    }
  }
  EXPECT_GT(refused, 50U);
}

TEST_F(RevisionsTest, OneThatIsDamagedInsideIsNamed) {
  {
    Revisions revisions = open();
    ASSERT_TRUE(revisions.keep(1, Standing::kRan, "", std::string(3'000, 'x')));
  }
  std::string bytes;
  {
    std::ifstream in(file(), std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(in), {});
  }
  const std::size_t at = bytes.find("xxxx");
  ASSERT_NE(at, std::string::npos);
  bytes[at + 10] = 'y';
  std::ofstream(file(), std::ios::binary) << bytes;
  const Revisions revisions = open();
  const auto sources = revisions.sources(1);
  ASSERT_FALSE(sources);
  EXPECT_THAT(sources.error().text, HasSubstr("revision 1 is damaged"));
}

}  // namespace
}  // namespace headwater::control
