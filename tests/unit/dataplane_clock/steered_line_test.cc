// SPDX-License-Identifier: Apache-2.0
#include "dataplane/clock/steered_line.h"

#include <gtest/gtest.h>

#include <cmath>

namespace headwater::dataplane {
namespace {

TEST(SteeredLine, StaysExactOverDaysOfAnchors) {
  SteeredLine line;
  line.set(0, Instant{1000});
  line.set_slope(1e-6);
  const std::int64_t step = 1'080'000;  // 40 ms
  std::int64_t source = 0;
  for (int k = 0; k < 10'000'000; ++k) {  // 4.6 days; any loss of fractions would show at once
    source += step;
    line.advance(source);
  }
  // 10^7 steps of 1.08 ticks: 10 800 000, to a tick.
  EXPECT_NEAR(static_cast<double>(line.at(source).value - 1000 - source), 10.8e6, 1.5);
}

TEST(SteeredLine, IsContinuousAtItsAnchors) {
  SteeredLine line;
  line.set(500, Instant{0});
  line.set_slope(-333e-6);
  const Instant before = line.at(2'000'000);
  line.advance(2'000'000);
  EXPECT_EQ(line.at(2'000'000), before);
  line.steer(27'000, 0, 0.04, {.slew = 500e-6, .change = 0.9e-6, .settle = 2});
  EXPECT_EQ(line.at(2'000'000), before);
}

TEST(SteeredLine, FindsSourceTimeAgain) {
  SteeredLine line;
  line.set(-7'000, Instant{9'000'000'000});
  line.set_slope(123e-6);
  for (const std::int64_t source : {-7'000L, 0L, 27'000'000L, -27'000'000L}) {
    EXPECT_NEAR(static_cast<double>(line.source_at(line.at(source)) - source), 0, 1.01);
  }
}

TEST(SteeredLine, TakesOutAnErrorWithinItsLimitsAndWithoutSwinging) {
  constexpr SteeredLine::Limits kLimits{.slew = 500e-6, .change = 0.9e-6, .settle = 2};
  SteeredLine line;
  line.set(0, Instant{0});
  double least = 1e9;
  double previous = 0;
  for (std::int64_t k = 1; k <= 2000; ++k) {  // 80 s
    const std::int64_t source = k * 1'080'000;
    line.advance(source);
    // The truth lies 5 ms behind at the start.
    const auto error = static_cast<double>(source + 135'000 - line.at(source).value);
    least = std::min(least, error);
    line.steer(error, 0, 0.04, kLimits);
    EXPECT_LE(std::abs(line.slope() - previous), 0.9e-6 * 1.000001);
    EXPECT_LE(std::abs(line.slope()), 500e-6);
    previous = line.slope();
  }
  constexpr std::int64_t kEnd = std::int64_t{2000} * 1'080'000;
  EXPECT_NEAR(static_cast<double>(kEnd + 135'000 - line.at(kEnd).value), 0, 27);
  EXPECT_GT(least, -1350);  // 1 % beyond
}

}  // namespace
}  // namespace headwater::dataplane
