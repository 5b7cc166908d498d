// SPDX-License-Identifier: Apache-2.0
#include "tools/headwaterd/movement.h"

#include <gtest/gtest.h>

namespace headwater::daemon {
namespace {

Instant at_s(std::int64_t seconds) {
  return Instant{0} + Ticks27::seconds(seconds);
}

TEST(Movement, TheFirstValueIsWhereCountingBegins) {
  Movement drops;
  drops.sample(at_s(0), 4711);
  EXPECT_EQ(drops.total(), 0U);
  EXPECT_EQ(drops.recent(at_s(0)), 0U);
  drops.sample(at_s(1), 4714);
  EXPECT_EQ(drops.total(), 3U);
  EXPECT_EQ(drops.recent(at_s(1)), 3U);
}

TEST(Movement, WhatMovedAMinuteAgoIsNotRecent) {
  Movement drops;
  drops.sample(at_s(0), 0);
  drops.sample(at_s(1), 5);
  drops.sample(at_s(40), 7);
  EXPECT_EQ(drops.recent(at_s(60)), 7U);
  EXPECT_EQ(drops.recent(at_s(61)), 2U);
  EXPECT_EQ(drops.recent(at_s(100)), 0U);
  EXPECT_EQ(drops.total(), 7U);
}

TEST(Movement, OneThatMovesAllTheTimeLosesNothing) {
  Movement drops;
  for (std::int64_t tenth = 0; tenth <= 3000; ++tenth)
    drops.sample(Instant{0} + Ticks27::milliseconds(100 * tenth), static_cast<std::uint64_t>(tenth));
  EXPECT_EQ(drops.total(), 3000U);
  EXPECT_NEAR(static_cast<double>(drops.recent(at_s(300))), 600, 10);
}

// Its slot passed to another stream.
TEST(Movement, ACounterThatFellBeginsAnew) {
  Movement scrambled(Ticks27::seconds(2));
  scrambled.sample(at_s(0), 10);
  scrambled.sample(at_s(1), 20);
  scrambled.sample(at_s(2), 3);
  EXPECT_EQ(scrambled.total(), 0U);
  EXPECT_EQ(scrambled.recent(at_s(2)), 0U);
}

}  // namespace
}  // namespace headwater::daemon
