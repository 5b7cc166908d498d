// SPDX-License-Identifier: Apache-2.0
//
// The rate at which `now` counts the cycles of the TSC, kept by what the system's monotonic clock says. Pure:
// a reading of the clocks in, a ClockLine out. One thread.
//
// What it follows is CLOCK_MONOTONIC, since NTP and PTP discipline its frequency and nothing steps it; the
// time of day never comes in. ISO/IEC 13818-1 2.4.2.1 lets a system clock change by 75 mHz/s and be 30 ppm
// off, hence:
//  - until release(), when nobody has seen `now` yet, the rate is measured and just set;
//  - then it changes by at most 75 mHz/s: 10 ppm take an hour, in which `now` is within the norm's 30 ppm;
//  - a TSC whose rate against CLOCK_MONOTONIC_RAW has changed is another matter: it is the machine that
//    changed (a guest moved to another host), and it took `now` along. The rate is corrected at once, which
//    undoes the change; how far the phase went meanwhile stays;
//  - the monotonic clock over 30 ppm from `now` for five minutes: we started wrong, or it did. No stream made
//    by such a `now` is within the norm, so the rate follows by 1 ppm/s. (Five minutes: ntpd slews 128 ms at
//    500 ppm for 256 s; that is a phase put right, not a frequency, and to be followed slowly.)
// The phase is held to the monotonic clock's, plus an offset that takes over what cannot be worked off at
// these rates (over 1 ms): a TSC that jumped, a pause. Nothing depends on it; UTC has its own mapping.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "dataplane/clock/clock_line.h"
#include "dataplane/clock/clock_reading.h"
#include "psi/base/ticks.h"

namespace headwater::dataplane {

class ClockDiscipline {
 public:
  static constexpr double kNormChange = 75e-3 / 27e6;  // of the rate, a second
  static constexpr double kFastChange = 1e-6;
  static constexpr double kNormFrequency = 30e-6;
  static constexpr double kPatience = 300;  // s beyond kNormFrequency before it is followed fast
  static constexpr double kGivenUp = 1e-3;  // s of phase

  enum class Outcome : std::uint8_t {
    kSteered,
    kInterrupted,  // the reading took too long to be believed
    kSuspect,      // the TSC did not count as it used to; the next readings will tell
    kJumped,       // it jumped or stood still, and `now` with it
    kRateChanged,  // it counts at another rate
    kWentBack,     // it counted backwards: `now` was continued by the monotonic clock. Publish at once
  };
  struct Observation {
    Outcome outcome = Outcome::kSteered;
    Ticks27 jump{};       // of the TSC against the monotonic clock, where it jumped or went back
    double rate_ppm = 0;  // of the TSC against before, where its rate changed
  };
  enum class State : std::uint8_t { kLocked, kSettling, kFollowing };

  // From two readings, the longer apart the better. nullopt: what lies between is no rate to count by.
  static std::optional<ClockDiscipline> begin(const ClockReading& first, const ClockReading& second);

  // Readings of about a second apart. What it does to the rate counts once a line is taken.
  Observation observe(const ClockReading& reading);
  // From now on others read `now`.
  void release() { released_ = true; }
  [[nodiscard]] const ClockLine& line() const { return line_; }
  // The line with the newest rate, from that cycle on. It counts once taken; the caller publishes it before
  // the cycle comes.
  [[nodiscard]] ClockLine turned(std::uint64_t from) const {
    return line_.turned(from, ticks_per_cycle(rate_));
  }
  void take(const ClockLine& line) { line_ = line; }

  [[nodiscard]] State state() const;
  [[nodiscard]] double hertz() const { return 27e6 / rate_; }  // of the counter, as `now` takes it
  // Of the monotonic clock to `now`; none until enough readings tell.
  [[nodiscard]] std::optional<double> rate_error_ppm() const;
  [[nodiscard]] double offset_ns() const { return offset_ * 1e9; }  // of the monotonic clock to `now`
  [[nodiscard]] double width_ns() const;                            // of the readings of the last minute
  // How far the rate may have been off when it was last measured.
  [[nodiscard]] double uncertainty_ppm() const;

 private:
  static constexpr std::size_t kWindow = 64;  // readings: about as many seconds

  ClockDiscipline(const ClockReading& first, const ClockReading& second, double rate);
  [[nodiscard]] double nanoseconds(std::uint64_t cycles) const;
  [[nodiscard]] bool is_believed(const ClockReading& reading);
  [[nodiscard]] double ahead(const ClockReading& reading) const;  // s, of the monotonic clock to `now`
  [[nodiscard]] std::optional<Observation> judge_counter(const ClockReading& reading, double hertz,
                                                         double tolerance);
  Observation go_on_from(const ClockReading& reading);
  void rebase(const ClockReading& reading);
  void remember(const ClockReading& reading);
  void steer(const ClockReading& reading, double seconds, double latest);
  void follow(double seconds);
  // By the last so many of the window.
  [[nodiscard]] double measured_rate(std::size_t readings) const;
  [[nodiscard]] double measured_hertz() const;  // of the counter, by the raw clock

  ClockLine line_;
  double rate_;                       // ticks per cycle
  double raw_hertz_;                  // cycles per second of the raw clock
  std::optional<double> suspect_;     // the same, in the last interval
  Ticks27 base_;                      // of `now` to the monotonic clock's ticks
  std::deque<ClockReading> window_;   // believed, and of one rate of the counter
  std::deque<std::uint64_t> widths_;  // of all
  ClockReading last_;                 // believed
  bool released_ = false;
  bool following_ = false;
  double beyond_ = 0;  // s, with its sign, in which the monotonic clock was beyond kNormFrequency
  std::optional<double> rate_error_;
  double offset_ = 0;  // s
};

}  // namespace headwater::dataplane
