// SPDX-License-Identifier: Apache-2.0
#include "dataplane/ingest/history.h"

#include <gtest/gtest.h>

#include <array>

#include "frames.h"

namespace headwater::dataplane {
namespace {

HistoryFrame frame_of(TestPool& pool, std::uint8_t count, std::int64_t due = 0) {
  const std::array<std::uint8_t, 4> bytes{};
  HistoryFrame frame{.frame = pool.make(bytes), .count = count, .packets = {}};
  for (HistoryPacket& packet : frame.packets) packet.due = Instant{due};
  return frame;
}

TEST(History, NumbersFramesAndFreesBehindTheSlowest) {
  TestPool pool;
  History history(4);
  EXPECT_EQ(history.room(), 4U);
  for (std::uint64_t k = 0; k < 4; ++k) EXPECT_EQ(history.append(frame_of(pool, 1)), k);
  EXPECT_TRUE(history.full());
  history.free_before(3);
  EXPECT_EQ(pool.out(), 1);
  EXPECT_EQ(history.begin(), 3U);
  EXPECT_EQ(history.append(frame_of(pool, 1)), 4U);
  EXPECT_EQ(history.append(frame_of(pool, 1)), 5U);
  history.free_before(100);
  EXPECT_EQ(history.size(), 0U);
  EXPECT_EQ(history.begin(), 6U);
}

TEST(History, CountsPositionsInPackets) {
  TestPool pool;
  History history(8);
  history.append(frame_of(pool, 7));
  history.append(frame_of(pool, 3));
  history.append(frame_of(pool, 7));
  EXPECT_EQ(history.end_position(), 17U);
  EXPECT_EQ(history.position({.frame = 0, .packet = 0}), 0U);
  EXPECT_EQ(history.position({.frame = 1, .packet = 2}), 9U);
  EXPECT_EQ(history.position({.frame = 3, .packet = 0}), 17U);
  history.free_before(2);
  EXPECT_EQ(history.position({.frame = 2, .packet = 0}), 10U);
  EXPECT_EQ(history.end_position(), 17U);
  history.free_before(history.end());
}

TEST(History, RemembersHowFarAnyReaderHasTaken) {
  TestPool pool;
  History history(8);
  for (int k = 0; k < 5; ++k) history.append(frame_of(pool, 7, 10 * k));
  EXPECT_EQ(history.first_untaken(), 0U);
  history.taken({.frame = 2, .packet = 0});  // stands at the start of 2: all before it is taken
  EXPECT_EQ(history.first_untaken(), 2U);
  history.taken({.frame = 2, .packet = 1});
  EXPECT_EQ(history.first_untaken(), 3U);
  history.taken({.frame = 1, .packet = 5});  // a slower reader changes nothing
  EXPECT_EQ(history.first_untaken(), 3U);
  history.free_before(4);
  EXPECT_EQ(history.first_untaken(), 4U);
  EXPECT_EQ(history.freed_due(), Instant{30});
  history.free_before(history.end());
}

TEST(History, GrowsAndKeepsWhatItHoldsWhereItStands) {
  TestPool pool;
  History history(4);
  for (int k = 0; k < 6; ++k) {
    history.append(frame_of(pool, 1, k));
    if (k >= 3) history.free_before(static_cast<std::uint64_t>(k - 2));
  }
  history.append(frame_of(pool, 2, 6));
  ASSERT_TRUE(history.full());
  const std::uint64_t begin = history.begin();
  const std::uint64_t end = history.end();
  const std::uint64_t position = history.position({.frame = end - 1, .packet = 1});
  History::Room smaller = History::room_for(2), room = History::room_for(9);
  history.grow(smaller);
  EXPECT_EQ(history.capacity(), 4U) << "never smaller";
  history.grow(room);
  EXPECT_EQ(room.size(), 4U) << "for control to free";
  EXPECT_EQ(history.capacity(), 16U);
  EXPECT_EQ(history.begin(), begin);
  EXPECT_EQ(history.end(), end);
  EXPECT_EQ(history.position({.frame = end - 1, .packet = 1}), position);
  for (std::uint64_t sequence = begin; sequence < end; ++sequence)
    EXPECT_EQ(history.at(sequence).packets[0].due.value, static_cast<std::int64_t>(sequence));
  EXPECT_EQ(history.append(frame_of(pool, 1, 7)), end);
  history.free_before(history.end());
  EXPECT_EQ(pool.out(), 0);
}

}  // namespace
}  // namespace headwater::dataplane
