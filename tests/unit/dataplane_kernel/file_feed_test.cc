// SPDX-License-Identifier: Apache-2.0
#include "dataplane/kernel/file_feed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <fstream>
#include <vector>

#include "tests/support/program_generator.h"

namespace headwater::dataplane {
namespace {

class FileFeedTest : public testing::Test {
 protected:
  FileFeedTest()
      : path_(std::filesystem::temp_directory_path() / ("headwater_feed_" + std::to_string(getpid()))) {}
  ~FileFeedTest() override { std::filesystem::remove(path_); }

  void write(const std::vector<std::uint8_t>& bytes) {
    std::ofstream out(path_, std::ios::binary);
    for (const std::uint8_t byte : bytes) out.put(static_cast<char>(byte));
  }

  static std::vector<std::uint8_t> stream(std::size_t packets, std::uint64_t rate) {
    test::ProgramGenerator generator(
        {.programs = {test::television(1, 0x100, rate / 2)}, .rate = rate, .first_pcr = {}});
    std::vector<std::uint8_t> bytes;
    for (std::size_t index = 0; index < packets; ++index) {
      const ts::Packet packet = generator.next().packet;
      bytes.insert(bytes.end(), packet.begin(), packet.end());
    }
    return bytes;
  }

  std::filesystem::path path_;
};

TEST_F(FileFeedTest, PlaysTheWholeFileAgainAndAgainWithTheSeamMarked) {
  const std::vector<std::uint8_t> file = stream(1000, 3'000'000);
  write(file);
  auto feed = FileFeed::open(path_, std::nullopt, Instant{1000});
  ASSERT_TRUE(feed.has_value()) << feed.error();
  std::vector<std::uint8_t> played;
  Instant last{0};
  unsigned seams = 0;
  bool more = true;
  for (std::int64_t ms = 0; more && ms < 10'000; ms += 10) {
    more = (*feed)->advance(Instant{1000} + Ticks27::milliseconds(ms), 3);
    while (const channel::FedFrame* fed = (*feed)->ring().front()) {
      if (fed->seam != 0) {
        EXPECT_EQ(fed->seam, 1);
        EXPECT_EQ(played.size() % file.size(), 0U);
        ++seams;
      }
      for (std::size_t packet = 0; packet < fed->count; ++packet) {
        EXPECT_GE(fed->due[packet], last);
        last = fed->due[packet];
      }
      played.insert(played.end(), fed->frame.data, fed->frame.data + fed->frame.length);
      const Frame frame = fed->frame;
      (*feed)->ring().pop();
      (*feed)->release({&frame, 1});
    }
  }
  EXPECT_EQ(seams, 2U);
  EXPECT_EQ((*feed)->lent(), 0U);
  ASSERT_EQ(played.size(), file.size() * 3);
  for (std::size_t loop = 0; loop < 3; ++loop) {
    EXPECT_TRUE(std::equal(file.begin(), file.end(),
                           played.begin() + static_cast<std::ptrdiff_t>(loop * file.size())));
  }
}

TEST_F(FileFeedTest, AFrameSpansAtMost40Milliseconds) {
  write(stream(300, 150'400));  // a packet every 10 ms
  auto feed = FileFeed::open(path_, std::nullopt, Instant{0});
  ASSERT_TRUE(feed.has_value()) << feed.error();
  (*feed)->advance(Instant{0} + Ticks27::seconds(1), 1);
  while (const channel::FedFrame* fed = (*feed)->ring().front()) {
    EXPECT_LE(fed->due[fed->count - 1U] - fed->due[0], Ticks27::milliseconds(40));
    EXPECT_LE(fed->count, 5);
    (*feed)->ring().pop();
  }
}

TEST_F(FileFeedTest, AWorkerThatStandsStillCostsNothingButWaiting) {
  write(stream(20'000, 3'000'000));
  auto feed = FileFeed::open(path_, std::nullopt, Instant{0});
  ASSERT_TRUE(feed.has_value());
  (*feed)->advance(Instant{0} + Ticks27::seconds(3600), 1);
  const std::size_t lent = (*feed)->lent();
  EXPECT_TRUE((*feed)->ring().full());
  std::vector<std::uint8_t> played;
  bool more = true;
  while (more || (*feed)->ring().front() != nullptr) {
    while (const channel::FedFrame* fed = (*feed)->ring().front()) {
      played.insert(played.end(), fed->frame.data, fed->frame.data + fed->frame.length);
      const Frame frame = fed->frame;
      (*feed)->ring().pop();
      (*feed)->release({&frame, 1});
    }
    more = (*feed)->advance(Instant{0} + Ticks27::seconds(3600), 1);
  }
  EXPECT_GT(lent, 0U);
  EXPECT_EQ(played.size(), 20'000U * 188);
}

// Frames come back as late as the worker was said to keep them, and the next ones are there all the same.
TEST_F(FileFeedTest, PlaysOnWhileTheWorkerHoldsWhatItMayHold) {
  constexpr Ticks27 kHeld = Ticks27::seconds(9), kStep = Ticks27::milliseconds(20);
  write(stream(20'000, 3'000'000));
  auto feed = FileFeed::open(path_, std::nullopt, Instant{0});
  ASSERT_TRUE(feed.has_value());
  std::deque<channel::FedFrame> held;
  const auto play = [&](Instant from, Instant to, Ticks27 keep) {
    for (Instant now = from; now < to; now = now + kStep) {
      (*feed)->advance(now + kStep);
      while (const channel::FedFrame* fed = (*feed)->ring().front()) {
        EXPECT_GE(fed->due[0], now - Ticks27::milliseconds(1)) << "late";
        held.push_back(*fed);
        (*feed)->ring().pop();
      }
      while (!held.empty() && held.front().due[held.front().count - 1U] < now - keep) {
        (*feed)->release({&held.front().frame, 1});
        held.pop_front();
      }
    }
  };
  (*feed)->hold(Ticks27::milliseconds(500), 100'000);
  play(Instant{0}, Instant{0} + Ticks27::seconds(5), Ticks27::milliseconds(400));
  (*feed)->hold(kHeld, 100'000);
  play(Instant{0} + Ticks27::seconds(5), Instant{0} + Ticks27::seconds(40),
       kHeld - Ticks27::milliseconds(100));
  EXPECT_GT((*feed)->lent(), 2'000U);
}

// A player that writes over the file in place, say.
TEST_F(FileFeedTest, AFileThatIsCutWhileItPlaysEndsItsFeedAndNothingElse) {
  const std::vector<std::uint8_t> file = stream(20'000, 3'000'000);
  write(file);
  auto feed = FileFeed::open(path_, std::nullopt, Instant{0});
  ASSERT_TRUE(feed.has_value());
  std::vector<std::uint8_t> played;
  bool more = true;
  for (std::int64_t ms = 0; more && ms < 20'000; ms += 100) {
    if (ms == 1'000) std::filesystem::resize_file(path_, 2'000 * 188 + 50);
    EXPECT_EQ((*feed)->failure(), nullptr);
    more = (*feed)->advance(Instant{0} + Ticks27::milliseconds(ms));
    while (const channel::FedFrame* fed = (*feed)->ring().front()) {
      EXPECT_EQ(fed->frame.length, fed->count * 188U);
      EXPECT_GE(fed->count, 1);
      played.insert(played.end(), fed->frame.data, fed->frame.data + fed->frame.length);
      const Frame frame = fed->frame;
      (*feed)->ring().pop();
      (*feed)->release({&frame, 1});
    }
  }
  EXPECT_FALSE(more);
  ASSERT_NE((*feed)->failure(), nullptr);
  EXPECT_THAT(*(*feed)->failure(), testing::AllOf(testing::StartsWith(path_.string() + ": byte "),
                                                  testing::HasSubstr("of 3760000 is no longer there")));
  EXPECT_FALSE((*feed)->advance(Instant{0} + Ticks27::seconds(30)));
  EXPECT_EQ((*feed)->lent(), 0U);
  ASSERT_GE(played.size(), 2'000U * 188);
  EXPECT_TRUE(std::equal(played.begin(), played.end(), file.begin()));
}

// Opening a FIFO waits for its writer, who may never come: no other input would start.
TEST_F(FileFeedTest, WhatIsNoFileIsRefusedAtOnce) {
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  const auto fifo = FileFeed::open(path_, std::nullopt, Instant{});
  ASSERT_FALSE(fifo.has_value());
  EXPECT_EQ(fifo.error(), path_.string() + ": not a file that can be played in a loop");
  EXPECT_FALSE(FileFeed::open("/dev/zero", std::nullopt, Instant{}).has_value());
}

TEST_F(FileFeedTest, SaysWhichFileIsMissing) {
  const auto feed = FileFeed::open(path_, std::nullopt, Instant{0});
  ASSERT_FALSE(feed.has_value());
  EXPECT_THAT(feed.error(), testing::HasSubstr(path_.string() + ": No such file"));
}

// An image or a copy that has only begun is not searched to its end.
TEST_F(FileFeedTest, AHugeFileOfSomethingElseIsRefusedByItsFirstMebibytes) {
  {
    const std::ofstream empty(path_);
  }
  std::filesystem::resize_file(path_, std::uintmax_t{1} << 40);
  const auto feed = FileFeed::open(path_, std::nullopt, Instant{});
  ASSERT_FALSE(feed.has_value());
  EXPECT_THAT(feed.error(), testing::HasSubstr("no transport stream packets"));
}

TEST_F(FileFeedTest, OneThatTurnsIntoSomethingElseSaysWhere) {
  write(stream(1000, 3'000'000));
  std::filesystem::resize_file(path_, std::uintmax_t{1} << 40);
  const auto feed = FileFeed::open(path_, std::nullopt, Instant{});
  ASSERT_FALSE(feed.has_value());
  EXPECT_THAT(feed.error(), testing::HasSubstr("1 MiB holds no transport stream packet"));
}

TEST_F(FileFeedTest, ReadingAFileWholeCanBeStopped) {
  write(stream(1000, 3'000'000));
  const std::atomic<bool> stop = true;
  const auto feed = FileFeed::open(path_, std::nullopt, Instant{}, &stop);
  ASSERT_FALSE(feed.has_value());
  EXPECT_THAT(feed.error(), testing::HasSubstr("told to stop"));
}

}  // namespace
}  // namespace headwater::dataplane
