// SPDX-License-Identifier: Apache-2.0
//
// PID: a 13-bit packet identifier, valid by construction. ISO/IEC 13818-1 2.4.3.3.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

namespace headwater {

class Pid {
 public:
  static constexpr std::uint16_t kMax = 0x1FFF;
  static constexpr std::size_t kCount = 0x2000;

  static constexpr std::optional<Pid> from(std::uint16_t value) {
    if (value > kMax) return std::nullopt;
    return Pid(value);
  }
  // For a field that is 13 bits wide on the wire: the upper three bits are not part of it.
  static constexpr Pid from_wire(std::uint16_t bits) { return Pid(bits & kMax); }

  [[nodiscard]] constexpr std::uint16_t value() const { return value_; }
  friend constexpr auto operator<=>(Pid, Pid) = default;

 private:
  constexpr explicit Pid(std::uint16_t value) : value_(value) {}
  std::uint16_t value_;
};

// ISO/IEC 13818-1 table 2-3 and EN 300 468 table 1.
inline constexpr Pid kPatPid = Pid::from_wire(0x0000);
inline constexpr Pid kCatPid = Pid::from_wire(0x0001);
inline constexpr Pid kNitPid = Pid::from_wire(0x0010);
inline constexpr Pid kSdtPid = Pid::from_wire(0x0011);  // SDT and BAT
inline constexpr Pid kEitPid = Pid::from_wire(0x0012);
inline constexpr Pid kRstPid = Pid::from_wire(0x0013);
inline constexpr Pid kTdtPid = Pid::from_wire(0x0014);  // TDT and TOT
inline constexpr Pid kNullPid = Pid::from_wire(0x1FFF);
// EN 300 468 5.1.3: 0x0000..0x001F are reserved for tables; a stream's own PIDs begin above.
inline constexpr std::uint16_t kFirstFreePid = 0x0020;

}  // namespace headwater

template <>
struct std::hash<headwater::Pid> {
  std::size_t operator()(headwater::Pid pid) const noexcept { return pid.value(); }
};
