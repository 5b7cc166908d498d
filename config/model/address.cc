// SPDX-License-Identifier: Apache-2.0
#include "config/model/address.h"

#include <fmt/core.h>

#include <charconv>

namespace headwater::config {

std::optional<std::uint32_t> parse_ipv4(std::string_view text) {
  std::uint32_t address = 0;
  const char* at = text.data();
  const char* const end = at + text.size();
  for (int part = 0; part < 4; ++part) {
    if (part > 0) {
      if (at == end || *at != '.') return std::nullopt;
      ++at;
    }
    unsigned value = 0;
    const auto [next, error] = std::from_chars(at, end, value);
    if (error != std::errc() || value > 255) return std::nullopt;
    if (*at == '0' && next - at > 1) return std::nullopt;  // 010 is 8 to some and 10 to others
    address = address << 8 | value;
    at = next;
  }
  if (at != end) return std::nullopt;
  return address;
}

std::string ipv4_text(std::uint32_t address) {
  return fmt::format("{}.{}.{}.{}", address >> 24, (address >> 16) & 0xFF, (address >> 8) & 0xFF,
                     address & 0xFF);
}

}  // namespace headwater::config
