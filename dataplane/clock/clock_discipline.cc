// SPDX-License-Identifier: Apache-2.0
#include "dataplane/clock/clock_discipline.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace headwater::dataplane {
namespace {

constexpr double kSettle = 64;           // s in which a small phase error is worked off
constexpr double kLeastSpan = 8;         // s that readings must span to tell a frequency
constexpr double kLongestStep = 2;       // s: after a pause the rate changes by no more than in these
constexpr double kCounterChange = 5e-6;  // of the counter against the raw clock: below, steering sees to it
constexpr std::size_t kRecent = 9;       // readings that tell which rate to follow
constexpr double kFollowed = 1e-6;       // of it: steering sees to the rest
constexpr double kLockedRate = 0.1e-6;
constexpr double kLockedOffset = 10e-6;
constexpr double kSlackNanoseconds = 100;

double seconds_between(std::int64_t from, std::int64_t to) {
  return static_cast<double>(to - from) / 1e9;
}
double cycles_between(const ClockReading& from, const ClockReading& to) {
  return static_cast<double>(to.cycles - from.cycles);
}

}  // namespace

std::optional<ClockDiscipline> ClockDiscipline::begin(const ClockReading& first, const ClockReading& second) {
  const double seconds = seconds_between(first.monotonic_ns, second.monotonic_ns);
  const double raw = seconds_between(first.raw_ns, second.raw_ns);
  if (second.cycles <= first.cycles || seconds <= 0 || raw <= 0) return std::nullopt;
  const double rate = seconds * 27e6 / cycles_between(first, second);
  // A rate of 2^64 parts of a tick; a tenth of it leaves room to steer.
  if (rate > 0.9) return std::nullopt;
  return ClockDiscipline(first, second, rate);
}

ClockDiscipline::ClockDiscipline(const ClockReading& first, const ClockReading& second, double rate)
    : line_{.from = second.cycles,
            .at_from = ticks_of_nanoseconds(second.monotonic_ns),
            .fraction = 0,
            .before = ticks_per_cycle(rate),
            .after = ticks_per_cycle(rate)},
      rate_(rate),
      raw_hertz_(cycles_between(first, second) / seconds_between(first.raw_ns, second.raw_ns)),
      window_{first, second},
      widths_{first.width, second.width},
      last_(second) {}

double ClockDiscipline::nanoseconds(std::uint64_t cycles) const {
  return static_cast<double>(cycles) * rate_ / 27e-3;
}

double ClockDiscipline::width_ns() const {
  return nanoseconds(*std::ranges::min_element(widths_));
}

std::optional<double> ClockDiscipline::rate_error_ppm() const {
  if (!rate_error_) return std::nullopt;
  return *rate_error_ * 1e6;
}

double ClockDiscipline::uncertainty_ppm() const {
  if (window_.empty()) return 0;
  const double span = nanoseconds(window_.back().cycles - window_.front().cycles);
  if (span <= 0) return 0;
  return (nanoseconds(window_.front().width) + nanoseconds(window_.back().width)) / 2 / span * 1e6;
}

// What lay between the two ends of a reading, an interrupt or another guest, may have hit between any two of
// its clocks. The usual width is the least of the last minute, so that a machine that has become slower is
// believed again after it.
bool ClockDiscipline::is_believed(const ClockReading& reading) {
  widths_.push_back(reading.width);
  if (widths_.size() > kWindow) widths_.pop_front();
  return nanoseconds(reading.width) <= 2 * width_ns() + kSlackNanoseconds;
}

double ClockDiscipline::ahead(const ClockReading& reading) const {
  const Instant wanted = ticks_of_nanoseconds(reading.monotonic_ns) + base_;
  return (wanted - line_.at(reading.cycles)).to_seconds();
}

void ClockDiscipline::rebase(const ClockReading& reading) {
  base_ = line_.at(reading.cycles) - ticks_of_nanoseconds(reading.monotonic_ns);
  offset_ = 0;
}

void ClockDiscipline::remember(const ClockReading& reading) {
  window_.push_back(reading);
  if (window_.size() > kWindow) window_.pop_front();
}

ClockDiscipline::Observation ClockDiscipline::observe(const ClockReading& reading) {
  if (reading.cycles < last_.cycles) return go_on_from(reading);
  if (!is_believed(reading)) return {.outcome = Outcome::kInterrupted};
  const double seconds = seconds_between(last_.monotonic_ns, reading.monotonic_ns);
  const double raw = seconds_between(last_.raw_ns, reading.raw_ns);
  const double cycles = cycles_between(last_, reading);
  if (seconds <= 0 || raw <= 0 || cycles <= 0) return {.outcome = Outcome::kInterrupted};
  const double noise = 4e-9 * (nanoseconds(last_.width) + nanoseconds(reading.width));
  last_ = reading;
  if (!released_) {
    remember(reading);
    rate_ = measured_rate(window_.size());
    raw_hertz_ = measured_hertz();
    rebase(reading);
    return {};
  }
  const double tolerance = kCounterChange + noise / raw + 4e-6 * uncertainty_ppm();
  if (const auto found = judge_counter(reading, cycles / raw, tolerance)) return *found;
  steer(reading, seconds, seconds * 27e6 / cycles);
  return {};
}

