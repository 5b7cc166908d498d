// SPDX-License-Identifier: Apache-2.0
//
// What the fuzzers of channel lists share: whatever the list is, what comes out is a lineup that is read back
// as it is, as a table and as YAML, and what does not come out has its place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "config/import/import.h"
#include "config/yaml/files.h"
#include "config/yaml/lineup.h"

namespace headwater::fuzz {

inline void require(bool holds) {
  if (!holds) std::abort();
}

inline void require_channels(const config::NodePtr& root, config::Report& report, std::size_t count) {
  require(!report.failed());
  const config::Entry* channels = root->find("channels");
  require(channels != nullptr && channels->value->items.size() == count);
}

inline void import_and_read_back(config::ListFormat format, const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  const config::Imported imported = config::import_list(format, text, "list", {});
  for (const config::Problem& each : imported.problems.errors)
    require(each.where.file == "list" && each.where.line > 0 && each.where.column > 0 && !each.text.empty());
  require(!imported.channels.empty() || !imported.problems.errors.empty());
  if (imported.channels.empty()) return;
  config::Report table;
  require_channels(config::read_lineup(config::csv_of(imported.channels), "t.csv", table), table,
                   imported.channels.size());
  config::Report yaml;
  require_channels(config::read_text(config::yaml_of(imported.channels), "t.yaml", yaml), yaml,
                   imported.channels.size());
}

}  // namespace headwater::fuzz
