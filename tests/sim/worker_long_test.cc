// SPDX-License-Identifier: Apache-2.0
//
// The same over the time that the norms ask for.
#include "tests/sim/timing_fixture.h"

namespace headwater::test {
namespace {

TEST_F(Jitter, AHundredMillisecondsOfItLeaveUnderOneOnceLocked) {
  run(*sender_, 1'500);
  EXPECT_EQ(rig.input(0).timeline_state.get(), 3);
  EXPECT_LT(transit_->jitter(ms(900'000), ms(1'500'000)).value, Ticks27::milliseconds(1).value);
  EXPECT_EQ(rig.output(0).late_departures.get(), 0U);
}

// 30 ppm of an hour are 108 ms.
TEST_F(Drift, ASlowEncoderLosesNothingInAnHour) {
  expect_no_slip(slow_radio(), -30, 3'600, 1);
  EXPECT_EQ(rig.input(0).timeline_state.get(), 3);
}

TEST_F(Drift, AFastEncoderLosesNothingInAnHour) {
  expect_no_slip(slow_radio(), 30, 3'600, 1);
  EXPECT_EQ(rig.input(0).timeline_state.get(), 3);
}

}  // namespace
}  // namespace headwater::test
