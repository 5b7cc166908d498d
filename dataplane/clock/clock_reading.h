// SPDX-License-Identifier: Apache-2.0
//
// One moment by several clocks, as whoever drives the discipline reads them. Plain values.
#pragma once

#include <cstdint>

namespace headwater::dataplane {

struct ClockReading {
  std::uint64_t cycles = 0;  // the middle of the reading
  std::uint64_t width = 0;   // cycles from its beginning to its end: none of the others is further off
  // CLOCK_MONOTONIC: slewed by NTP or PTP, stepped by nobody. CLOCK_MONOTONIC_RAW: the same without slewing.
  std::int64_t monotonic_ns = 0;
  std::int64_t raw_ns = 0;
  std::int64_t realtime_ns = 0;  // stepped by whoever may
};

}  // namespace headwater::dataplane
