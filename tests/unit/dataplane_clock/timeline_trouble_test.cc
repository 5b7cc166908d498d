// SPDX-License-Identifier: Apache-2.0
//
// A Timeline over streams that break: discontinuities, PCRs that stop or move, silence, loss, a new path.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "stream_model.h"

namespace headwater::dataplane {
namespace {

std::function<std::int64_t(Instant)> uniform(double ms, unsigned seed, double base_ms = 0) {
  return [ms, base_ms, random = std::mt19937_64(seed)](Instant) mutable {
    return static_cast<std::int64_t>(std::uniform_real_distribution<double>(0, ms * 27e3)(random) +
                                     base_ms * 27e3);
  };
}

void run_until_locked(StreamModel& model, double limit) {
  const double start = model.seconds();
  while (model.timeline().state() != Timeline::State::kLocked && model.seconds() - start < limit) {
    model.run(0.1);
  }
  EXPECT_EQ(model.timeline().state(), Timeline::State::kLocked);
}

TEST(TimelineTrouble, GoesOnSmoothlyOverPcrDiscontinuities) {
  StreamModel model({.ppm = 30});
  model.network = uniform(0.1, 1);
  run_until_locked(model, 60);
  const std::int64_t drift = model.timeline().drift_ppb();
  model.clear_record();
  const std::array<std::pair<Ticks27, bool>, 5> jumps{{{Ticks27::seconds(1000), true},
                                                       {Ticks27::seconds(-77), false},
                                                       {Ticks27::milliseconds(150), false},
                                                       {Ticks27::milliseconds(-120), false},
                                                       {Ticks27::milliseconds(10), true}}};
  for (const auto& [by, signalled] : jumps) {
    model.jump_pcr(by, signalled);
    model.run(10);
  }
  EXPECT_EQ(model.timeline().discontinuities(), jumps.size());
  EXPECT_LT(model.record().peak_to_peak_ms(), 0.2);
  EXPECT_EQ(model.record().backwards, 0U);
  EXPECT_NEAR(static_cast<double>(model.timeline().drift_ppb()), static_cast<double>(drift), 600);
}

TEST(TimelineTrouble, GoesOnByArrivalWhenPcrsStopAndLocksAgain) {
  StreamModel model({});
  model.network = uniform(0.1, 2);
  run_until_locked(model, 60);
  model.clear_record();
  model.sender().pcrs = false;
  model.run(20);
  EXPECT_EQ(model.timeline().state(), Timeline::State::kArrival);
  model.sender().pcrs = true;
  model.run(1);
  EXPECT_EQ(model.timeline().state(), Timeline::State::kAcquiring);
  run_until_locked(model, 60);
  EXPECT_LT(model.record().peak_to_peak_ms(), 0.3);
  EXPECT_EQ(model.record().backwards, 0U);
}

TEST(TimelineTrouble, TakesAnotherReferenceWhenItsOwnFallsSilent) {
  StreamModel model({});
  run_until_locked(model, 60);
  model.clear_record();
  model.sender().pcr_pid = Pid::from_wire(0x200);
  model.run(0.4);
  EXPECT_EQ(model.timeline().reference(), Pid::from_wire(0x100));
  model.run(0.4);
  EXPECT_EQ(model.timeline().reference(), Pid::from_wire(0x200));
  run_until_locked(model, 60);
  EXPECT_LT(model.record().peak_to_peak_ms(), 0.1);
  EXPECT_EQ(model.timeline().discontinuities(), 0U);
}

TEST(TimelineTrouble, FindsThePhaseAtOnceAfterSilence) {
  StreamModel model({});
  model.network = uniform(0.2, 3);
  run_until_locked(model, 60);
  model.silence(5);
  // Another path, 30 ms longer: no slewing towards it after a silence.
  model.network = uniform(0.2, 4, 30);
  model.run(0.5);
  model.clear_record();
  model.run(20);
  EXPECT_NEAR(model.record().middle_ms(), 30.1, 0.2);
  EXPECT_LT(model.record().peak_to_peak_ms(), 0.3);
  EXPECT_EQ(model.timeline().state(), Timeline::State::kLocked);
}

TEST(TimelineTrouble, ForgivesAHoleShorterThanASecond) {
  StreamModel model({});
  model.network = uniform(0.1, 5);
  run_until_locked(model, 60);
  model.clear_record();
  model.silence(0.6);
  model.run(10);
  EXPECT_LT(model.record().pcr_peak_to_peak_ms(), 0.1);
  EXPECT_EQ(model.record().backwards, 0U);
  EXPECT_EQ(model.timeline().discontinuities(), 0U);
}

TEST(TimelineTrouble, CountsWhatAnOutageLostOnce) {
  for (const double seconds : {0.5, 0.8, 0.95, 1.2}) {
    StreamModel model({});
    model.network = uniform(0.1, 12);
    run_until_locked(model, 60);
    model.run(0.5);
    model.outage(seconds);
    model.run(1);
    model.clear_record();
    model.run(60);
    EXPECT_LT(std::abs(model.record().middle_ms()), 1) << seconds;
    EXPECT_LT(model.record().peak_to_peak_ms(), 2) << seconds;
    EXPECT_EQ(model.record().backwards, 0U) << seconds;
  }
}

// The rate before the outage says nothing of what was lost in it.
TEST(TimelineTrouble, ComesBackWithinTheDepthOfArrivalAfterAnOutageOfVariableRate) {
  for (const double seconds : {0.8, 0.95, 1.2}) {
    SenderModel sender;
    sender.rate = [](double at) { return std::fmod(at, 4) < 2 ? 500.0 : 5000.0; };
    StreamModel model(sender);
    model.network = uniform(0.1, 13);
    run_until_locked(model, 60);
    model.run(5.9 - std::fmod(model.seconds(), 4));  // slow until 0.1 s later
    model.outage(seconds);
    model.run(0.3);
    model.clear_record();
    model.run(30);
    // By bytes they move by up to a PCR interval where the rate changes.
    EXPECT_LE(model.record().greatest_wait, 140 * 27e3) << seconds;
    EXPECT_GE(model.record().least_wait, -140 * 27e3) << seconds;
    EXPECT_EQ(model.record().backwards, 0U) << seconds;
  }
}

TEST(TimelineTrouble, BeginsAtTheArrivalAfterAnOutageOfAStreamWithoutClock) {
  SenderModel sender{.pcrs = false};
  sender.rate = [](double at) { return std::fmod(at, 20) < 10 ? 500.0 : 5000.0; };
  StreamModel model(sender);
  model.run(9.9);
  model.clear_record();
  model.outage(1.5);
  model.run(20);
  // The depth, and what the rate before makes of the datagram in front.
  EXPECT_LE(model.record().greatest_wait, 110 * 27e3);
  EXPECT_GE(model.record().least_wait, -110 * 27e3);
  EXPECT_EQ(model.record().backwards, 0U);
}

TEST(TimelineTrouble, SmoothsArrivalWherePcrsAreTooFarApartToServe) {
  StreamModel model({.pcr_interval = Ticks27::seconds(1)});
  model.network = uniform(5, 14);
  model.run(20);
  model.clear_record();
  for (int k = 0; k < 600; ++k) {
    model.run(0.1);
    ASSERT_EQ(model.timeline().state(), Timeline::State::kArrival) << model.seconds();
  }
  EXPECT_LT(model.record().peak_to_peak_ms(), 2);
  EXPECT_EQ(model.record().backwards, 0U);
}

TEST(TimelineTrouble, KeepsPcrsExactUnderUnknownLoss) {
  StreamModel model({});
  model.network = uniform(0.1, 6);
  run_until_locked(model, 60);
  model.clear_record();
  for (int k = 0; k < 100; ++k) {
    model.run(0.31);
    model.lose_datagrams(1 + k % 5);
  }
  // By bytes the others move by what is missing of 40 ms; PCRs stay.
  EXPECT_LT(model.record().pcr_peak_to_peak_ms(), 0.2);
  EXPECT_LT(model.record().peak_to_peak_ms(), 40);
  EXPECT_EQ(model.record().backwards, 0U);
  EXPECT_EQ(model.timeline().discontinuities(), 0U);
}

TEST(TimelineTrouble, SlewsToANewPathWithoutAStep) {
  StreamModel model({.packets_per_second = 700});
  model.every_packet = false;
  model.network = uniform(1, 7);
  run_until_locked(model, 120);
  model.run(60);
  model.network = uniform(1, 8, 20);
  model.clear_record();
  model.run(60);
  // Locked, it moves by at most 10 ppm: 0.6 ms a minute.
  EXPECT_LT(model.record().peak_to_peak_ms(), 0.7);
  EXPECT_NEAR(model.timeline().error().to_seconds() * 1e3, 20, 1);
  model.run(7200);
  EXPECT_NEAR(model.timeline().error().to_seconds() * 1e3, 0, 0.5);
  EXPECT_EQ(model.record().backwards, 0U);
}

TEST(TimelineTrouble, KeepsOrderAndBoundsOverTwoHundredRandomTroubles) {
  std::mt19937_64 random(9);
  const auto pick = [&](int below) { return std::uniform_int_distribution<int>(0, below - 1)(random); };
  StreamModel model({.ppm = 25});
  model.network = uniform(30, 10);
  for (int k = 0; k < 200; ++k) {
    switch (pick(7)) {
      case 0:
        model.jump_pcr(Ticks27::milliseconds(pick(100'000) - 50'000), pick(2) == 0);
        break;
      case 1:
        model.silence(pick(3000) / 1000.0);
        break;
      case 2:
        model.lose_datagrams(pick(400));
        break;
      case 3:
        model.sender().pcrs = !model.sender().pcrs;
        break;
      case 4:
        model.sender().pcr_pid = Pid::from_wire(static_cast<std::uint16_t>(0x100 + pick(3)));
        break;
      case 5:
        model.sender().packets_per_second = 200 + pick(8000);
        break;
      case 6:
        model.network = uniform(pick(90), random() & 0xFFFF);
        break;
      default:
        break;
    }
    model.clear_record();
    model.run(0.2 + pick(3000) / 1000.0);
    ASSERT_EQ(model.record().backwards, 0U) << "trouble " << k;
    if (model.record().packets > 0) {
      // A due time stays within reach of the arrival, whatever happens; the rest is loss within a segment.
      ASSERT_LT(model.record().greatest_wait, 400 * 27e3) << "trouble " << k;
      ASSERT_GT(model.record().least_wait, -1200 * 27e3) << "trouble " << k;
    }
  }
}

}  // namespace
}  // namespace headwater::dataplane
