// SPDX-License-Identifier: Apache-2.0
//
// A span of time as the API and the log have it. Any thread.
#pragma once

#include <algorithm>
#include <cstdint>

#include "dataplane/plan/counters.h"
#include "psi/base/ticks.h"

namespace headwater::daemon {

// Whole ones; one that is negative, since clocks are read one after another, is 0.
[[nodiscard]] inline std::uint64_t in_ms(Ticks27 span) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, span.to_milliseconds()));
}
[[nodiscard]] inline std::uint64_t in_ms(const dataplane::Counter& ticks) {
  return in_ms(Ticks27{static_cast<std::int64_t>(ticks.get())});
}

}  // namespace headwater::daemon
