// SPDX-License-Identifier: Apache-2.0
//
// Control's timekeeping on a machine in virtual time: what is published, what is logged, what the status
// says.
#include "tools/headwaterd/timekeeper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "tests/unit/tools_headwaterd/machine_clocks.h"

namespace headwater::daemon {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class TimekeeperTest : public ::testing::Test {
 protected:
  void begin() {
    time.start();
    machine.pass(1.5);  // what starts meanwhile
    time.release();
    lines.clear();
  }
  // Turns of control, 2 ms each.
  void run(double seconds) {
    const double end = machine.seconds() + seconds;
    while (machine.seconds() < end) {
      machine.pass(0.002);
      time.tick();
    }
  }
  // What others read now, had they this machine's counters.
  [[nodiscard]] Instant now() const {
    return time.discipline() ? time.discipline()->line().at(machine.cycles()) : Instant{};
  }
  [[nodiscard]] std::int64_t utc_error_ns() const {
    return clock.utc().of(now()).unix_nanoseconds - machine.realtime_ns();
  }

  test::Machine machine;
  KernelModel kernel;
  std::vector<std::string> lines;
  control::Log log = control::Log::to([this](std::string_view line) { lines.emplace_back(line); });
  dataplane::WorkerClock clock;
  Timekeeper time{clock, clocks_of(machine, kernel), log};
};

TEST_F(TimekeeperTest, SaysWhatItCountsAndHowWell) {
  time.start();
  machine.pass(2);
  time.release();
  EXPECT_THAT(lines, ElementsAre(AllOf(HasSubstr("event=time.counter counter=tsc hz="),
                                       HasSubstr("uncertainty_ppm=0.0"))));
  EXPECT_NEAR(time.discipline()->hertz() / machine.true_hertz(), 1, 0.1e-6);
  lines.clear();
  run(60);
  EXPECT_THAT(lines, IsEmpty());
  EXPECT_THAT(time.problems(now()), IsEmpty());
  EXPECT_THAT(time.notes(), IsEmpty());
  EXPECT_NEAR(static_cast<double>(time.history().measurements), 60, 2);
}

TEST_F(TimekeeperTest, AStepOfTheTimeOfDayMovesUtcAtOnceAndNothingElse) {
  begin();
  run(10);
  for (const double hours : {3.0, -26.0, 23.0}) {
    const Instant before = now();
    const double truth = machine.seconds();
    machine.step_realtime(hours * 3600);
    run(0.004);
    EXPECT_LT(std::abs(utc_error_ns()), 1000);
    EXPECT_NEAR((now() - before).to_seconds(), machine.seconds() - truth, 1e-6);
  }
  EXPECT_THAT(lines, ElementsAre(HasSubstr("event=time.stepped clock=utc seconds=+10800.000000 "
                                           "old_offset=+1700000000.0"),
                                 HasSubstr("seconds=-93600.000000"), HasSubstr("seconds=+82800.000000")));
  EXPECT_EQ(time.history().steps, 3U);
  run(2);
  EXPECT_THAT(time.problems(now()),
              ElementsAre(HasSubstr("was stepped by +82800.000000 s in the last minute")));
  run(61);
  EXPECT_THAT(time.problems(now()), IsEmpty());
  EXPECT_EQ(time.history().jumps + time.history().rate_changes, 0U);
}

TEST_F(TimekeeperTest, UtcKeepsUpWithTheSystemsClock) {
  begin();
  for (int minute = 0; minute < 30; ++minute) {
    run(60);
    EXPECT_LT(std::abs(utc_error_ns()), 2000);
  }
}

TEST_F(TimekeeperTest, ALostAndRegainedNtpIsTold) {
  begin();
  run(2);
  EXPECT_EQ(time.synchronised(), true);
  kernel.synchronisation->greatest_error_us = Timekeeper::kGreatestErrorUs;
  run(5);
  EXPECT_EQ(time.synchronised(), false);
  EXPECT_THAT(lines,
              ElementsAre(HasSubstr("event=time.unsynchronised clock=utc greatest_error_s=2.000 "
                                    "reason=\"nothing has corrected the system's clock for over an hour\"")));
  EXPECT_THAT(time.notes(), ElementsAre(HasSubstr("chronyc tracking")));
  EXPECT_THAT(time.problems(now()), IsEmpty());  // the streams go on
  kernel.synchronisation->greatest_error_us = 900;
  run(5);
  EXPECT_EQ(time.synchronised(), true);
  kernel.synchronisation->synchronised = false;
  run(5);
  EXPECT_THAT(lines,
              ElementsAre(HasSubstr("time.unsynchronised"), HasSubstr("event=time.synchronised clock=utc"),
                          HasSubstr("neither NTP nor PTP holds the system's clock")));
  kernel.synchronisation.reset();
  run(5);
  EXPECT_EQ(time.synchronised(), std::nullopt);
  EXPECT_THAT(time.notes(), IsEmpty());
  EXPECT_EQ(lines.size(), 3U);
}

TEST_F(TimekeeperTest, AMachineWithoutNtpSaysSoOnceFromTheStart) {
  kernel.synchronisation = dataplane::Synchronisation{};
  time.start();
  time.release();
  run(60);
  EXPECT_THAT(lines, ElementsAre(HasSubstr("time.unsynchronised"), HasSubstr("time.counter")));
}

TEST_F(TimekeeperTest, AStormOfStepsIsCountedAndNotAllOfItWritten) {
  begin();
  log.tick(now());
  for (int i = 0; i < 1000; ++i) {
    machine.step_realtime(i % 2 == 0 ? 3600 : -3600);
    run(0.004);
    log.tick(now());
  }
  EXPECT_EQ(time.history().steps, 1000U);
  EXPECT_EQ(lines.size(), control::Log::kBurst);
}

TEST_F(TimekeeperTest, ATscOfAnotherRateIsToldAndPutRight) {
  begin();
  run(120);
  machine.tsc_ppm = -100;
  run(5);
  EXPECT_THAT(lines, ElementsAre(AllOf(HasSubstr("event=time.rate_changed counter=tsc ppm=-100."),
                                       HasSubstr("hz=23997600"))));
  EXPECT_EQ(time.history().rate_changes, 1U);
  EXPECT_THAT(time.problems(now()), ElementsAre(HasSubstr("changed its rate by -100.")));
  run(65);
  EXPECT_THAT(time.problems(now()), IsEmpty());
}

TEST_F(TimekeeperTest, ATscThatJumpedIsTold) {
  begin();
  run(120);
  machine.jump_tsc(10);
  run(5);
  EXPECT_THAT(lines, ElementsAre(HasSubstr("event=time.jumped counter=tsc seconds=+10.000")));
  EXPECT_EQ(time.history().jumps, 1U);
  EXPECT_THAT(time.problems(now()), ElementsAre(HasSubstr("jumped or stood still")));
  EXPECT_LT(std::abs(utc_error_ns()), 2000);  // it has a mapping of its own
}

TEST_F(TimekeeperTest, ATscThatWentBackIsMendedInTheNextTurn) {
  begin();
  run(120.5);
  const Instant before = now();
  machine.jump_tsc(-1000);
  run(0.004);
  EXPECT_NEAR((now() - before).to_seconds(), 0.004, 0.003);
  EXPECT_THAT(lines, ElementsAre(HasSubstr("event=time.jumped counter=tsc seconds=-1000.")));
}

TEST_F(TimekeeperTest, AClockFarFromTheStartsIsFollowedAndSaid) {
  machine.monotonic_ppm = 100;
  begin();
  machine.monotonic_ppm = 0;
  run(310);
  EXPECT_THAT(lines, Contains(AllOf(HasSubstr("event=time.following counter=tsc ppm=-"))));
  EXPECT_THAT(time.problems(now()), ElementsAre(HasSubstr("which follows it")));
  run(120);
  EXPECT_THAT(lines.back(), HasSubstr("event=time.followed"));
  EXPECT_THAT(time.problems(now()), IsEmpty());
}

TEST_F(TimekeeperTest, WithoutATscToBeTrustedTheSystemsClockIsRead) {
  kernel.verdict.why_not = "the kernel found the TSC unstable";
  time.start();
  time.release();
  EXPECT_FALSE(time.discipline().has_value());
  EXPECT_THAT(lines, Contains(AllOf(StartsWith("level=warning event=time.counter counter=system"),
                                    HasSubstr("unstable"))));
  EXPECT_THAT(time.notes(), ElementsAre(HasSubstr("instead of the TSC: the kernel found")));
  run(5);
  // In the nanoseconds of this machine's monotonic clock, which is not what clock.now() reads here.
  const Instant system = dataplane::ticks_of_nanoseconds(machine.monotonic_ns());
  EXPECT_LT(std::abs(clock.utc().of(system).unix_nanoseconds - machine.realtime_ns()), 1000);
}

TEST_F(TimekeeperTest, ATscThatTheKernelGivesUpIsGivenUp) {
  begin();
  run(60);
  kernel.verdict.why_not = "the kernel found the TSC unstable";
  run(12);
  EXPECT_FALSE(time.discipline().has_value());
  EXPECT_THAT(lines, ElementsAre(StartsWith("level=error event=time.fallback counter=system")));
  EXPECT_THAT(time.notes(), ElementsAre(HasSubstr("unstable")));
}

}  // namespace
}  // namespace headwater::daemon
