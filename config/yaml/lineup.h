// SPDX-License-Identifier: Apache-2.0
//
// Channels of a table: a row each, columns named like the keys of channels. What is nested has a dot:
// `streams.keep`, `pids.pmt`; of the first output `outputs.to`, of the second `outputs.2.to`; of an input of
// the channel's own `inputs.source`. A cell of a list has its values apart by blanks, commas or `|`; an empty
// cell says nothing. Any thread.
#pragma once

#include <string>
#include <string_view>

#include "config/yaml/node.h"
#include "config/yaml/report.h"

namespace headwater::config {

// A root with `channels` alone, as if they stood in a YAML file.
[[nodiscard]] NodePtr read_lineup(std::string_view text, const std::string& file, Report& report);

}  // namespace headwater::config
