// SPDX-License-Identifier: Apache-2.0
#include "dataplane/clock/arrival_pacer.h"

#include <gtest/gtest.h>

#include <cmath>

namespace headwater::dataplane {
namespace {

constexpr Ticks27 kDepth = Ticks27::milliseconds(100);

TEST(ArrivalPacer, LeavesASteadyStreamWhereItIs) {
  ArrivalPacer pacer;
  Instant arrival{1'000};
  pacer.start(arrival, arrival, 0);
  for (int k = 0; k < 1000; ++k) {
    // The second datagram is the first to show a rate: one interval, halved by the mean of two.
    EXPECT_NEAR(static_cast<double>((pacer.next(arrival, 7, 0, kDepth) - arrival).value), 0, 35'000);
    if (k > 500) {
      EXPECT_NEAR(pacer.ticks_per_packet(), 10'000, 1);
    }
    arrival = arrival + Ticks27{70'000};
  }
  EXPECT_NEAR(static_cast<double>((pacer.next(arrival, 7, 0, kDepth) - arrival).value), 0, 100);
}

TEST(ArrivalPacer, SpreadsBursts) {
  // Ten datagrams at once each 10 * 70 000 ticks.
  ArrivalPacer pacer;
  Instant arrival{0};
  pacer.start(arrival, arrival, 0);
  Instant last{-1};
  for (int burst = 0; burst < 1000; ++burst) {
    for (int k = 0; k < 10; ++k) {
      const Instant due = pacer.next(arrival, 7, 0, kDepth);
      EXPECT_GE(due, last);
      if (burst > 500) {
        EXPECT_NEAR(static_cast<double>((due - last).value), 70'000, 7'000);
      }
      last = due;
    }
    arrival = arrival + Ticks27{700'000};
  }
}

TEST(ArrivalPacer, KeepsWithinTheDepthWhenTheRateFalls) {
  ArrivalPacer pacer;
  Instant arrival{0};
  pacer.start(arrival, arrival, 0);
  for (int k = 0; k < 3000; ++k) {
    const Instant due = pacer.next(arrival, 7, 0, kDepth);
    EXPECT_LE((due - arrival).value, kDepth.value);
    EXPECT_GE((due - arrival).value, -kDepth.value);
    arrival = arrival + Ticks27{k % 1000 < 500 ? 7'000 : 700'000};
  }
}

TEST(ArrivalPacer, CountsWhatIsKnownToBeLost) {
  ArrivalPacer pacer;
  Instant arrival{0};
  pacer.start(arrival, arrival, 0);
  for (int k = 0; k < 2000; ++k) {
    const bool lost = k % 10 == 9;
    const Instant due = pacer.next(arrival, 7, lost ? 7 : 0, kDepth);
    if (k > 100) {
      EXPECT_NEAR(static_cast<double>((due - arrival).value), 0, 1'000);
    }
    arrival = arrival + Ticks27{(k + 1) % 10 == 9 ? 140'000 : 70'000};
  }
}

}  // namespace
}  // namespace headwater::dataplane
