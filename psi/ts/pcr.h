// SPDX-License-Identifier: Apache-2.0
//
// Program clock reference: a 27 MHz count that wraps at 2^33 * 300 (about 26.5 h). ISO/IEC 13818-1 2.4.3.5.
#pragma once

#include <compare>
#include <cstdint>

#include "psi/base/ticks.h"

namespace headwater {

class Pcr {
 public:
  static constexpr std::int64_t kWrap = (std::int64_t{1} << 33) * 300;

  constexpr Pcr() = default;
  // Any 27 MHz count, taken modulo the wrap.
  static constexpr Pcr from_ticks(std::int64_t ticks) {
    const std::int64_t remainder = ticks % kWrap;
    return Pcr(remainder < 0 ? remainder + kWrap : remainder);
  }
  [[nodiscard]] constexpr std::int64_t value() const { return value_; }
  [[nodiscard]] constexpr std::uint64_t base() const { return static_cast<std::uint64_t>(value_ / 300); }
  [[nodiscard]] constexpr std::uint16_t extension() const { return static_cast<std::uint16_t>(value_ % 300); }

  friend constexpr bool operator==(Pcr, Pcr) = default;
  // The shortest signed way from b to a.
  friend constexpr Ticks27 operator-(Pcr a, Pcr b) {
    const std::int64_t forward = from_ticks(a.value_ - b.value_).value_;
    return {forward > kWrap / 2 ? forward - kWrap : forward};
  }
  friend constexpr Pcr operator+(Pcr a, Ticks27 b) { return from_ticks(a.value_ + b.value); }

 private:
  constexpr explicit Pcr(std::int64_t value) : value_(value) {}
  std::int64_t value_ = 0;
};

}  // namespace headwater
