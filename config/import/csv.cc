// SPDX-License-Identifier: Apache-2.0
#include "config/yaml/csv.h"

#include <fmt/core.h>

#include <optional>
#include <span>

#include "config/import/endpoint.h"
#include "config/import/readers.h"
#include "config/yaml/lineup.h"
#include "config/yaml/text.h"

namespace headwater::config {
namespace {

using Columns = std::vector<std::optional<std::string>>;  // ours for each of theirs; none: left out

Columns columns_of(std::span<const Cell> names, const ImportChoices& choices, ChannelList& list) {
  std::map<std::string, std::string, std::less<>> ours;
  for (const auto& [our, their] : choices.columns) ours[their] = our;
  Columns columns;
  for (const Cell& cell : names) {
    const auto said = ours.find(cell.text);
    if (said != ours.end()) {
      columns.emplace_back(said->second);
      ours.erase(said);
    } else if (lineup_column(cell.text) && !choices.columns.contains(cell.text)) {
      columns.emplace_back(cell.text);
    } else {
      columns.emplace_back();
      if (cell.text.empty()) continue;
      list.pass_over(fmt::format("the column `{}`", printable(cell.text)), cell.where,
                     "it is left out; `--column KEY=HEADER` takes one of another name");
    }
  }
  for (const auto& [their, our] : ours)
    list.refuse(names.front().where,
                fmt::format("there is no column `{}` to be `{}`", printable(their), our));
  return columns;
}

// False: it cannot be taken, which has been told.
bool add_cell(const Cell& cell, const std::string& column, ImportedChannel& channel, ChannelList& list) {
  if (channel.find(column) != nullptr) {
    list.refuse(cell.where, fmt::format("a second value of `{}` in this row", column));
    return false;
  }
  if (printable(cell.text) != cell.text) {
    list.refuse(cell.where, "control characters are not allowed, nor a line's end");
    return false;
  }
  const bool as_players_write_it = column == "inputs.source" && cell.text.contains('@');
  if (!as_players_write_it) {
    channel.add(column, cell.text);
    return true;
  }
  const auto address = stream_address(cell.text);
  if (!address) {
    list.refuse(cell.where, address.error());
    return false;
  }
  channel.add(column, address->url);
  channel.add("inputs.from", address->from);
  return true;
}

bool add_row(const CsvRow& row, const Columns& columns, ChannelList& list) {
  if (row.size() < columns.size()) {
    list.refuse(row.front().where, fmt::format("this row has {} cells, the first {}: is the file complete?",
                                               row.size(), columns.size()));
    return false;
  }
  ImportedChannel channel{.where = row.front().where, .cells = {}};
  for (std::size_t k = 0; k < row.size(); ++k) {
    if (row[k].text.empty()) continue;
    if (k >= columns.size()) {
      list.refuse(row[k].where, "a cell without a column: the first row has fewer");
      return false;
    }
    if (columns[k] && !add_cell(row[k], *columns[k], channel, list)) return false;
  }
  if (channel.find("name") == nullptr) {
    list.refuse(channel.where, "the channel has no `name`");
    return false;
  }
  list.add(std::move(channel));
  return true;
}

}  // namespace

void read_csv(std::string_view text, const std::string& file, const ImportChoices& choices,
              ChannelList& list) {
  const auto rows = parse_csv(text, file);
  if (!rows) return list.refuse(rows.error().where, rows.error().text);
  if (rows->empty()) return;
  // Spreadsheets write as many cells as any row ever had.
  std::span<const Cell> names(rows->front());
  while (names.back().text.empty()) names = names.first(names.size() - 1);
  const Columns columns = columns_of(names, choices, list);
  for (const CsvRow& row : std::span(*rows).subspan(1)) add_row(row, columns, list);
  list.give_ids();
}

}  // namespace headwater::config
