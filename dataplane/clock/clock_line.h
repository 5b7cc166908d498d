// SPDX-License-Identifier: Apache-2.0
//
// `now` as a function of a counter of cycles (the TSC): two straight lines that meet. The later one begins at
// a cycle shortly ahead of when it is published, and before that one counts on as it did, to the last bit:
// whichever of two successive lines a reader has, it gets the same `now` for the same cycle, so that time
// goes back for nobody. Whole ticks and 2^-64 of one in integers; a product is 128 bits wide and holds for
// any 64-bit distance. Pure.
#pragma once

#include <cmath>
#include <cstdint>

#include "psi/base/ticks.h"

namespace headwater::dataplane {

__extension__ using Uint128 = unsigned __int128;
__extension__ using Int128 = __int128;

// A counter's rate must exceed 27 MHz: then a cycle is less than a tick, and this fits.
[[nodiscard]] inline std::uint64_t ticks_per_cycle(double ticks) {
  return static_cast<std::uint64_t>(std::ldexp(ticks, 64));
}

struct ClockLine {
  std::uint64_t from = 0;      // the cycle where the two meet
  Instant at_from;             // whole ticks there
  std::uint64_t fraction = 0;  // and 2^-64 of one
  std::uint64_t before = 0;    // 2^-64 ticks per cycle, until `from`
  std::uint64_t after = 0;     // and from it on

  [[nodiscard]] Instant at(std::uint64_t cycles) const {
    return {static_cast<std::int64_t>(exact(cycles) >> 64)};
  }

  // The line that counts as this one does until `cycles`, which is not before `from`, and at another rate
  // from there on.
  [[nodiscard]] ClockLine turned(std::uint64_t cycles, std::uint64_t rate) const {
    const Int128 there = exact(cycles);
    return {.from = cycles,
            .at_from = {static_cast<std::int64_t>(there >> 64)},
            .fraction = static_cast<std::uint64_t>(there),
            .before = after,
            .after = rate};
  }

 private:
  [[nodiscard]] Int128 exact(std::uint64_t cycles) const {
    const Int128 meeting = static_cast<Int128>(
        (static_cast<Uint128>(static_cast<std::uint64_t>(at_from.value)) << 64) | fraction);
    if (cycles >= from) [[likely]]
      return meeting + static_cast<Int128>(static_cast<Uint128>(cycles - from) * after);
    return meeting - static_cast<Int128>(static_cast<Uint128>(from - cycles) * before);
  }
};

// 27 MHz of a clock that counts nanoseconds, without loss for as long as it counts.
[[nodiscard]] constexpr Instant ticks_of_nanoseconds(std::int64_t nanoseconds) {
  return {nanoseconds / 1000 * 27 + nanoseconds % 1000 * 27 / 1000};
}
[[nodiscard]] constexpr std::int64_t nanoseconds_of(Ticks27 span) {
  return span.value / 27 * 1000 + span.value % 27 * 1000 / 27;
}

}  // namespace headwater::dataplane
