// SPDX-License-Identifier: Apache-2.0
#include "config/yaml/units.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <span>
#include <utility>

#include "config/model/address.h"

namespace headwater::config {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

// digits [. digits] unit, exactly: nothing is rounded.
Parsed<std::uint64_t> parse_scaled(std::string_view text, std::span<const Unit> units,
                                   std::string_view example, std::string_view smallest) {
  const auto unreadable = [&] {
    return std::unexpected(fmt::format("`{}` is not a value like {}", text, example));
  };
  const auto number_end = std::ranges::find_if_not(text, [](char c) { return is_digit(c) || c == '.'; });
  const std::string_view number(text.begin(), number_end);
  const std::string_view name(number_end, text.end());
  const auto dot = number.find('.');
  const std::string_view whole = number.substr(0, dot);
  const std::string_view fraction =
      dot == std::string_view::npos ? std::string_view() : number.substr(dot + 1);
  if (whole.empty() || (dot != std::string_view::npos && fraction.empty())) return unreadable();
  if (whole.size() > 1 && whole.front() == '0') {
    return std::unexpected(fmt::format("`{}` begins with a zero: leave it out", text));
  }
  const auto unit = std::ranges::find(units, name, &Unit::name);
  if (unit == units.end()) {
    if (name.empty()) return std::unexpected(fmt::format("`{}` needs a unit, like {}", text, example));
    return unreadable();
  }
  constexpr std::size_t kMaxFraction = 9;  // digits: times the largest factor they still fit 64 bits
  if (!std::ranges::all_of(fraction, is_digit)) return unreadable();
  if (fraction.size() > kMaxFraction)
    return std::unexpected(fmt::format("`{}` is finer than {}", text, smallest));
  std::uint64_t value = 0;
  if (std::from_chars(whole.data(), whole.data() + whole.size(), value).ec != std::errc() ||
      value >= std::numeric_limits<std::uint64_t>::max() / unit->factor) {
    return std::unexpected(fmt::format("`{}` is too large", text));
  }
  std::uint64_t part = 0;
  std::uint64_t scale = 1;
  for (const char digit : fraction) {
    part = part * 10 + static_cast<std::uint64_t>(digit - '0');
    scale *= 10;
  }
  part *= unit->factor;
  if (part % scale != 0) return std::unexpected(fmt::format("`{}` is finer than {}", text, smallest));
  return value * unit->factor + part / scale;
}

}  // namespace

Parsed<std::uint64_t> parse_integer(std::string_view text) {
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  const std::string_view digits = hex ? text.substr(2) : text;
  if (!hex && digits.size() > 1 && digits.front() == '0' && is_digit(digits[1])) {
    return std::unexpected(fmt::format(
        "`{}` begins with a zero, which some read as octal: write it without, or in hexadecimal (0x...)",
        text));
  }
  std::uint64_t value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, hex ? 16 : 10);
  if (error == std::errc::result_out_of_range) return std::unexpected(fmt::format("`{}` is too large", text));
  if (error != std::errc() || end != digits.data() + digits.size()) {
    return std::unexpected(fmt::format("`{}` is not a whole number (101 or 0x65)", text));
  }
  return value;
}

Parsed<std::uint64_t> parse_milliseconds(std::string_view text) {
  static constexpr std::array kUnits = {Unit{"ms", 1}, Unit{"s", 1000}, Unit{"m", 60'000}};
  return parse_scaled(text, kUnits, "200ms or 2s", "a millisecond");
}

Parsed<std::uint64_t> parse_rate(std::string_view text) {
  static constexpr std::array kUnits = {Unit{"", 1}, Unit{"k", 1000}, Unit{"K", 1000}, Unit{"M", 1'000'000},
                                        Unit{"G", 1'000'000'000}};
  return parse_scaled(text, kUnits, "8M, 9.5M or 10G (bit/s)", "a bit a second");
}

Parsed<std::uint64_t> parse_bytes(std::string_view text) {
  static constexpr std::array kUnits = {Unit{"K", 1ULL << 10}, Unit{"M", 1ULL << 20}, Unit{"G", 1ULL << 30}};
  return parse_scaled(text, kUnits, "512M or 4G", "a byte");
}

Parsed<std::uint8_t> parse_dscp(std::string_view text) {
  const auto refused = [&] {
    return std::unexpected(fmt::format("`{}` is no DSCP: af11..af43, cs0..cs7, ef, be or 0..63", text));
  };
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (lower == "ef") return std::uint8_t{46};
  if (lower == "be") return std::uint8_t{0};
  if (lower.size() == 3 && lower.starts_with("cs") && lower[2] >= '0' && lower[2] <= '7') {
    return static_cast<std::uint8_t>((lower[2] - '0') * 8);
  }
  if (lower.size() == 4 && lower.starts_with("af") && lower[2] >= '1' && lower[2] <= '4' && lower[3] >= '1' &&
      lower[3] <= '3') {
    return static_cast<std::uint8_t>((lower[2] - '0') * 8 + (lower[3] - '0') * 2);
  }
  const auto number = parse_integer(text);
  if (!number || *number > 63) return refused();
  return static_cast<std::uint8_t>(*number);
}

Parsed<Endpoint> parse_endpoint(std::string_view text) {
  const auto colons = text.find("://");
  if (colons == std::string_view::npos) {
    return std::unexpected(fmt::format("`{}` is not a value like udp://239.1.1.1:5000", text));
  }
  Endpoint endpoint;
  endpoint.scheme = text.substr(0, colons);
  const std::string_view rest = text.substr(colons + 3);
  if (rest.starts_with('['))
    return std::unexpected(fmt::format("`{}`: IPv6 is not supported in this version", text));
  if (rest.find('@') != std::string_view::npos) {
    return std::unexpected(
        fmt::format("`{}`: leave out what stands up to `@`; a source goes into `from`", text));
  }
  const auto colon = rest.rfind(':');
  if (colon == std::string_view::npos) {
    return std::unexpected(fmt::format("`{}` says no UDP port; with one it is {}:5000", text, text));
  }
  const std::string_view host = rest.substr(0, colon);
  const auto address = parse_ipv4(host);
  if (!address) {
    return std::unexpected(fmt::format("`{}` is not an IPv4 address (four numbers 0..255, no names)", host));
  }
  const std::string_view port_text = rest.substr(colon + 1);
  const auto port = parse_integer(port_text);
  if (!port || *port == 0 || *port > 65535) {
    return std::unexpected(fmt::format("`{}` is not a UDP port (1..65535)", port_text));
  }
  endpoint.address = *address;
  endpoint.port = static_cast<std::uint16_t>(*port);
  return endpoint;
}

bool is_station_mac(std::string_view text) {
  if (text.size() != 17) return false;
  unsigned first = 0;
  bool all_zero = true;
  for (std::size_t i = 0; i < 6; ++i) {
    if (i > 0 && text[3 * i - 1] != ':') return false;
    unsigned byte = 0;
    const char* const at = text.data() + 3 * i;
    const auto [end, error] = std::from_chars(at, at + 2, byte, 16);
    if (error != std::errc() || end != at + 2) return false;
    if (i == 0) first = byte;
    all_zero = all_zero && byte == 0;
  }
  return !all_zero && (first & 1) == 0;
}

}  // namespace headwater::config
