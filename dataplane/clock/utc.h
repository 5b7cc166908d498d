// SPDX-License-Identifier: Apache-2.0
//
// UTC as a published mapping from `now`: what TDT, TOT and the guide are stamped by (EN 300
// 468 5.2.5, 5.2.6). It says what the system's CLOCK_REALTIME says, leap seconds too: that clock repeats the
// last second of a day that has 86 401, and TDT cannot say 23:59:60. It steps as that clock does; `now` never
// does. Pure.
#pragma once

#include <cstdint>

#include "dataplane/clock/clock_line.h"
#include "psi/base/ticks.h"

namespace headwater::dataplane {

// Nanoseconds since 1970-01-01T00:00:00Z, days of 86 400 s each.
struct Utc {
  std::int64_t unix_nanoseconds = 0;
  friend constexpr auto operator<=>(Utc, Utc) = default;
};

struct UtcMapping {
  Instant at;
  Utc utc;

  [[nodiscard]] constexpr Utc of(Instant now) const {
    return {utc.unix_nanoseconds + nanoseconds_of(now - at)};
  }
};

// EN 300 468 annex C: the Modified Julian Date counts days from 1858-11-17, 40 587 of them to 1970.
struct DvbTime {
  std::int64_t modified_julian_date = 0;
  std::uint32_t second_of_day = 0;
  friend constexpr auto operator<=>(const DvbTime&, const DvbTime&) = default;
};
[[nodiscard]] constexpr DvbTime dvb_time(Utc utc) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  constexpr std::int64_t kDay = 86'400;
  constexpr std::int64_t kDaysTo1970 = 40'587;
  // Downwards, before 1970 too.
  const auto floor_divided = [](std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); };
  const std::int64_t seconds = floor_divided(utc.unix_nanoseconds, kSecond);
  const std::int64_t days = floor_divided(seconds, kDay);
  return {.modified_julian_date = days + kDaysTo1970,
          .second_of_day = static_cast<std::uint32_t>(seconds - days * kDay)};
}

}  // namespace headwater::dataplane
