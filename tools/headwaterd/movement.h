// SPDX-License-Identifier: Apache-2.0
//
// How much a counter grew, in all and of late: what went wrong once must not be called wrong for ever. Time
// is an argument. One thread.
#pragma once

#include <cstdint>
#include <vector>

#include "psi/base/ticks.h"

namespace headwater::daemon {

class Movement {
 public:
  explicit Movement(Ticks27 window = Ticks27::seconds(60)) : window_(window) {}

  // The counter's value at `now`. The first is where counting begins; one that fell (its slot passed to
  // another stream) begins anew.
  void sample(Instant now, std::uint64_t value);
  [[nodiscard]] std::uint64_t total() const { return value_ - first_; }
  // Within the window before `now`.
  [[nodiscard]] std::uint64_t recent(Instant now) const;
  // Whether it grew within it: one comparison.
  [[nodiscard]] bool moved(Instant now) const {
    return !steps_.empty() && now - steps_.back().newest < window_;
  }

 private:
  struct Step {
    Instant at, newest;  // the first and the last growth in it
    std::uint64_t growth = 0;
  };
  static constexpr std::int64_t kSteps = 64;  // to a window; finer ones are put together

  Ticks27 window_;
  bool started_ = false;
  std::uint64_t first_ = 0, value_ = 0;
  std::vector<Step> steps_;  // in order; empty while nothing moves
};

}  // namespace headwater::daemon
