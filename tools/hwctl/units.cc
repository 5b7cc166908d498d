// SPDX-License-Identifier: Apache-2.0
#include "tools/hwctl/units.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace headwater::hwctl {
namespace {

// Three figures that mean something, SI prefixes: "8.06 Mb/s", "806 kb/s".
std::string scaled(double value, std::string_view unit) {
  constexpr std::array<std::string_view, 6> kPrefixes = {"", "k", "M", "G", "T", "P"};
  std::size_t step = 0;
  // 999.5 would round up to a fourth figure.
  while (value >= 999.5 && step + 1 < kPrefixes.size()) {
    value /= 1000;
    ++step;
  }
  int decimals = 0;
  if (step > 0) decimals = value < 9.995 ? 2 : (value < 99.95 ? 1 : 0);
  return fmt::format("{:.{}f} {}{}", value, decimals, kPrefixes[step], unit);
}

}  // namespace

std::string bit_rate(std::uint64_t bps) {
  return bps == 0 ? std::string("0") : scaled(static_cast<double>(bps), "b/s");
}

std::string link_rate(std::uint64_t bps) {
  const double value = static_cast<double>(bps);
  return bps >= 1'000'000'000 ? fmt::format("{:g} Gb/s", value / 1e9) : fmt::format("{:g} Mb/s", value / 1e6);
}

std::string byte_count(std::uint64_t bytes) {
  return scaled(static_cast<double>(bytes), "B");
}

std::string age(std::uint64_t milliseconds) {
  if (milliseconds < 10'000) return fmt::format("{}.{} s", milliseconds / 1000, milliseconds % 1000 / 100);
  const std::uint64_t seconds = milliseconds / 1000;
  if (seconds < 60) return fmt::format("{} s", seconds);
  if (seconds < 3600) return fmt::format("{} min {} s", seconds / 60, seconds % 60);
  if (seconds < 86'400) return fmt::format("{} h {} min", seconds / 3600, seconds % 3600 / 60);
  return fmt::format("{} d {} h", seconds / 86'400, seconds % 86'400 / 3600);
}

std::string lateness(std::uint64_t microseconds) {
  if (microseconds < 1000) return fmt::format("{} µs", microseconds);
  return fmt::format("{}.{:02} ms", microseconds / 1000, microseconds % 1000 / 10);
}

}  // namespace headwater::hwctl
