// SPDX-License-Identifier: Apache-2.0
#include "dataplane/clock/pcr_clock.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace headwater::dataplane {
namespace {

constexpr std::int64_t kStep = 1'080'000;  // a PCR each 40 ms
constexpr int kDatagrams = 15;             // between two

// Feeds segments of a source that is `slope` slow against local time, with jitter of `sigma` ticks.
class Source {
 public:
  explicit Source(double slope, double sigma)
      : slope_(slope), noise_(0, sigma > 0 ? sigma : 1), sigma_(sigma) {}

  void feed(PcrClock& clock, double seconds) {
    const auto segments = static_cast<int>(seconds / 0.04);
    for (int k = 0; k < segments; ++k) {
      PcrClock::Segment segment{.source = source_, .local = Instant{truth(source_)}};
      for (int i = 0; i < kDatagrams; ++i) {
        const std::int64_t at = source_ + kStep / kDatagrams * i;
        const double noise = sigma_ > 0 ? noise_(random_) : 0;
        const double local = static_cast<double>(truth(at) - segment.local.value) + noise;
        const auto source = static_cast<double>(at - source_);
        segment.count += 1;
        segment.local_sum += local;
        segment.local_square += local * local;
        segment.source_sum += source;
        segment.source_square += source * source;
        segment.cross += local * source;
      }
      source_ += kStep;
      clock.measure(segment, source_);
    }
  }
  // PCRs whose datagrams are of no use.
  void feed_nothing(PcrClock& clock, double seconds) {
    const auto segments = static_cast<int>(seconds / 0.04);
    for (int k = 0; k < segments; ++k) {
      const PcrClock::Segment segment{.source = source_, .local = Instant{truth(source_)}};
      source_ += kStep;
      clock.measure(segment, source_);
    }
  }
  void step_path(std::int64_t ticks) { path_ += ticks; }
  [[nodiscard]] double error(const PcrClock& clock) const {
    return clock.ahead_of(Instant{truth(source_)}, source_);
  }

 private:
  [[nodiscard]] std::int64_t truth(std::int64_t source) const {
    return 5'000'000'000 + path_ + source + std::llround(static_cast<double>(source) * slope_);
  }
  double slope_;
  std::mt19937_64 random_{42};
  std::normal_distribution<double> noise_;
  double sigma_;
  std::int64_t source_ = 0;
  std::int64_t path_ = 0;
};

TEST(PcrClock, FindsFrequencyWithinSecondsWithoutNoise) {
  Source source(30e-6, 0);
  PcrClock clock;
  clock.start(0, Instant{5'000'000'000}, 2700, 27);
  source.feed(clock, 10);
  EXPECT_NEAR(clock.frequency() * 1e6, 30, 0.05);
  EXPECT_LT(std::abs(source.error(clock)), 5);
  EXPECT_LT(clock.frequency_sigma(), 1e-6);
  EXPECT_LT(clock.phase_sigma(), 150 * 27);
}

TEST(PcrClock, KnowsHowLittleItKnows) {
  // 29 ms of jitter, as of 100 ms uniform. The true error must be of the size that the filter claims.
  Source source(-20e-6, 29 * 27e3);
  PcrClock clock;
  clock.start(0, Instant{5'000'000'000}, 5 * 27e3, 29 * 27e3);
  for (const double seconds : {60.0, 240.0, 600.0, 1200.0}) {
    source.feed(clock, seconds);
    EXPECT_LT(std::abs(source.error(clock)), 4 * clock.phase_sigma());
    EXPECT_LT(std::abs(clock.frequency() + 20e-6), 4 * clock.frequency_sigma());
  }
  EXPECT_LT(clock.phase_sigma(), 0.15 * 27e3);
  EXPECT_LT(clock.frequency_sigma(), 0.5e-6);
}

TEST(PcrClock, IgnoresASingleWindowFarOffButFollowsANewPath) {
  Source source(0, 27);
  PcrClock clock;
  clock.start(0, Instant{5'000'000'000}, 2700, 27);
  source.feed(clock, 60);
  source.step_path(540'000);  // 20 ms, for one window
  source.feed(clock, 1);
  source.step_path(-540'000);
  source.feed(clock, 2);
  EXPECT_LT(std::abs(source.error(clock)), 0.1 * 27e3);
  source.step_path(540'000);
  source.feed(clock, 20);
  EXPECT_LT(std::abs(source.error(clock)), 0.5 * 27e3);
}

TEST(PcrClock, OutlivesALongStretchWithoutADatagramToMeasure) {
  Source source(30e-6, 0);
  PcrClock clock;
  clock.start(0, Instant{5'000'000'000}, 2700, 27);
  source.feed_nothing(clock, 9);
  source.feed(clock, 10);
  EXPECT_NEAR(clock.frequency() * 1e6, 30, 0.05);
  EXPECT_LT(std::abs(source.error(clock)), 5);
}

TEST(PcrClock, KeepsItsFrequencyOverANewStart) {
  Source source(50e-6, 0);
  PcrClock clock;
  clock.start(0, Instant{5'000'000'000}, 2700, 27);
  source.feed(clock, 20);
  clock.start(12'345, Instant{1}, 270'000, 27);
  EXPECT_NEAR(clock.frequency() * 1e6, 50, 0.1);
  EXPECT_NEAR(clock.ahead_of(Instant{1}, 12'345), 0, 1e-6);
}

}  // namespace
}  // namespace headwater::dataplane
