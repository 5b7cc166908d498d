// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <set>

#include "config/import/channel_list.h"
#include "config/yaml/lineup.h"
#include "config/yaml/text.h"
#include "config/yaml/units.h"

namespace headwater::config {
namespace {

// Keys of channels as people look for them; the others behind.
constexpr std::array<std::string_view, 13> kOrder = {
    "id",      "name",    "number",     "provider",     "profile",
    "inputs",  "program", "service_id", "service_type", "transport_stream_id",
    "streams", "pids",    "outputs"};

// What is of one key, and of one item of it, stands together.
std::pair<std::size_t, std::size_t> rank(const std::string& name) {
  const auto column = lineup_column(name);
  if (!column) return {kOrder.size(), 0};
  return {static_cast<std::size_t>(std::ranges::find(kOrder, column->key) - kOrder.begin()), column->item};
}

std::vector<std::string> columns_of(const std::vector<ImportedChannel>& channels) {
  std::multimap<std::pair<std::size_t, std::size_t>, std::string> ordered;  // equals as they came
  std::set<std::string_view> known;
  for (const ImportedChannel& channel : channels) {
    for (const auto& [column, value] : channel.cells) {
      if (known.insert(column).second) ordered.emplace(rank(column), column);
    }
  }
  std::vector<std::string> columns;
  for (const auto& [at, column] : ordered) columns.push_back(column);
  return columns;
}

// RFC 4180 2.
std::string cell_text(std::string_view text) {
  if (trimmed(text) == text && text.find_first_of(",;\t\"") == std::string_view::npos)
    return std::string(text);
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + '"';
}

std::string scalar_text(std::string_view key, std::string_view text) {
  const bool is_text = key == "id" || key == "name" || key == "provider";
  return !is_text && parse_integer(text) ? std::string(text) : in_quotes(text);
}

std::string value_text(const LineupColumn& column, std::string_view text) {
  const std::string_view key = column.below ? *column.below : column.key;
  if (!column.list) return scalar_text(key, text);
  std::string items;
  for (const std::string_view item : list_items(text))
    items += fmt::format("{}{}", items.empty() ? "" : ", ", scalar_text(key, item));
  return "[" + items + "]";
}

std::string channel_text(const ImportedChannel& channel, const std::vector<std::string>& columns) {
  std::string text;
  const auto begin_line = [&] { text += text.empty() ? "  - " : "    "; };
  std::string open_key;  // of the map or list of maps that is being written
  std::size_t open_item = 0;
  const auto close = [&] {
    if (!open_key.empty()) text += " }\n";
    open_key.clear();
  };
  for (const std::string& name : columns) {
    const std::string* cell = channel.find(name);
    const auto column = lineup_column(name);
    if (cell == nullptr || !column) continue;
    const std::string value = value_text(*column, *cell);
    if (!column->below) {
      close();
      begin_line();
      text += fmt::format("{}: {}\n", column->key, value);
      continue;
    }
    if (column->key == open_key && column->item == open_item) {
      text += fmt::format(", {}: {}", *column->below, value);
      continue;
    }
    const bool same_list = column->key == open_key;
    close();
    if (!same_list) {
      begin_line();
      text += fmt::format("{}:{}", column->key, column->item == 0 ? "" : "\n");
    }
    open_key = column->key;
    open_item = column->item;
    text += fmt::format("{}{{ {}: {}", column->item == 0 ? " " : "      - ", *column->below, value);
  }
  close();
  return text;
}

}  // namespace

std::string csv_of(const std::vector<ImportedChannel>& channels) {
  const std::vector<std::string> columns = columns_of(channels);
  std::string text;
  for (const std::string& column : columns) text += fmt::format("{}{}", text.empty() ? "" : ",", column);
  text += "\n";
  for (const ImportedChannel& channel : channels) {
    for (std::size_t k = 0; k < columns.size(); ++k) {
      const std::string* cell = channel.find(columns[k]);
      text += fmt::format("{}{}", k == 0 ? "" : ",", cell == nullptr ? "" : cell_text(*cell));
    }
    text += "\n";
  }
  return text;
}

std::string yaml_of(const std::vector<ImportedChannel>& channels) {
  const std::vector<std::string> columns = columns_of(channels);
  std::string text = "channels:\n";
  for (const ImportedChannel& channel : channels) text += channel_text(channel, columns);
  return text;
}

}  // namespace headwater::config
