// SPDX-License-Identifier: Apache-2.0
//
// The network's jitter is gone at the output, and the encoder's clock is followed.
#include "tests/sim/timing_fixture.h"

namespace headwater::test {
namespace {

TEST_F(Jitter, AHundredMillisecondsOfItLeaveUnderOneInAnyTenSeconds) {
  run(*sender_, 240);
  EXPECT_EQ(transit_->missing(), 0U);
  EXPECT_EQ(transit_->altered(), 0U);
  EXPECT_GT(transit_->datagrams(), 10'000U);
  for (std::int64_t from = 60'000; from < 240'000; from += 5'000) {
    EXPECT_LT(transit_->jitter(ms(from), ms(from + 10'000)).value, Ticks27::milliseconds(1).value) << from;
  }
  EXPECT_EQ(rig.output(0).late_departures.get(), 0U);
}

TEST_F(JitterWithoutPcrs, GoesBySmoothedArrivalWhole) {
  run(*sender_, 60);
  EXPECT_EQ(rig.input(0).timeline_state.get(), 1);
  EXPECT_EQ(rig.input(0).timeline_reference_pid.get(), -1);
  EXPECT_EQ(rig.input(0).pcr_seen.get(), 0U);
  EXPECT_EQ(transit_->missing(), 0U);
  EXPECT_EQ(transit_->altered(), 0U);
  // At worst the output's delay, the network's 101 ms, a datagram's own time, and the depth of the jitter.
  EXPECT_LE(transit_->least_and_most(ms(0), ms(61'000)).second, Ticks27::milliseconds(200 + 101 + 7 + 100));
  for (std::int64_t from = 10'000; from < 55'000; from += 5'000) {
    EXPECT_LT(transit_->jitter(ms(from), ms(from + 5'000)), Ticks27::milliseconds(10)) << from;
  }
  EXPECT_EQ(rig.output(0).late_departures.get(), 0U);
}

TEST_F(Drift, ASlowEncodersClockIsFollowed) {
  expect_no_slip(slow_radio(), -30, 300, 5);
}

TEST_F(Drift, AFastEncodersClockIsFollowed) {
  expect_no_slip(slow_radio(), 30, 300, 5);
}

TEST_F(Drift, ATelevisionStreamOfASlowEncoderIsLockedTo) {
  expect_no_slip(television_stream(), -30, 90, 1);
  EXPECT_EQ(rig.input(0).timeline_state.get(), 3);
}

TEST_F(Drift, ATelevisionStreamOfAFastEncoderIsLockedTo) {
  expect_no_slip(television_stream(), 30, 90, 1);
  EXPECT_EQ(rig.input(0).timeline_state.get(), 3);
}

}  // namespace
}  // namespace headwater::test
