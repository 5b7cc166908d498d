// SPDX-License-Identifier: Apache-2.0
#include "psi/checks/pcr_jitter.h"

#include <gtest/gtest.h>

#include <random>

namespace headwater::ts {
namespace {

constexpr Ticks27 kStep = Ticks27::milliseconds(35);

// `count` PCRs, one every 35 ms by the sender's clock, which runs `ppm` slow against the receiver's.
template <typename Jitter>
PcrJitter stream(int count, double ppm, Pcr first, Jitter&& jitter) {
  PcrJitter model;
  for (int i = 0; i < count; ++i) {
    const Ticks27 sent = kStep * i;
    const auto drift = static_cast<std::int64_t>(static_cast<double>(sent.value) * ppm * 1e-6);
    model.add(first + sent, Instant{5'000'000} + sent + Ticks27{drift} + jitter(i));
  }
  return model;
}

Ticks27 none(int) {
  return {};
}

TEST(PcrJitter, EvenArrivalHasNone) {
  const auto result = stream(1000, 0, Pcr(), none).result();
  EXPECT_EQ(result.samples, 1000U);
  EXPECT_EQ(result.peak_to_peak, Ticks27{0});
  EXPECT_EQ(result.max_deviation, Ticks27{0});
  EXPECT_EQ(result.max_pcr_interval, kStep);
  EXPECT_EQ(result.max_arrival_interval, kStep);
}

TEST(PcrJitter, DriftIsNoJitter) {
  for (const double ppm : {-30.0, 30.0}) {
    const auto result = stream(100'000, ppm, Pcr(), none).result();  // 58 minutes
    EXPECT_NEAR(result.drift_ppm, ppm, 0.001);
    EXPECT_LE(result.peak_to_peak.value, 3);
  }
}

TEST(PcrJitter, TheWrapIsNoJump) {
  const auto result = stream(1000, 0, Pcr::from_ticks(Pcr::kWrap - kStep.value * 500), none).result();
  EXPECT_EQ(result.peak_to_peak, Ticks27{0});
}

TEST(PcrJitter, OneLateArrival) {
  const Ticks27 late = Ticks27::milliseconds(10);
  const auto result = stream(1001, 0, Pcr(), [&](int i) { return i == 500 ? late : Ticks27{0}; }).result();
  // In the middle it turns the line not at all, and lifts it by a thousandth.
  EXPECT_EQ(result.peak_to_peak, late);
  EXPECT_NEAR(static_cast<double>(result.max_deviation.value), 270'000 * (1 - 1.0 / 1001), 1);
  EXPECT_EQ(result.max_arrival_interval, kStep + late);
  EXPECT_EQ(result.max_pcr_interval, kStep);
}

TEST(PcrJitter, UniformJitterUnderDrift) {
  std::mt19937 random(11);
  const std::int64_t width = Ticks27::milliseconds(4).value;
  std::uniform_int_distribution<std::int64_t> jitter(0, width);
  const auto result = stream(50'000, 25, Pcr(), [&](int) { return Ticks27{jitter(random)}; }).result();
  EXPECT_NEAR(result.drift_ppm, 25, 0.01);
  EXPECT_NEAR(static_cast<double>(result.peak_to_peak.value), static_cast<double>(width),
              0.01 * static_cast<double>(width));
  EXPECT_NEAR(static_cast<double>(result.max_deviation.value), static_cast<double>(width) / 2,
              0.01 * static_cast<double>(width));
}

TEST(PcrJitter, ASignalledDiscontinuityBeginsAnew) {
  PcrJitter model;
  for (int i = 0; i < 100; ++i) model.add(Pcr() + kStep * i, Instant{} + kStep * i);
  model.discontinuity();
  for (int i = 0; i < 50; ++i)
    model.add(Pcr::from_ticks(77'777'777'777) + kStep * i, Instant{} + kStep * (200 + i));
  const auto result = model.result();
  EXPECT_EQ(result.samples, 150U);
  EXPECT_EQ(result.peak_to_peak, Ticks27{0});
  EXPECT_EQ(result.max_pcr_interval, kStep);
}

TEST(PcrJitter, AnUnsignalledJumpIsSeen) {
  PcrJitter model;
  for (int i = 0; i < 100; ++i) model.add(Pcr() + kStep * i, Instant{} + kStep * i);
  for (int i = 0; i < 100; ++i)
    model.add(Pcr::from_ticks(77'777'777'777) + kStep * i, Instant{} + kStep * (100 + i));
  EXPECT_GT(model.result().peak_to_peak, Ticks27::seconds(1));
}

TEST(PcrJitter, NothingAndOneSample) {
  PcrJitter model;
  EXPECT_EQ(model.result().samples, 0U);
  model.add(Pcr(), Instant{});
  EXPECT_EQ(model.result().samples, 1U);
  EXPECT_EQ(model.result().peak_to_peak, Ticks27{0});
}

}  // namespace
}  // namespace headwater::ts
