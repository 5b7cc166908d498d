// SPDX-License-Identifier: Apache-2.0
#include "config/yaml/csv.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <span>
#include <string>

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

std::string listed(std::span<const Cell> names) {
  std::string text;
  for (const Cell& name : names)
    text += fmt::format("{}`{}`", text.empty() ? "" : ", ", printable(name.text));
  return text;
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
  for (const std::string_view option : address->ignored)
    list.pass_over(fmt::format("`{}` of an address", printable(option)), cell.where,
                   "a lineup has no place for it");
  const std::string* from = channel.find("inputs.from");
  if (from != nullptr && !address->from.empty() && *from != address->from) {
    list.refuse(cell.where, fmt::format("the address names the sender {}, the column `inputs.from` {}",
                                        address->from, printable(*from)));
    return false;
  }
  channel.add(column, address->url);
  if (from == nullptr) channel.add("inputs.from", address->from);
  return true;
}

// A table has no comments, but people write some.
bool is_comment(const CsvRow& row) {
  return row.front().text.starts_with('#') &&
         std::ranges::all_of(std::span(row).subspan(1), [](const Cell& cell) { return cell.text.empty(); });
}

bool add_row(const CsvRow& row, std::span<const Cell> names, const Columns& columns, ChannelList& list) {
  if (is_comment(row)) {
    list.pass_over("a row that begins with `#` and has no other cell", row.front().where,
                   "it is taken for a comment");
    return true;
  }
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
    if (!columns[k] && k < names.size() && names[k].text.empty())
      list.pass_over("cells of a column without a name", row[k].where, "they are left out");
  }
  if (channel.find("name") == nullptr) {
    const auto said = std::ranges::find_if(row, [](const Cell& cell) { return !cell.text.empty(); });
    list.refuse(channel.where, fmt::format("the channel has no `name`: its row begins with `{}`",
                                           said == row.end() ? "" : printable(said->text)));
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
  if (std::ranges::find(columns, std::optional<std::string>("name")) == columns.end()) {
    return list.refuse(names.front().where,
                       fmt::format("no column is the channel's `name`; there are {}: say which it is with "
                                   "`--column name=HEADER`",
                                   listed(names)));
  }
  for (const CsvRow& row : std::span(*rows).subspan(1)) add_row(row, names, columns, list);
  list.give_ids();
}

}  // namespace headwater::config
