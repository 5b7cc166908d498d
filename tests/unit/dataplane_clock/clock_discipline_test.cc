// SPDX-License-Identifier: Apache-2.0
//
// The discipline on a machine in virtual time, second by second: how far `now` is from the truth, how fast
// its frequency moves, and that it never steps. The bounds are those that clock_discipline.h names.
#include "dataplane/clock/clock_discipline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>
#include <vector>

#include "tests/support/machine.h"

namespace headwater::dataplane {
namespace {

using Outcome = ClockDiscipline::Outcome;
using State = ClockDiscipline::State;

constexpr double kNormMillihertz = 75;
// Quantised to 2^-64 of a tick, and a reading is not taken at the very second.
constexpr double kRounding = 1.001;

class ClockDisciplineTest : public ::testing::Test {
 protected:
  void begin(double span = 0.02) {
    const ClockReading first = machine.read();
    machine.pass(span);
    discipline = ClockDiscipline::begin(first, machine.read());
    ASSERT_TRUE(discipline.has_value());
    discipline->release();
    seen = discipline->line().at(machine.cycles());
  }

  // Long enough for the start's error, up to 6 ppm, to be worked off at the norm's rate.
  void settle() {
    run(3600);
    EXPECT_EQ(discipline->state(), State::kLocked);
    EXPECT_LE(greatest_change, kNormMillihertz * kRounding);
    origin = now() - machine.seconds() * 27e6;
  }

  double now() { return static_cast<double>(discipline->line().at(machine.cycles()).value); }
  // Seconds of `now` beyond those that truly passed since settle().
  double beyond_truth() { return (now() - origin) / 27e6 - machine.seconds(); }
  double true_rate_error_ppm() {
    const double ticks =
        std::ldexp(static_cast<double>(discipline->line().after), -64) * machine.true_hertz();
    return (ticks / 27e6 - 1) * 1e6;
  }
  std::size_t count(Outcome outcome) const {
    return static_cast<std::size_t>(std::ranges::count(outcomes, outcome));
  }

