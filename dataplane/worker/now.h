// SPDX-License-Identifier: Apache-2.0
//
// The appliance's time: `now` of every worker, of control and of what feeds files, and UTC from it. Only what
// drives a worker reads it; nothing below does. Control publishes how the TSC is to be counted; any thread
// reads, without a lock or a system call. Where there is no TSC to be trusted, and until control publishes
// anything, it is the system's monotonic clock as it is.
#pragma once

#include <x86intrin.h>

#include <chrono>
#include <cstdint>

#include "dataplane/clock/clock_line.h"
#include "dataplane/clock/latch.h"
#include "dataplane/clock/utc.h"
#include "psi/base/ticks.h"

namespace headwater::dataplane {

// The TSC after all loads before it: who has learned of an instant reads none that is earlier.
[[nodiscard]] inline std::uint64_t read_tsc() {
  _mm_lfence();
  return __rdtsc();
}

[[nodiscard]] inline std::int64_t monotonic_nanoseconds() {
  return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
}

class WorkerClock {
 public:
  enum class Counter : std::uint64_t { kTsc, kSystem };  // cycles; nanoseconds of the monotonic clock

  [[nodiscard]] Instant now() const {
    return counting_.read([](const Counting& counting) {
      const bool by_tsc = counting.counter == Counter::kTsc;
      return counting.line.at(by_tsc ? read_tsc() : static_cast<std::uint64_t>(monotonic_nanoseconds()));
    });
  }
  [[nodiscard]] UtcMapping utc() const { return utc_.read(); }

  // The control thread. A line goes on from the one before it, from a cycle that is still ahead.
  void publish(Counter counter, const ClockLine& line) { counting_.publish({line, counter}); }
  void publish(const UtcMapping& utc) { utc_.publish(utc); }

  // 27 MHz of the system's monotonic clock.
  static constexpr double kTicksPerNanosecond = 27e-3;

 private:
  struct Counting {
    ClockLine line;
    Counter counter;
  };

  Latch<Counting> counting_{{{.from = 0,
                              .at_from = {},
                              .fraction = 0,
                              .before = ticks_per_cycle(kTicksPerNanosecond),
                              .after = ticks_per_cycle(kTicksPerNanosecond)},
                             Counter::kSystem}};
  Latch<UtcMapping> utc_{{}};
};

}  // namespace headwater::dataplane
