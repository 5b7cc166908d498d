// SPDX-License-Identifier: Apache-2.0
//
// What `hwgen play` is asked for: which files to which groups.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dataplane/wire/address.h"

namespace headwater::hwgen {

struct PlayTarget {
  bool rtp = false;
  wire::Ipv4Address address;
  std::uint16_t port = 0;
};

struct PlayItem {
  std::filesystem::path file;
  PlayTarget target;
};

struct PlayOptions {
  std::vector<PlayItem> items;
  std::optional<wire::Ipv4Address> from;  // source address, which also chooses the interface
  std::optional<std::uint64_t> rate;      // bit/s, for files without PCRs
  std::optional<std::int64_t> seconds;    // none: until SIGTERM or, with `once`, the end of the files
  bool once = false;
  unsigned ttl = 8;
};

// "udp://239.1.1.1:5000" or "rtp://...".
[[nodiscard]] std::expected<PlayTarget, std::string> parse_target(std::string_view url);

// The error is for the user. nullopt: --help was asked for and printed.
[[nodiscard]] std::expected<std::optional<PlayOptions>, std::string> parse_play_options(
    const std::vector<std::string>& words);

}  // namespace headwater::hwgen
