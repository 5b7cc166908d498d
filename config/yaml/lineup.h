// SPDX-License-Identifier: Apache-2.0
//
// Channels of a table: a row each, columns named like the keys of channels. What is nested has a dot:
// `streams.keep`, `pids.pmt`; of the first output `outputs.to`, of the second `outputs.2.to`; of an input of
// the channel's own `inputs.source`. A cell of a list has its values apart by blanks, commas or `|`; an empty
// cell says nothing. Any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "config/yaml/node.h"
#include "config/yaml/report.h"

namespace headwater::config {

// What a name in the first row says.
struct LineupColumn {
  std::string key;                   // of the channel
  std::size_t item = 0;              // of a list of maps, from 1; 0: no such list
  std::optional<std::string> below;  // the key in what is nested
  bool list = false;                 // its cells are
};
// nullopt: it is no column.
[[nodiscard]] std::optional<LineupColumn> lineup_column(std::string_view name);

// A root with `channels` alone, as if they stood in a YAML file.
[[nodiscard]] NodePtr read_lineup(std::string_view text, const std::string& file, Report& report);

}  // namespace headwater::config
