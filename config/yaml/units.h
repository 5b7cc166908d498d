// SPDX-License-Identifier: Apache-2.0
//
// Numbers as operators write them, to exact values; what is wrong with one comes back as words. Any thread.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace headwater::config {

template <class T>
using Parsed = std::expected<T, std::string>;

// "101", "0x65". No leading zeros: YAML 1.1 reads 010 as 8.
[[nodiscard]] Parsed<std::uint64_t> parse_integer(std::string_view text);
// "200ms", "1.5s" -> milliseconds, whole. The unit must be said.
[[nodiscard]] Parsed<std::uint64_t> parse_milliseconds(std::string_view text);
// "9.5M" -> 9'500'000 bit/s; k, M, G are powers of 1000.
[[nodiscard]] Parsed<std::uint64_t> parse_rate(std::string_view text);
// "4G" -> bytes; K, M, G are powers of 1024, as memory is sold.
[[nodiscard]] Parsed<std::uint64_t> parse_bytes(std::string_view text);
// "af41", "cs5", "ef", "be" or 0..63. RFC 2474, 2597, 3246.
[[nodiscard]] Parsed<std::uint8_t> parse_dscp(std::string_view text);

struct Endpoint {
  std::string_view scheme;  // of the text given
  std::uint32_t address = 0;
  std::uint16_t port = 0;
};
// "udp://239.1.1.1:5000", "rtp://...".
[[nodiscard]] Parsed<Endpoint> parse_endpoint(std::string_view text);

// "aa:bb:cc:dd:ee:ff" of one station.
[[nodiscard]] bool is_station_mac(std::string_view text);

}  // namespace headwater::config