  // A second of control; `moment` is called before each.
  void second() {
    machine.pass(1);
    const ClockReading reading = machine.read();
    const auto observation = discipline->observe(reading);
    outcomes.push_back(observation.outcome);
    if (observation.outcome != Outcome::kSteered && observation.outcome != Outcome::kInterrupted)
      last = observation;
    if (observation.outcome == Outcome::kWentBack) {
      see(machine.cycles());
      return;
    }
    turn();
  }
  void run(double seconds) {
    for (double k = 0; k < seconds; ++k) second();
  }
  // The next line, read by one thread while another still has the one before it.
  void turn() {
    const ClockLine old = discipline->line();
    const std::uint64_t from = machine.cycles() + 48'000'000;  // 20 ms
    const ClockLine next = discipline->turned(from);
    for (const std::uint64_t cycles :
         {machine.cycles(), from - 1'000'003, from - 12'345, from - 89, from - 1, from}) {
      EXPECT_EQ(old.at(cycles), next.at(cycles));
      see(cycles, next);
    }
    see(from + 1, next);
    see(from + 90, next);
    discipline->take(next);
    change = (static_cast<double>(next.after) / static_cast<double>(old.after) - 1) * 27e6 * 1e3;
    greatest_change = std::max(greatest_change, std::abs(change));
  }
  void see(std::uint64_t cycles) { see(cycles, discipline->line()); }
  void see(std::uint64_t cycles, const ClockLine& line) {
    const Instant at = line.at(cycles);
    EXPECT_GE(at, seen);
    seen = std::max(seen, at);
  }

  test::Machine machine;
  std::optional<ClockDiscipline> discipline;
  double origin = 0;
  Instant seen;
  std::vector<Outcome> outcomes;
  ClockDiscipline::Observation last;
  double change = 0, greatest_change = 0;  // mHz of 27 MHz, in one second
};

TEST_F(ClockDisciplineTest, StartsWithinWhatItsFirstTwoReadingsAllow) {
  begin();
  EXPECT_LT(std::abs(true_rate_error_ppm()), discipline->uncertainty_ppm());
  EXPECT_LT(discipline->uncertainty_ppm(), 6);  // 110 ns of 20 ms
}

TEST_F(ClockDisciplineTest, LocksAndStaysWithinAMicrosecond) {
  begin();
  settle();
  double worst = 0;
  double worst_rate = 0;
  for (int k = 0; k < 6 * 3600; ++k) {
    second();
    worst = std::max(worst, std::abs(beyond_truth()));
    worst_rate = std::max(worst_rate, std::abs(true_rate_error_ppm()));
  }
  EXPECT_LT(worst, 1e-6);
  EXPECT_LT(worst_rate, 0.02);
  EXPECT_LE(greatest_change, kNormMillihertz * kRounding);
  EXPECT_EQ(count(Outcome::kSteered), outcomes.size());
}

// A room that warms up and cools down: 2 ppm of the crystal in an hour and a half.
TEST_F(ClockDisciplineTest, FollowsADriftingCrystal) {
  begin();
  settle();
  double worst = 0;
  for (int k = 0; k < 24 * 3600; ++k) {
    machine.tsc_ppm = 2 * std::sin(k * 2 * std::numbers::pi / (6 * 3600.0));
    machine.raw_ppm = 20 + machine.tsc_ppm;
    second();
    worst = std::max(worst, std::abs(beyond_truth()));
  }
  EXPECT_LT(worst, 5e-6);
  EXPECT_LE(greatest_change, kNormMillihertz * kRounding);
  EXPECT_EQ(discipline->state(), State::kLocked);
}

// What makes a rate 1200 ppm wrong at the start: the system's clock was being slewed by so much just then.
TEST_F(ClockDisciplineTest, AStartThatIs1200PpmOffIsWorkedOff) {
  machine.monotonic_ppm = 1200;
  begin();
  machine.monotonic_ppm = 0;
  EXPECT_NEAR(true_rate_error_ppm(), 1200, 6);
  run(ClockDiscipline::kPatience - 1);
  EXPECT_LE(greatest_change, kNormMillihertz * kRounding);
  EXPECT_EQ(discipline->state(), State::kSettling);
  run(3);
  EXPECT_EQ(discipline->state(), State::kFollowing);
  run(1220);
  EXPECT_NEAR(true_rate_error_ppm(), 0, 1.1);
  EXPECT_LE(greatest_change, 27'000 * kRounding);  // 1 ppm
  EXPECT_NE(discipline->state(), State::kFollowing);
  greatest_change = 0;
  run(3600);
  EXPECT_LE(greatest_change, kNormMillihertz * kRounding);
  EXPECT_NEAR(true_rate_error_ppm(), 0, 0.02);
  EXPECT_EQ(discipline->state(), State::kLocked);
}

TEST_F(ClockDisciplineTest, ATscThatGetsSlowerBy100PpmIsPutRightWithinSeconds) {
  begin();
  settle();
  machine.pass(0.4);
  machine.tsc_ppm = -100;
  run(4);
  ASSERT_EQ(count(Outcome::kRateChanged), 1U);
  EXPECT_NEAR(last.rate_ppm, -100, 0.3);
  EXPECT_NEAR(true_rate_error_ppm(), 0, 0.3);
  EXPECT_LT(std::abs(beyond_truth()), 400e-6);  // 100 ppm of less than four seconds
  // From then on as ever.
  greatest_change = 0;
  run(3600);
  EXPECT_LE(greatest_change, kNormMillihertz * kRounding);
  EXPECT_LT(std::abs(true_rate_error_ppm()), 0.02);
  EXPECT_LT(std::abs(beyond_truth()), 400e-6);
  EXPECT_EQ(count(Outcome::kRateChanged), 1U);
  EXPECT_EQ(count(Outcome::kJumped), 0U);
}

TEST_F(ClockDisciplineTest, ThousandPpmThereAndBackAreTwoChanges) {
  begin();
  settle();
  for (const double ppm : {1000.0, 0.0}) {
    machine.tsc_ppm = ppm;
    run(600);
    EXPECT_NEAR(true_rate_error_ppm(), 0, 0.05);
  }
  EXPECT_EQ(count(Outcome::kRateChanged), 2U);
}

struct Pause {
  const char* name;
  bool tsc_stands, kernel_stands;
  double jump;  // s, of the TSC against the kernel's clocks
};
class ClockDisciplinePause : public ClockDisciplineTest, public testing::WithParamInterface<Pause> {};

TEST_P(ClockDisciplinePause, IsReportedAndMovesNoRate) {
  begin();
  settle();
  const double rate = true_rate_error_ppm();
  greatest_change = 0;
  machine.pass(0.3);
  machine.tsc_stands = GetParam().tsc_stands;
  machine.kernel_stands = GetParam().kernel_stands;
  machine.pass(10);
  machine.tsc_stands = machine.kernel_stands = false;
  run(10);
  EXPECT_NEAR(true_rate_error_ppm(), rate, 0.05);
  EXPECT_EQ(count(Outcome::kRateChanged), 0U);
  ASSERT_EQ(count(Outcome::kJumped), GetParam().jump == 0 ? 0U : 1U);
  if (GetParam().jump != 0) {
    EXPECT_NEAR(last.jump.to_seconds(), GetParam().jump, 1e-6);
  }
  run(3600);
  EXPECT_LE(greatest_change, 2 * kNormMillihertz * kRounding);  // one step after a longer second
  EXPECT_LT(std::abs(true_rate_error_ppm()), 0.02);
  EXPECT_LT(std::abs(discipline->offset_ns()), 1000);
}

INSTANTIATE_TEST_SUITE_P(Machine, ClockDisciplinePause,
                         testing::Values(Pause{"TscGoesOn", false, true, 10},
                                         Pause{"TscStands", true, false, -10},
                                         Pause{"BothStand", true, true, 0},
                                         Pause{"BothGoOn", false, false, 0}),
                         [](const auto& each) { return each.param.name; });

// A guest that was moved to a host that was started later.
TEST_F(ClockDisciplineTest, ATscThatGoesBackDoesNotTakeNowAlong) {
  begin();
  settle();
  const double truth = beyond_truth();
  machine.jump_tsc(-2000);
  run(1);
  ASSERT_EQ(count(Outcome::kWentBack), 1U);
  EXPECT_NEAR(last.jump.to_seconds(), -2000, 0.01);
  EXPECT_NEAR(beyond_truth(), truth, 1e-6);  // by the monotonic clock, which went on
  run(600);
  EXPECT_NEAR(beyond_truth(), truth, 2e-6);
  EXPECT_EQ(outcomes.size() - count(Outcome::kSteered), 1U);
}

// ntpd takes 128 ms out in 256 s: a phase of the system's, which is none of ours.
TEST_F(ClockDisciplineTest, ASlewOfTheSystemsClockIsNotTakenForItsFrequency) {
  begin();
  settle();
  machine.monotonic_ppm = 500;
  double worst = 0;
  // The truth is the second; true_rate_error_ppm() is by the slewed clock.
  const auto off = [&] {
    const double ticks = std::ldexp(static_cast<double>(discipline->line().after), -64) * machine.tsc_hertz;
    return std::abs(ticks / 27e6 - 1) * 1e6;
  };
  for (int k = 0; k < 256; ++k) {
    second();
    worst = std::max(worst, off());
    EXPECT_NE(discipline->state(), State::kFollowing);
  }
  machine.monotonic_ppm = 0;
  for (int k = 0; k < 3600; ++k) {
    second();
    worst = std::max(worst, off());
  }
  EXPECT_LT(worst, 1.2);  // 256 s, 64 more of the window, and a phase of up to 1 ms, at 2.8e-9 a second
  EXPECT_LT(off(), 0.02);
  EXPECT_LE(greatest_change, kNormMillihertz * kRounding);
}

TEST_F(ClockDisciplineTest, TheTimeOfDayNeverComesIn) {
  begin();
  test::Machine other = machine;
  ClockDiscipline same = *discipline;
  for (int k = 0; k < 600; ++k) {
    second();
    other.pass(1);
    if (k % 50 == 7) other.step_realtime(k % 100 < 50 ? 7200 : -7200);
    same.observe(other.read());
    same.take(same.turned(other.cycles() + 48'000'000));
    ASSERT_EQ(same.line().after, discipline->line().after);
    ASSERT_EQ(same.line().at(other.cycles()), discipline->line().at(machine.cycles()));
  }
}

// Half a millisecond between two of a reading's clocks, a fifth of the time.
TEST_F(ClockDisciplineTest, InterruptedReadingsAreNotBelieved) {
  begin();
  settle();
  machine.interrupted_of_100 = 20;
  outcomes.clear();
  double worst = 0;
  for (int k = 0; k < 3600; ++k) {
    second();
    worst = std::max(worst, std::abs(beyond_truth()));
  }
  EXPECT_LT(worst, 1e-6);
  EXPECT_NEAR(static_cast<double>(count(Outcome::kInterrupted)), 720, 100);
  EXPECT_EQ(count(Outcome::kSteered) + count(Outcome::kInterrupted), outcomes.size());
  EXPECT_LE(greatest_change, 2 * kNormMillihertz * kRounding);  // after an interval of two seconds
}

// Its clocks are read by a system call from now on.
TEST_F(ClockDisciplineTest, AMachineThatHasBecomeSlowToReadIsBelievedAgain) {
  begin();
  settle();
  machine.interrupted_of_100 = 100;
  run(100);
  const std::size_t before = count(Outcome::kInterrupted);
  EXPECT_GE(before, 60U);
  EXPECT_LT(before, 100U);
}

TEST_F(ClockDisciplineTest, UntilItIsReleasedTheRateIsJustMeasured) {
  machine.monotonic_ppm = 0;
  const ClockReading first = machine.read();
  machine.pass(0.001);
  discipline = ClockDiscipline::begin(first, machine.read());
  const double coarse = discipline->uncertainty_ppm();
  machine.pass(2);
  discipline->observe(machine.read());
  discipline->take(discipline->turned(machine.cycles()));
  EXPECT_GT(coarse, 50);
  EXPECT_LT(discipline->uncertainty_ppm(), 0.06);
  EXPECT_LT(std::abs(true_rate_error_ppm()), 0.06);
}

TEST(ClockDiscipline, WhatIsNoRateIsRefused) {
  const ClockReading first{.cycles = 1000, .width = 1, .monotonic_ns = 0, .raw_ns = 0, .realtime_ns = 0};
  ClockReading second = first;
  EXPECT_FALSE(ClockDiscipline::begin(first, second).has_value());
  second.monotonic_ns = second.raw_ns = 1'000'000'000;
  EXPECT_FALSE(ClockDiscipline::begin(first, second).has_value());  // stands still
  second.cycles = 25'000'000;
  EXPECT_FALSE(ClockDiscipline::begin(first, second).has_value());  // slower than a tick
  second.cycles = 2'500'000'000;
  EXPECT_TRUE(ClockDiscipline::begin(first, second).has_value());
}

TEST(ClockLine, HoldsForAsLongAsItsCyclesDo) {
  const double rate = 27e6 / 5e9;
  const ClockLine line{.from = 1'000,
                       .at_from = {500},
                       .fraction = 0,
                       .before = ticks_per_cycle(rate),
                       .after = ticks_per_cycle(rate)};
  // 100 years at 5 GHz.
  const std::uint64_t cycles = std::uint64_t{5'000'000'000} * 86'400 * 36'525;
  const double ticks = 27e6 * 86'400.0 * 36'525;
  EXPECT_NEAR(static_cast<double>(line.at(1'000 + cycles).value - 500) / ticks, 1, 1e-12);
  EXPECT_GT(line.at(std::numeric_limits<std::uint64_t>::max()).value, 0);
  EXPECT_EQ(line.at(1'000).value, 500);
  EXPECT_LT(line.at(0).value, 500);
  EXPECT_EQ(line.at(0).value, 500 - 6);  // 5.4 ticks before: rounded down
}

TEST(ClockLine, TicksOfNanosecondsAndBack) {
  EXPECT_EQ(ticks_of_nanoseconds(1'000'000'000).value, 27'000'000);
  EXPECT_EQ(ticks_of_nanoseconds(std::int64_t{1} << 62).value, 124'515'522'497'539'473);
  EXPECT_EQ(nanoseconds_of(Ticks27::seconds(-3)), -3'000'000'000);
  EXPECT_EQ(nanoseconds_of({1}), 37);
  EXPECT_EQ(nanoseconds_of({std::int64_t{1} << 55}), 1'334'399'889'591'258'074);
}

}  // namespace
}  // namespace headwater::dataplane
