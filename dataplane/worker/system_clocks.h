// SPDX-License-Identifier: Apache-2.0
//
// The machine's clocks, as control measures them: all of them at one moment, whether the TSC can be trusted,
// and what the kernel knows of NTP. Functions, so that tests have a machine of their own. Control thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "dataplane/clock/clock_reading.h"

namespace headwater::dataplane {

// Whether `now` may count the TSC.
struct TscVerdict {
  std::string why_not;      // in words, with what to do; empty: it may
  std::string clocksource;  // the kernel's own; empty: not known
};

// `invariant`: CPUID says that it counts on at one rate in all states of the processor. The two others are
// the contents of the kernel's files; nullopt: they cannot be read.
[[nodiscard]] TscVerdict judge_tsc(bool invariant, const std::optional<std::string>& current_clocksource,
                                   const std::optional<std::string>& available_clocksources);

// What the kernel says of who disciplines its clock (adjtimex(2)).
struct Synchronisation {
  enum class Leap : std::uint8_t { kNone, kInsert, kDelete };
  bool synchronised = false;
  std::int64_t greatest_error_us = 0;
  std::int64_t estimated_error_us = 0;
  Leap leap = Leap::kNone;  // at the end of this UTC day
};

struct SystemClocks {
  // The tightest of so many readings.
  std::function<ClockReading(int tries)> read;
  std::function<std::uint64_t()> tsc;
  std::function<TscVerdict()> judge_tsc;
  std::function<std::optional<Synchronisation>()> synchronisation;  // nullopt: the kernel does not say
  std::function<void(std::chrono::milliseconds)> sleep;

  [[nodiscard]] static SystemClocks real();
};

}  // namespace headwater::dataplane
