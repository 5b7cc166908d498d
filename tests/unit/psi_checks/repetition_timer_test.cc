// SPDX-License-Identifier: Apache-2.0
#include "psi/checks/repetition_timer.h"

#include <gtest/gtest.h>

namespace headwater::ts {
namespace {

Instant at(std::int64_t milliseconds) {
  return Instant{} + Ticks27::milliseconds(milliseconds);
}

TEST(RepetitionTimer, OnTheIntervalIsInTime) {
  RepetitionTimer timer(Ticks27::milliseconds(500), at(0));
  EXPECT_EQ(timer.seen(at(500)), 0U);
  EXPECT_EQ(timer.seen(at(1000)), 0U);
  EXPECT_EQ(timer.seen(at(1000) + Ticks27{13'500'001}), 1U);
}

TEST(RepetitionTimer, EachFullIntervalOfAbsenceIsOneError) {
  RepetitionTimer timer(Ticks27::milliseconds(500), at(0));
  EXPECT_EQ(timer.poll(at(400)), 0U);
  EXPECT_EQ(timer.poll(at(600)), 1U);
  EXPECT_EQ(timer.poll(at(900)), 0U);
  EXPECT_EQ(timer.poll(at(2100)), 3U);  // 1000, 1500, 2000
  EXPECT_EQ(timer.seen(at(2200)), 0U);
  EXPECT_EQ(timer.poll(at(2700)), 0U);
  EXPECT_EQ(timer.poll(at(2701)), 1U);
}

TEST(RepetitionTimer, PollingOftenCountsAsPollingOnce) {
  RepetitionTimer often(Ticks27::milliseconds(500), at(0));
  RepetitionTimer once(Ticks27::milliseconds(500), at(0));
  std::uint64_t errors = 0;
  for (int ms = 0; ms <= 60'000; ms += 7) errors += often.poll(at(ms));
  EXPECT_EQ(errors, once.poll(at(60'000 / 7 * 7)));
  EXPECT_EQ(errors, 119U);
}

}  // namespace
}  // namespace headwater::ts
