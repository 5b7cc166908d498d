// SPDX-License-Identifier: Apache-2.0
#include "dataplane/clock/rtp_clock_check.h"

#include <gtest/gtest.h>

namespace headwater::dataplane {
namespace {

// 10 s of a datagram each 10 ms whose timestamp counts `rate` a second.
bool plausible_after_10s(double rate, std::uint32_t first = 0) {
  RtpClockCheck check;
  for (int k = 0; k < 1000; ++k) {
    check.add(Instant{k * 270'000LL}, first + static_cast<std::uint32_t>(k * rate / 100));
  }
  return check.plausible();
}

TEST(RtpClockCheck, AcceptsOnly90Kilohertz) {
  EXPECT_TRUE(plausible_after_10s(90'000));
  EXPECT_TRUE(plausible_after_10s(90'003));
  EXPECT_TRUE(plausible_after_10s(90'000, 0xFFFFF000));  // wraps
  EXPECT_FALSE(plausible_after_10s(0));
  EXPECT_FALSE(plausible_after_10s(48'000));
  EXPECT_FALSE(plausible_after_10s(1'000'000));
}

TEST(RtpClockCheck, ForgetsWhenTimestampsGoBack) {
  RtpClockCheck check;
  for (int k = 0; k < 1000; ++k) check.add(Instant{k * 270'000LL}, static_cast<std::uint32_t>(k * 900));
  ASSERT_TRUE(check.plausible());
  check.add(Instant{1000 * 270'000LL}, 5);
  EXPECT_FALSE(check.plausible());
}

}  // namespace
}  // namespace headwater::dataplane
