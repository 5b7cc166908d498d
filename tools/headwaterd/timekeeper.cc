// SPDX-License-Identifier: Apache-2.0
#include "tools/headwaterd/timekeeper.h"

#include <fmt/format.h>

#include <cstdlib>
#include <utility>

namespace headwater::daemon {
namespace {

using control::Severity;
using dataplane::ClockDiscipline;
using dataplane::ClockReading;
using dataplane::WorkerClock;
using Outcome = ClockDiscipline::Outcome;

constexpr int kTries = 8;
constexpr int kTriesAtStart = 64;
constexpr auto kFirstSpan = std::chrono::milliseconds(20);
constexpr double kLeadSeconds = 20e-3;  // of a new line before the cycle from which it counts
constexpr unsigned kJudgeEvery = 10;    // measurements
// Over what a reading of the TSC may have been off when the system's clock takes over: no step back.
constexpr Ticks27 kTakeOverMargin = Ticks27::microseconds(10);

dataplane::ClockLine line_of_system(std::int64_t monotonic_ns, Instant now) {
  return {.from = static_cast<std::uint64_t>(monotonic_ns),
          .at_from = now,
          .fraction = 0,
          .before = 0,
          .after = dataplane::ticks_per_cycle(WorkerClock::kTicksPerNanosecond)};
}

std::string seconds_text(std::int64_t nanoseconds) {
  return fmt::format("{:+.6f}", static_cast<double>(nanoseconds) / 1e9);
}

}  // namespace

Timekeeper::Timekeeper(WorkerClock& clock, dataplane::SystemClocks clocks, control::Log& log)
    : clock_(clock), clocks_(std::move(clocks)), log_(log) {}

void Timekeeper::start() {
  verdict_ = clocks_.judge_tsc();
  until_judged_ = kJudgeEvery;
  const ClockReading first = clocks_.read(kTriesAtStart);
  clocks_.sleep(kFirstSpan);
  const ClockReading second = clocks_.read(kTriesAtStart);
  if (verdict_.why_not.empty()) {
    discipline_ = ClockDiscipline::begin(first, second);
    if (!discipline_) verdict_.why_not = "the TSC counts at no rate above 27 MHz";
  }
  if (discipline_) {
    clock_.publish(WorkerClock::Counter::kTsc, discipline_->line());
  } else {
    system_line_ = line_of_system(second.monotonic_ns, dataplane::ticks_of_nanoseconds(second.monotonic_ns));
    clock_.publish(WorkerClock::Counter::kSystem, system_line_);
  }
  utc_offset_ns_ = second.realtime_ns - second.monotonic_ns;
  measured_ns_ = second.monotonic_ns;
  seen_cycles_ = second.cycles;
  follow_utc(second);
  jumps_.sample(now_at(second), 0);
  rate_changes_.sample(now_at(second), 0);
}

void Timekeeper::release() {
  measure(clocks_.read(kTriesAtStart));
  if (discipline_) {
    discipline_->release();
    log_.event(Severity::kInfo, "time.counter",
               {{"counter", "tsc"},
                {"hz", fmt::format("{:.0f}", discipline_->hertz())},
                {"uncertainty_ppm", fmt::format("{:.3f}", discipline_->uncertainty_ppm())}});
  } else {
    log_.event(Severity::kWarning, "time.counter", {{"counter", "system"}, {"reason", verdict_.why_not}});
  }
}

Instant Timekeeper::now_at(const ClockReading& reading) const {
  return discipline_ ? discipline_->line().at(reading.cycles)
                     : system_line_.at(static_cast<std::uint64_t>(reading.monotonic_ns));
}

void Timekeeper::tick() {
  const ClockReading glance = clocks_.read(1);
  const std::int64_t step = glance.realtime_ns - glance.monotonic_ns - utc_offset_ns_;
  const bool went_back = discipline_ && glance.cycles < seen_cycles_;
  seen_cycles_ = glance.cycles;
  if (went_back || glance.monotonic_ns - measured_ns_ >= kIntervalNs) {
    measure(clocks_.read(kTries));
  } else if (std::abs(step) > kStepNs) {
    // Or an interrupt between two of its clocks: the tightest of more will tell.
    follow_utc(clocks_.read(kTries));
  }
}

void Timekeeper::measure(const ClockReading& reading) {
  measured_ns_ = reading.monotonic_ns;
  seen_cycles_ = reading.cycles;
  ++history_.measurements;
  if (discipline_) {
    const ClockDiscipline::Observation observation = discipline_->observe(reading);
    if (observation.outcome == Outcome::kWentBack) {
      clock_.publish(WorkerClock::Counter::kTsc, discipline_->line());
    } else {
      publish_turned();
    }
    report(observation);
    judge_again(reading);
  }
  follow_utc(reading);
  follow_kernel();
  const Instant now = now_at(reading);
  jumps_.sample(now, history_.jumps);
  rate_changes_.sample(now, history_.rate_changes);
}

// What was computed for a cycle that has come meanwhile (this thread was preempted) is computed anew: readers
// may have gone on by the line before it.
void Timekeeper::publish_turned() {
  const auto lead = static_cast<std::uint64_t>(discipline_->hertz() * kLeadSeconds);
  for (;;) {
    const std::uint64_t from = clocks_.tsc() + lead;
    const dataplane::ClockLine line = discipline_->turned(from);
    if (clocks_.tsc() > from - lead / 2) continue;
    clock_.publish(WorkerClock::Counter::kTsc, line);
    discipline_->take(line);
    return;
  }
}

void Timekeeper::report(const ClockDiscipline::Observation& observation) {
  switch (observation.outcome) {
    case Outcome::kSteered:
    case Outcome::kSuspect:
      break;
    case Outcome::kInterrupted:
      ++history_.interrupted;
      break;
    case Outcome::kJumped:
    case Outcome::kWentBack:
      ++history_.jumps;
      history_.last_jump = observation.jump;
      log_.event(Severity::kWarning, "time.jumped",
                 {{"counter", "tsc"},
                  {"seconds", seconds_text(dataplane::nanoseconds_of(observation.jump))},
                  {"reason", "the machine was paused or moved, and its TSC did not go on as it was"}});
      break;
    case Outcome::kRateChanged:
      ++history_.rate_changes;
      history_.last_rate_change_ppm = observation.rate_ppm;
      log_.event(Severity::kWarning, "time.rate_changed",
                 {{"counter", "tsc"},
                  {"ppm", fmt::format("{:+.1f}", observation.rate_ppm)},
                  {"hz", fmt::format("{:.0f}", discipline_->hertz())},
                  {"reason", "the machine was moved, or its TSC is not what it says: corrected"}});
      break;
  }
  const bool following = discipline_->state() == ClockDiscipline::State::kFollowing;
  if (std::exchange(told_following_, following) == following) return;
  if (following) {
    log_.event(
        Severity::kWarning, "time.following",
        {{"counter", "tsc"},
         {"ppm", fmt::format("{:+.1f}", discipline_->rate_error_ppm().value_or(0))},
         {"reason", "the system's clock has run so much faster for 5 minutes, and is followed by 1 ppm/s"}});
  } else {
    log_.event(Severity::kInfo, "time.followed",
               {{"counter", "tsc"}, {"hz", fmt::format("{:.0f}", discipline_->hertz())}});
  }
}

// The kernel's own watchdog may find the TSC wanting at any time.
void Timekeeper::judge_again(const ClockReading& reading) {
  if (until_judged_-- > 0) return;
  until_judged_ = kJudgeEvery;
  verdict_ = clocks_.judge_tsc();
  if (!verdict_.why_not.empty()) fall_back(reading);
}

void Timekeeper::fall_back(const ClockReading& reading) {
  system_line_ = line_of_system(reading.monotonic_ns, now_at(reading) + kTakeOverMargin);
  clock_.publish(WorkerClock::Counter::kSystem, system_line_);
  discipline_.reset();
  log_.event(Severity::kError, "time.fallback", {{"counter", "system"}, {"reason", verdict_.why_not}});
}

void Timekeeper::follow_utc(const ClockReading& reading) {
  const std::int64_t offset = reading.realtime_ns - reading.monotonic_ns;
  const std::int64_t step = offset - std::exchange(utc_offset_ns_, offset);
  clock_.publish(dataplane::UtcMapping{.at = now_at(reading), .utc = {reading.realtime_ns}});
  if (std::abs(step) > kStepNs) ++history_.steps;
  steps_.sample(now_at(reading), history_.steps);
  if (std::abs(step) <= kStepNs) return;
  history_.last_step_ns = step;
  log_.event(Severity::kWarning, "time.stepped",
             {{"clock", "utc"},
              {"seconds", seconds_text(step)},
              {"old_offset", seconds_text(offset - step)},
              {"new_offset", seconds_text(offset)}});
}

std::optional<bool> Timekeeper::synchronised() const {
  if (!kernel_) return std::nullopt;
  return kernel_->synchronised && kernel_->greatest_error_us < kGreatestErrorUs;
}

void Timekeeper::follow_kernel() {
  kernel_ = clocks_.synchronisation();
  const std::optional<bool> is = synchronised();
  const std::optional<bool> was = std::exchange(told_synchronised_, is);
  if (!is || was == is) return;
  if (!*is) {
    log_.event(
        Severity::kWarning, "time.unsynchronised",
        {{"clock", "utc"},
         {"greatest_error_s", fmt::format("{:.3f}", static_cast<double>(kernel_->greatest_error_us) / 1e6)},
         {"reason", kernel_->synchronised ? "nothing has corrected the system's clock for over an hour"
                                          : "neither NTP nor PTP holds the system's clock"}});
  } else if (was) {
    log_.event(Severity::kInfo, "time.synchronised", {{"clock", "utc"}});
  }
}

std::vector<std::string> Timekeeper::problems(Instant now) const {
  std::vector<std::string> out;
  if (rate_changes_.recent(now) > 0) {
    out.push_back(
        fmt::format("time: the TSC changed its rate by {:+.1f} ppm in the last minute: corrected; was "
                    "this machine moved?",
                    history_.last_rate_change_ppm));
  }
  if (jumps_.recent(now) > 0)
    out.emplace_back("time: the TSC jumped or stood still in the last minute: was this machine paused?");
  if (discipline_ && discipline_->state() == ClockDiscipline::State::kFollowing) {
    out.push_back(fmt::format("time: the system's clock runs {:+.1f} ppm off ours, which follows it",
                              discipline_->rate_error_ppm().value_or(0)));
  }
  if (steps_.recent(now) > 0) {
    out.push_back(
        fmt::format("time: the system's clock was stepped by {} s in the last minute, and UTC with it",
                    seconds_text(history_.last_step_ns)));
  }
  return out;
}

std::vector<std::string> Timekeeper::notes() const {
  std::vector<std::string> out;
  if (synchronised() == false) {
    out.emplace_back(
        "neither NTP nor PTP holds the system's clock: `chronyc tracking`; UTC may be wrong, streams are "
        "not");
  }
  if (!verdict_.why_not.empty())
    out.push_back(fmt::format("the system's clock is read instead of the TSC: {}", verdict_.why_not));
  return out;
}

}  // namespace headwater::daemon