// A jump shows in one interval, another rate in all that follow: the first of them is partly of the old one.
std::optional<ClockDiscipline::Observation> ClockDiscipline::judge_counter(const ClockReading& reading,
                                                                           double hertz, double tolerance) {
  const auto differ = [&](double a, double b) { return std::abs(a / b - 1) > tolerance; };
  const std::optional<double> suspect = std::exchange(suspect_, std::nullopt);
  if (differ(hertz, raw_hertz_)) {
    if (!suspect || differ(hertz, *suspect)) {
      suspect_ = hertz;
      return Observation{.outcome = Outcome::kSuspect};
    }
    const double change = hertz / raw_hertz_;
    rate_ /= change;
    raw_hertz_ = hertz;
    window_.clear();
    rebase(reading);
    return Observation{.outcome = Outcome::kRateChanged, .rate_ppm = (change - 1) * 1e6};
  }
  if (!suspect) return std::nullopt;
  window_.clear();
  const double jump = -ahead(reading);
  if (std::abs(jump) <= kGivenUp) return std::nullopt;
  rebase(reading);
  return Observation{.outcome = Outcome::kJumped, .jump = {std::llround(jump * 27e6)}};
}

ClockDiscipline::Observation ClockDiscipline::go_on_from(const ClockReading& reading) {
  const Ticks27 passed =
      ticks_of_nanoseconds(reading.monotonic_ns) - ticks_of_nanoseconds(last_.monotonic_ns);
  const Instant would_be = line_.at(last_.cycles) + passed;
  const Ticks27 jump = line_.at(reading.cycles) - would_be;
  // With `before` 0 that instant stands for all earlier cycles.
  line_ = {.from = reading.cycles,
           .at_from = would_be,
           .fraction = 0,
           .before = 0,
           .after = ticks_per_cycle(rate_)};
  suspect_.reset();
  last_ = reading;
  window_.clear();
  rebase(reading);
  return {.outcome = Outcome::kWentBack, .jump = jump};
}

double ClockDiscipline::measured_rate(std::size_t readings) const {
  const ClockReading& from = window_[window_.size() - std::min(readings, window_.size())];
  return seconds_between(from.monotonic_ns, last_.monotonic_ns) * 27e6 / cycles_between(from, last_);
}

double ClockDiscipline::measured_hertz() const {
  return cycles_between(window_.front(), last_) / seconds_between(window_.front().raw_ns, last_.raw_ns);
}

void ClockDiscipline::steer(const ClockReading& reading, double seconds, double latest) {
  remember(reading);
  rate_error_.reset();
  double measured = rate_;
  if (seconds_between(window_.front().monotonic_ns, reading.monotonic_ns) >= kLeastSpan) {
    measured = measured_rate(window_.size());
    raw_hertz_ = measured_hertz();
    rate_error_ = measured / rate_ - 1;
  }
  offset_ = ahead(reading);
  const double off = latest / rate_ - 1;
  const bool goes_on = std::abs(off) > kNormFrequency && off * beyond_ >= 0;
  beyond_ = goes_on ? beyond_ + std::copysign(seconds, off) : 0;
  following_ = following_ || std::abs(beyond_) >= kPatience;
  if (following_ || std::abs(offset_) > kGivenUp) rebase(reading);
  const double step = std::min(seconds, kLongestStep);
  if (following_) return follow(step);
  // No faster than can be braked again: otherwise the phase swings.
  const double brake = std::sqrt(std::abs(offset_) * kNormChange);
  const double wanted = measured * (1 + std::clamp(offset_ / kSettle, -brake, brake));
  const double most = rate_ * kNormChange * step;
  rate_ += std::clamp(wanted - rate_, -most, most);
}

void ClockDiscipline::follow(double seconds) {
  const double recent = measured_rate(kRecent);
  const double most = rate_ * kFastChange * seconds;
  rate_ += std::clamp(recent - rate_, -most, most);
  if (std::abs(recent / rate_ - 1) > kFollowed) return;
  following_ = false;
  beyond_ = 0;
}

ClockDiscipline::State ClockDiscipline::state() const {
  if (following_) return State::kFollowing;
  const bool locked =
      rate_error_ && std::abs(*rate_error_) < kLockedRate && std::abs(offset_) < kLockedOffset;
  return locked ? State::kLocked : State::kSettling;
}

}  // namespace headwater::dataplane
