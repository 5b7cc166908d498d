// SPDX-License-Identifier: Apache-2.0
//
// Addresses as values: host order inside, text and wire bytes outside. Any thread.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace headwater::wire {

struct Ipv4Address {
  std::uint32_t value = 0;  // host order: 239.1.2.3 is 0xEF010203

  static std::optional<Ipv4Address> parse(std::string_view text);  // dotted quad, no leading zeros
  [[nodiscard]] std::string to_string() const;
  [[nodiscard]] constexpr bool is_multicast() const { return (value >> 28) == 0xE; }
  // RFC 5771: 224.0.0.0/24 stays on the link and is never a channel.
  [[nodiscard]] constexpr bool is_link_local_multicast() const { return (value >> 8) == 0xE00000; }
  // RFC 4607: 232.0.0.0/8.
  [[nodiscard]] constexpr bool is_source_specific() const { return (value >> 24) == 232; }
  friend constexpr auto operator<=>(Ipv4Address, Ipv4Address) = default;
};

struct MacAddress {
  std::array<std::uint8_t, 6> bytes{};

  static std::optional<MacAddress> parse(std::string_view text);
  [[nodiscard]] std::string to_string() const;
  [[nodiscard]] constexpr bool is_multicast() const { return (bytes[0] & 1) != 0; }
  // RFC 1112 6.4: 01:00:5e and the low 23 bits of the group.
  static constexpr MacAddress for_group(Ipv4Address group) {
    return {{0x01, 0x00, 0x5E, static_cast<std::uint8_t>((group.value >> 16) & 0x7F),
             static_cast<std::uint8_t>(group.value >> 8), static_cast<std::uint8_t>(group.value)}};
  }
  static constexpr MacAddress broadcast() { return {{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}}; }
  friend constexpr auto operator<=>(const MacAddress&, const MacAddress&) = default;
};

}  // namespace headwater::wire
