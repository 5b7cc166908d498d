// SPDX-License-Identifier: Apache-2.0
//
// Channel lists of other programs as a lineup: rows for `lineup: { csv: ... }`, or `channels:` in YAML. A
// file is taken line by line: what cannot be taken is an error with its place, what means nothing here a
// warning, and the rest comes out. Whether the lineup is right as a whole says config/yaml, when it is
// loaded. Any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/model/location.h"

namespace headwater::config {

enum class ListFormat : std::uint8_t { kCsv, kM3u, kDvblast };
[[nodiscard]] std::optional<ListFormat> list_format(std::string_view word);  // "csv", "m3u", "dvblast"
// By its first line, else by its name; nullopt: neither says.
[[nodiscard]] std::optional<ListFormat> guess_list_format(std::string_view text, std::string_view file);

struct ImportedChannel {
  Location where;                                          // in the file that was imported
  std::vector<std::pair<std::string, std::string>> cells;  // by columns as config/yaml/lineup.h has them

  [[nodiscard]] const std::string* find(std::string_view column) const;
  // Of one that is not there yet; an empty value is left out.
  void add(std::string_view column, std::string_view value);
};

struct Imported {
  std::vector<ImportedChannel> channels;
  Problems problems;
};

struct ImportChoices {
  std::map<std::string, std::string> columns;  // of a CSV file: ours -> theirs
  // Column -> what it says for each channel of which the file does not; of a list, such as `outputs.port`,
  // for each of its items.
  std::map<std::string, std::string> fill;
};

// Each channel that comes out has an `id` and a `name`, no two the same `id`.
[[nodiscard]] Imported import_list(ListFormat format, std::string_view text, const std::string& file,
                                   const ImportChoices& choices);

[[nodiscard]] std::string csv_of(const std::vector<ImportedChannel>& channels);
[[nodiscard]] std::string yaml_of(const std::vector<ImportedChannel>& channels);

}  // namespace headwater::config
