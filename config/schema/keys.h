// SPDX-License-Identifier: Apache-2.0
//
// Which keys there are, map by map: the one list that the reader checks against and that
// docs/configuration.md must cover. Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace headwater::config::schema {

struct Key {
  enum class Support : std::uint8_t {
    kNow,
    kWithoutEffect,  // checked and kept, but acting only in a later version: warned of
    kLater,          // a word of the design that this version refuses, so that nobody believes it to act
  };
  std::string_view name;
  Support support = Support::kNow;
};

struct Map {
  std::string_view name;  // as its section in docs/configuration.md
  std::span<const Key> keys;
};

[[nodiscard]] std::span<const Key> top_keys();
[[nodiscard]] std::span<const Key> headend_keys();
[[nodiscard]] std::span<const Key> address_plan_keys();
[[nodiscard]] std::span<const Key> lineup_keys();
[[nodiscard]] std::span<const Key> port_keys();
[[nodiscard]] std::span<const Key> input_keys();
[[nodiscard]] std::span<const Key> defaults_keys();
[[nodiscard]] std::span<const Key> profile_keys();
[[nodiscard]] std::span<const Key> channel_keys();
[[nodiscard]] std::span<const Key> output_keys();
[[nodiscard]] std::span<const Key> streams_keys();
[[nodiscard]] std::span<const Key> pids_keys();

// All of them, in the order of the document.
[[nodiscard]] std::span<const Map> maps();

[[nodiscard]] const Key* find(std::span<const Key> keys, std::string_view name);
// The names that this version takes, for suggestions.
[[nodiscard]] std::vector<std::string_view> names(std::span<const Key> keys);

}  // namespace headwater::config::schema
