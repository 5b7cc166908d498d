// SPDX-License-Identifier: Apache-2.0
//
// Time in 27 MHz ticks, as everything below dataplane/worker takes it as an argument. Instant is a point on
// the appliance's own time (never a PCR), Ticks27 a signed distance; 64 bits last ten thousand years.
#pragma once

#include <compare>
#include <cstdint>

namespace headwater {

inline constexpr std::int64_t kTicksPerSecond = 27'000'000;

struct Ticks27 {
  std::int64_t value = 0;

  static constexpr Ticks27 seconds(std::int64_t n) { return {n * kTicksPerSecond}; }
  static constexpr Ticks27 milliseconds(std::int64_t n) { return {n * (kTicksPerSecond / 1000)}; }
  static constexpr Ticks27 microseconds(std::int64_t n) { return {n * (kTicksPerSecond / 1'000'000)}; }
  [[nodiscard]] constexpr double to_seconds() const { return static_cast<double>(value) / 27e6; }
  [[nodiscard]] constexpr std::int64_t to_milliseconds() const { return value / (kTicksPerSecond / 1000); }

  friend constexpr auto operator<=>(Ticks27, Ticks27) = default;
  friend constexpr Ticks27 operator+(Ticks27 a, Ticks27 b) { return {a.value + b.value}; }
  friend constexpr Ticks27 operator-(Ticks27 a, Ticks27 b) { return {a.value - b.value}; }
  friend constexpr Ticks27 operator-(Ticks27 a) { return {-a.value}; }
  friend constexpr Ticks27 operator*(Ticks27 a, std::int64_t n) { return {a.value * n}; }
  friend constexpr Ticks27 operator/(Ticks27 a, std::int64_t n) { return {a.value / n}; }
};

struct Instant {
  std::int64_t value = 0;

  friend constexpr auto operator<=>(Instant, Instant) = default;
  friend constexpr Ticks27 operator-(Instant a, Instant b) { return {a.value - b.value}; }
  friend constexpr Instant operator+(Instant a, Ticks27 b) { return {a.value + b.value}; }
  friend constexpr Instant operator-(Instant a, Ticks27 b) { return {a.value - b.value}; }
};

}  // namespace headwater
