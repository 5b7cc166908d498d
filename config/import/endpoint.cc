// SPDX-License-Identifier: Apache-2.0
#include "config/import/endpoint.h"

#include <fmt/core.h>

#include <algorithm>

#include "config/import/channel_list.h"
#include "config/model/address.h"
#include "config/yaml/text.h"
#include "config/yaml/units.h"

namespace headwater::config {
namespace {

using Failure = std::unexpected<std::string>;

Failure not_received(std::string_view url) {
  // udpxy gives a group to who speaks HTTP alone.
  for (const std::string_view kind : {"udp", "rtp"}) {
    const std::size_t at = url.find(fmt::format("/{}/", kind));
    if (at == std::string_view::npos) continue;
    return Failure(fmt::format("`{}`: a proxy gives this out; the group behind it is received as {}://@{}",
                               printable(url), kind, printable(url.substr(at + 5))));
  }
  return Failure(fmt::format("`{}`: only udp:// and rtp:// are received", printable(url)));
}

// ffmpeg's `sources`: who may send. Others are options of a player.
std::expected<void, std::string> take_options(std::string_view options, StreamAddress& address) {
  while (!options.empty()) {
    const std::string_view option = take_until(options, '&');
    constexpr std::string_view kSources = "sources=";
    if (!option.starts_with(kSources)) {
      if (!option.empty()) address.ignored.push_back(option.substr(0, option.find('=')));
      continue;
    }
    const std::string_view sender = option.substr(kSources.size());
    if (!address.from.empty() && address.from != sender)
      return Failure(
          fmt::format("two senders, {} and {}: an input has one", address.from, printable(sender)));
    address.from = sender;
  }
  return {};
}

}  // namespace

std::expected<std::string, std::string> multicast_url(std::string_view scheme, std::string_view endpoint) {
  std::string url = fmt::format("{}://{}", scheme, endpoint);
  const auto parsed = parse_endpoint(url);
  if (!parsed) return Failure(printable(parsed.error()));
  if (!is_multicast(parsed->address)) {
    return Failure(fmt::format("{} is not a multicast group (224.0.0.0 to 239.255.255.255)",
                               ipv4_text(parsed->address)));
  }
  return url;
}

std::expected<StreamAddress, std::string> stream_address(std::string_view text) {
  std::string scheme(text.substr(0, text.find("://")));
  std::ranges::transform(scheme, scheme.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (scheme.size() == text.size() || (scheme != "udp" && scheme != "rtp")) return not_received(text);
  std::string_view options = text.substr(scheme.size() + 3);
  std::string_view endpoint = take_until(options, '?');
  if (endpoint.ends_with('/')) endpoint.remove_suffix(1);
  StreamAddress address;
  if (const std::size_t at = endpoint.find('@'); at != std::string_view::npos) {
    address.from = endpoint.substr(0, at);
    // VLC takes a sender's port, 0 for any, which no join can tell.
    if (address.from.ends_with(":0")) address.from.resize(address.from.size() - 2);
    endpoint.remove_prefix(at + 1);
  }
  if (auto taken = take_options(options, address); !taken) return Failure(std::move(taken.error()));
  if (!address.from.empty() && !parse_ipv4(address.from))
    return Failure(fmt::format("`{}` is not the IPv4 address of a sender", printable(address.from)));
  auto url = multicast_url(scheme, endpoint);
  if (!url) return Failure(std::move(url.error()));
  address.url = std::move(*url);
  return address;
}

}  // namespace headwater::config
