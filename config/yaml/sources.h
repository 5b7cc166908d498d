// SPDX-License-Identifier: Apache-2.0
//
// All that was read to come to one configuration, so that it can be read again when the files have changed: a
// revision of the lineup. Two that are equal come to the same configuration. A value.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headwater::config {

struct Sources {
  std::string root;                                       // the file or folder that was named
  std::map<std::string, std::string> texts;               // by path
  std::map<std::string, std::vector<std::string>> lists;  // the files of a folder, or that a pattern matches
  std::map<std::string, std::string> identities;  // the path without links, of each that was looked at
  friend bool operator==(const Sources&, const Sources&) = default;
};

// To be kept in one piece; unpack() gives the same back. nullopt: pack() did not write this.
[[nodiscard]] std::string pack(const Sources& sources);
[[nodiscard]] std::optional<Sources> unpack(std::string_view packed);

}  // namespace headwater::config
