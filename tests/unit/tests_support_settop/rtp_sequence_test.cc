// SPDX-License-Identifier: Apache-2.0
#include "tests/support/settop/rtp_sequence.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace headwater::settop {
namespace {

RtpSequence after(std::initializer_list<unsigned> sequences) {
  RtpSequence rtp;
  for (const unsigned sequence : sequences) rtp.add(static_cast<std::uint16_t>(sequence), 1);
  return rtp;
}

TEST(RtpSequence, InOrderOverTheWrapIsClean) {
  const RtpSequence rtp = after({65534, 65535, 0, 1});
  EXPECT_EQ(rtp.lost, 0);
  EXPECT_EQ(rtp.reordered, 0U);
  EXPECT_EQ(rtp.duplicates, 0U);
}

TEST(RtpSequence, GapIsLoss) {
  EXPECT_EQ(after({10, 13}).lost, 2);
}

TEST(RtpSequence, LateIsNotLost) {
  const RtpSequence rtp = after({10, 12, 11, 13});
  EXPECT_EQ(rtp.lost, 0);
  EXPECT_EQ(rtp.reordered, 1U);
}

TEST(RtpSequence, RepeatedIsCountedOnceEach) {
  const RtpSequence rtp = after({10, 11, 11, 12, 10});
  EXPECT_EQ(rtp.lost, 0);
  EXPECT_EQ(rtp.duplicates, 2U);
}

TEST(RtpSequence, NumbersComeAgainAfterTheWrap) {
  RtpSequence rtp;
  for (unsigned i = 0; i < 200'000; ++i) rtp.add(static_cast<std::uint16_t>(i), 1);
  EXPECT_EQ(rtp.lost, 0);
  EXPECT_EQ(rtp.duplicates, 0U);
}

TEST(RtpSequence, AnotherSourceIsARestart) {
  RtpSequence rtp;
  rtp.add(10, 1);
  rtp.add(5000, 2);
  EXPECT_EQ(rtp.lost, 0);
  EXPECT_EQ(rtp.restarts, 1U);
}

TEST(RtpSequence, SaysTheLastSsrc) {
  RtpSequence rtp;
  EXPECT_EQ(rtp.ssrc(), std::nullopt);
  rtp.add(1, 7);
  rtp.add(1, 9);
  EXPECT_EQ(rtp.ssrc(), 9U);
}

}  // namespace
}  // namespace headwater::settop
