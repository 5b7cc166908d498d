// SPDX-License-Identifier: Apache-2.0
//
// The line that due times are taken from: source ticks -> local Instant. It follows an estimate, but never
// steps: its slope changes by little at each PCR, and its phase only by that slope. Integer anchors move on
// with each PCR. One worker thread.
#pragma once

#include <cstdint>

#include "psi/base/ticks.h"

namespace headwater::dataplane {

class SteeredLine {
 public:
  struct Limits {
    double slew;    // how far the slope may leave the estimated frequency, ticks per tick
    double change;  // how far the slope may move in one step
    double settle;  // seconds in which a small error is taken out
  };

  // Begins anew, or goes on elsewhere: `source` is at `local`. Keeps the slope.
  void set(std::int64_t source, Instant local);
  void set_slope(double slope) { slope_ = slope; }
  void shift(Ticks27 by) { local_ = local_ + by; }

  [[nodiscard]] Instant at(std::int64_t source) const;
  [[nodiscard]] std::int64_t source_at(Instant local) const;
  [[nodiscard]] std::int64_t anchor() const { return source_; }
  [[nodiscard]] double slope() const { return slope_; }

  // Puts the anchor at `source`, on the line.
  void advance(std::int64_t source);
  // Turns the slope so that the line comes to lie `error` ticks later, and then runs at `frequency`.
  // `seconds`: since the last step.
  void steer(double error, double frequency, double seconds, const Limits& limits);

 private:
  std::int64_t source_ = 0;
  Instant local_;
  double fraction_ = 0;  // of a tick, beyond local_
  double slope_ = 0;     // local ticks per source tick, less 1
};

}  // namespace headwater::dataplane
