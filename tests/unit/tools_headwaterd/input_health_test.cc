// SPDX-License-Identifier: Apache-2.0
#include "tools/headwaterd/input_health.h"

#include <gtest/gtest.h>

namespace headwater::daemon {
namespace {

const Instant kStart{1'000};

struct InputHealthTest : ::testing::Test {
  dataplane::InputCounters counters;
  InputHealth health;
};

TEST_F(InputHealthTest, NamesEachFaultOfTheLastMinuteWithItsCount) {
  health.sample(kStart, counters);
  EXPECT_EQ(health.trouble(kStart), "");
  counters.rtp_lost.add(3);
  counters.pmt_error.add();
  const Instant then = kStart + Ticks27::milliseconds(100);
  health.sample(then, counters);
  EXPECT_EQ(health.trouble(then), "in the last minute: 1 PMT error, 3 RTP packets lost");
  EXPECT_EQ(health.trouble(then + Ticks27::seconds(60)), "");
}

TEST_F(InputHealthTest, WhatRtpMendsIsNoFault) {
  health.sample(kStart, counters);
  counters.rtp_reordered.add(5);
  counters.drop_rtp_duplicate.add(5);
  health.sample(kStart + Ticks27::milliseconds(100), counters);
  EXPECT_EQ(health.trouble(kStart + Ticks27::milliseconds(100)), "");
}

// Another stream has the slot now.
TEST_F(InputHealthTest, ASlotThatPassesOnBeginsAnew) {
  health.sample(kStart, counters);
  counters.cc_error.add(5);
  health.sample(kStart + Ticks27::milliseconds(100), counters);
  counters.cc_error.clear();
  health.sample(kStart + Ticks27::milliseconds(200), counters);
  EXPECT_EQ(health.trouble(kStart + Ticks27::milliseconds(200)), "");
}

}  // namespace
}  // namespace headwater::daemon
