// SPDX-License-Identifier: Apache-2.0
//
// Something that must come at least every so often. Each full interval without it is one error. One thread;
// time is an argument.
#pragma once

#include <cstdint>

#include "psi/base/ticks.h"

namespace headwater::ts {

class RepetitionTimer {
 public:
  constexpr RepetitionTimer() = default;
  constexpr RepetitionTimer(Ticks27 interval, Instant now) : interval_(interval), deadline_(now + interval) {}

  // It came; errors since the last call.
  std::uint64_t seen(Instant now) {
    const std::uint64_t errors = poll(now);
    deadline_ = now + interval_;
    return errors;
  }
  // It did not come up to now; errors since the last call.
  std::uint64_t poll(Instant now) {
    if (now <= deadline_) return 0;
    const std::int64_t errors = 1 + ((now - deadline_).value - 1) / interval_.value;
    deadline_ = deadline_ + interval_ * errors;
    return static_cast<std::uint64_t>(errors);
  }
  // The last moment that is still in time.
  [[nodiscard]] Instant deadline() const { return deadline_; }

 private:
  Ticks27 interval_{1};
  Instant deadline_;
};

}  // namespace headwater::ts
