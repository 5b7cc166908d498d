// SPDX-License-Identifier: Apache-2.0
//
// A machine's clocks in virtual time: a TSC, the kernel's clocks by it or not, each at a rate of its own that
// a test changes under way, and readings that take their time and are interrupted at times.
#pragma once

#include <cmath>
#include <cstdint>
#include <random>

#include "dataplane/clock/clock_reading.h"

namespace headwater::test {

class Machine {
 public:
  double tsc_hertz = 2'400'000'000;
  // Of the true second.
  double tsc_ppm = 0, raw_ppm = 20, monotonic_ppm = 0;
  bool tsc_stands = false, kernel_stands = false;  // while time is passed
  int interrupted_of_100 = 0;

  void pass(double seconds) {
    seconds_ += seconds;
    if (!tsc_stands) cycles_ += seconds * tsc_hertz * (1 + tsc_ppm * 1e-6);
    if (kernel_stands) return;
    raw_ += seconds * 1e9 * (1 + raw_ppm * 1e-6);
    monotonic_ += seconds * 1e9 * (1 + monotonic_ppm * 1e-6);
  }
  void jump_tsc(double seconds) { cycles_ += seconds * tsc_hertz; }
  void step_realtime(double seconds) { offset_ += std::llround(seconds * 1e9); }

  [[nodiscard]] double seconds() const { return static_cast<double>(seconds_); }
  [[nodiscard]] std::uint64_t cycles() const { return static_cast<std::uint64_t>(cycles_); }
  [[nodiscard]] std::int64_t monotonic_ns() const { return static_cast<std::int64_t>(monotonic_); }
  [[nodiscard]] std::int64_t realtime_ns() const { return monotonic_ns() + offset_; }
  // Cycles in a second of the monotonic clock.
  [[nodiscard]] double true_hertz() const {
    return tsc_hertz * (1 + tsc_ppm * 1e-6) / (1 + monotonic_ppm * 1e-6);
  }

  // The kernel's clocks lie anywhere between the beginning and the end.
  dataplane::ClockReading read() {
    double width = uniform(60, 110);
    if (chance_() % 100 < static_cast<unsigned>(interrupted_of_100)) width += uniform(5'000, 500'000);
    const double place = uniform(-width / 2, width / 2);
    const auto at = [&](long double clock) { return static_cast<std::int64_t>(std::floor(clock + place)); };
    return {.cycles = cycles(),
            .width = static_cast<std::uint64_t>(width * tsc_hertz / 1e9),
            .monotonic_ns = at(monotonic_),
            .raw_ns = at(raw_),
            .realtime_ns = at(monotonic_) + offset_};
  }

 private:
  double uniform(double least, double most) {
    return least + (most - least) * static_cast<double>(chance_()) / static_cast<double>(std::mt19937::max());
  }

  std::mt19937 chance_{1};
  // 64 bits of mantissa: a cycle's part after years.
  long double seconds_ = 0, cycles_ = 7e12L, raw_ = 3e12L, monotonic_ = 3e12L;
  std::int64_t offset_ = 1'700'000'000'000'000'000;
};

}  // namespace headwater::test
