// SPDX-License-Identifier: Apache-2.0
#include "tools/hwgen/play_options.h"

#include <fmt/format.h>

#include <boost/program_options.hpp>
#include <charconv>
#include <iostream>

namespace headwater::hwgen {
namespace {

namespace po = boost::program_options;

constexpr std::int64_t kMostRate = 100'000'000'000;
constexpr std::int64_t kMostSeconds = std::int64_t{366} * 86'400;

}  // namespace

std::expected<PlayTarget, std::string> parse_target(std::string_view url) {
  const auto wrong = [&](std::string_view why) {
    return std::unexpected(
        fmt::format("{}: {}; a target is udp://ADDRESS:PORT or rtp://ADDRESS:PORT", url, why));
  };
  PlayTarget target;
  std::string_view rest = url;
  if (rest.starts_with("rtp://")) {
    target.rtp = true;
  } else if (!rest.starts_with("udp://")) {
    return wrong("neither udp:// nor rtp://");
  }
  rest.remove_prefix(6);
  const std::size_t colon = rest.rfind(':');
  if (colon == std::string_view::npos) return wrong("no port");
  const auto address = wire::Ipv4Address::parse(rest.substr(0, colon));
  if (!address) return wrong("not an IPv4 address");
  target.address = *address;
  const std::string_view port = rest.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), target.port);
  if (error != std::errc{} || end != port.data() + port.size() || target.port == 0)
    return wrong("not a port");
  return target;
}

std::expected<std::optional<PlayOptions>, std::string> parse_play_options(
    const std::vector<std::string>& words) {
  PlayOptions options;
  std::vector<std::string> pairs;
  std::string from;
  po::options_description description(
      "hwgen play FILE URL [FILE URL ...] [options]: plays files, in time with their PCRs");
  auto add = description.add_options();
  add("help,h", "this text");
  add("pairs", po::value(&pairs), "FILE URL pairs (the plain words)");
  add("from", po::value(&from), "source address; it also chooses the interface");
  // Signed: boost reads -5 into an unsigned number as four thousand million.
  add("rate", po::value<std::int64_t>(), "bit/s for a file without PCRs");
  add("seconds", po::value<std::int64_t>(), "stop after this time");
  add("once", po::bool_switch(&options.once), "stop at the end of the files; default: loop");
  add("ttl", po::value(&options.ttl)->default_value(options.ttl), "time to live");
  po::positional_options_description positional;
  positional.add("pairs", -1);
  try {
    po::variables_map values;
    po::store(po::command_line_parser(words).options(description).positional(positional).run(), values);
    po::notify(values);
    if (values.contains("help")) {
      std::cout << description;
      return std::nullopt;
    }
    for (const auto& [name, most] : {std::pair("rate", kMostRate), std::pair("seconds", kMostSeconds)}) {
      if (!values.contains(name)) continue;
      const auto value = values[name].as<std::int64_t>();
      if (value < 1 || value > most)
        return std::unexpected(fmt::format("--{} {}: 1 to {}", name, value, most));
    }
    if (values.contains("rate")) options.rate = static_cast<std::uint64_t>(values["rate"].as<std::int64_t>());
    if (values.contains("seconds")) options.seconds = values["seconds"].as<std::int64_t>();
  } catch (const po::error& error) {
    return std::unexpected(error.what());
  }
  if (pairs.empty() || pairs.size() % 2 != 0) return std::unexpected("play wants pairs of FILE and URL");
  if (options.ttl == 0 || options.ttl > 255) return std::unexpected("--ttl is 1..255");
  if (!from.empty()) {
    options.from = wire::Ipv4Address::parse(from);
    if (!options.from) return std::unexpected(fmt::format("--from {}: not an IPv4 address", from));
  }
  for (std::size_t at = 0; at < pairs.size(); at += 2) {
    auto target = parse_target(pairs[at + 1]);
    if (!target) return std::unexpected(target.error());
    options.items.push_back({pairs[at], *target});
  }
  return options;
}

}  // namespace headwater::hwgen
