// SPDX-License-Identifier: Apache-2.0
//
// Estimates where a source's 27 MHz clock stands against local time, from when its datagrams arrive. A Kalman
// filter of two states, phase and frequency offset, fed with the mean residual of all datagrams of a window
// of about a second; the variance of that mean is measured, so that the filter averages over minutes where
// the network jitters by 100 ms and follows within seconds where it does not. Source time is an unwrapped
// tick count whose origin does not matter. Anchors are integers that move on with each window: nothing
// drifts. One worker thread, no allocation.
#pragma once

#include <cstdint>

#include "psi/base/ticks.h"

namespace headwater::dataplane {

class PcrClock {
 public:
  // Sums over datagrams of one stretch of the stream, relative to its start: what a measurement needs.
  struct Segment {
    std::int64_t source = 0;  // start, source ticks
    Instant local;            // what `local` below is relative to
    double count = 0;
    double local_sum = 0, local_square = 0;
    double source_sum = 0, source_square = 0;
    double cross = 0;
  };

  // Begins at a phase known to ±phase_sigma; keeps the frequency. datagram_sigma: what is thought of the
  // jitter of one arrival until there are measurements.
  void start(std::int64_t source, Instant local, double phase_sigma, double datagram_sigma);
  // Datagrams up to `source_end`.
  void measure(const Segment& segment, std::int64_t source_end);
  // Something happened that the filter cannot know: what it believes is less certain now. Ticks, ticks/tick.
  void disturb(double phase_sigma, double frequency_sigma);

  // By how much the estimate of when `source` is lies after `local`, in ticks.
  [[nodiscard]] double ahead_of(Instant local, std::int64_t source) const;
  // Local ticks per source tick, less 1: negative where the source runs fast.
  [[nodiscard]] double frequency() const { return velocity_ / kPerSecond; }
  [[nodiscard]] double phase_sigma() const;      // ticks
  [[nodiscard]] double frequency_sigma() const;  // ticks per tick

 private:
  static constexpr double kPerSecond = 27e6;

  void update(double residual, double count, std::int64_t source);
  void predict(double seconds);
  void reset_window(std::int64_t source);

  // The line: local = local_ + (source - source_) + phase_ + velocity_ * seconds since source_.
  std::int64_t source_ = 0;
  Instant local_;
  double phase_ = 0;                                    // ticks
  double velocity_ = 0;                                 // ticks per second
  double p00_ = 0, p01_ = 0, p11_ = 100 * 27.0 * 27.0;  // covariance; (10 ppm)^2 until start says otherwise
  bool frequency_known_ = false;

  // The window that is being gathered.
  std::int64_t started_ = 0;
  std::int64_t window_start_ = 0;
  double count_ = 0, residual_sum_ = 0, residual_square_ = 0, source_sum_ = 0;

  // Jitter of one datagram, in ticks squared: within windows, and as the scatter of windows shows it (greater
  // where neighbours are late together).
  double within_ = 0, between_ = 0;
  int windows_within_ = 0, windows_between_ = 0;  // that these come from, while few
  double last_residual_ = 0;                      // what the update before left over
  double last_count_ = 0;
  double bias_ = 0;   // smoothed normalised innovation: away from 0 where the source's frequency moves
  int outliers_ = 0;  // windows in a row far off on one side, negative below
};

}  // namespace headwater::dataplane
