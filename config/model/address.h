// SPDX-License-Identifier: Apache-2.0
//
// IPv4 addresses in the operator's text, for the checks of a configuration; the wire's own types are out of
// this room's reach. Host order. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace headwater::config {

[[nodiscard]] std::optional<std::uint32_t> parse_ipv4(
    std::string_view text);  // dotted quad, no leading zeros
[[nodiscard]] std::string ipv4_text(std::uint32_t address);

[[nodiscard]] constexpr bool is_multicast(std::uint32_t address) {
  return (address >> 28) == 0xE;
}
// RFC 5771 4: the local network control block is never forwarded, snooping switches flood it.
[[nodiscard]] constexpr bool is_link_local_multicast(std::uint32_t address) {
  return (address >> 8) == 0xE00000;
}
// RFC 4607 1.
[[nodiscard]] constexpr bool is_source_specific(std::uint32_t address) {
  return (address >> 24) == 232;
}
[[nodiscard]] constexpr std::uint32_t netmask(unsigned prefix) {
  return prefix == 0 ? 0 : ~std::uint32_t{0} << (32 - prefix);
}

}  // namespace headwater::config
