// SPDX-License-Identifier: Apache-2.0
#include "config/yaml/lineup.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "config/model/words.h"
#include "config/schema/keys.h"
#include "config/yaml/csv.h"
#include "config/yaml/text.h"
#include "config/yaml/units.h"

namespace headwater::config {
namespace {

using schema::Key;

constexpr std::uint64_t kMostOfAList = 16;

// Keys of channels whose value is a map, or a list of maps.
struct Nested {
  std::string_view name;
  std::span<const Key> keys;
  bool list = false;
};
std::array<Nested, 4> nested() {
  return {{{.name = "streams", .keys = schema::streams_keys()},
           {.name = "pids", .keys = schema::pids_keys()},
           {.name = "outputs", .keys = schema::output_keys(), .list = true},
           {.name = "inputs", .keys = schema::input_keys(), .list = true}}};
}
constexpr std::array<std::string_view, 5> kLists = {"inputs", "streams.keep", "streams.languages",
                                                    "streams.only", "streams.drop"};

// What may stand in the first row, one of each.
std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const std::string_view key : schema::names(schema::channel_keys())) {
    const auto maps = nested();
    const bool plain = key == "inputs" || std::ranges::find(maps, key, &Nested::name) == maps.end();
    if (plain) all.emplace_back(key);
  }
  for (const Nested& each : nested()) {
    for (const std::string_view key : schema::names(each.keys)) {
      if (key != "map") all.push_back(fmt::format("{}.{}", each.name, key));
    }
  }
  return all;
}

// 0: it is none. Decimal, without leading zeros: one spelling for each.
std::size_t item_number(std::string_view text) {
  const auto item = parse_integer(text);
  return item && *item <= kMostOfAList && fmt::format("{}", *item) == text ? *item : 0;
}

struct NamedColumn {
  LineupColumn column;
  std::string plain;  // its name without the number of an item
  bool known = true;
};
NamedColumn named_column(std::string_view name) {
  NamedColumn named;
  LineupColumn& column = named.column;
  column.key = name.substr(0, name.find('.'));
  named.plain = column.key;
  if (name.size() > column.key.size()) {
    std::string_view below = name.substr(column.key.size() + 1);
    const auto maps = nested();
    const auto map = std::ranges::find(maps, column.key, &Nested::name);
    if (map != maps.end() && map->list) {
      column.item = 1;
      if (const std::size_t dot = below.find('.'); dot != std::string_view::npos) {
        column.item = item_number(below.substr(0, dot));
        below.remove_prefix(dot + 1);
      }
    }
    column.below = below;
    named.plain += "." + std::string(below);
    named.known = map != maps.end() && (!map->list || column.item != 0);
  }
  column.list = std::ranges::find(kLists, named.plain) != kLists.end();
  static const auto kNames = names();
  named.known = named.known && std::ranges::find(kNames, named.plain) != kNames.end();
  return named;
}

class Table {
 public:
  Table(const std::string& file, Report& report) : file_(file), report_(report) {}

  NodePtr read(std::string_view text) {
    auto root = std::make_shared<Node>();
    root->kind = Node::Kind::kMap;
    root->where = {file_, 1, 1};
    auto rows = parse_csv(text, file_);
    if (!rows) {
      report_.error(rows.error().where, "", rows.error().text);
      return root;
    }
    if (rows->size() < 2) {
      report_.error(root->where, "",
                    "no channels: the first row names the columns, like name,number,inputs; each further one "
                    "is a channel");
      return root;
    }
    for (const Cell& cell : first_row(rows->front())) columns_.push_back(column_of(cell));
    const auto is_none = [](const auto& column) { return !column; };
    if (std::ranges::any_of(columns_, is_none)) return root;  // each row would miss it
    auto channels = std::make_shared<Node>();
    channels->kind = Node::Kind::kList;
    channels->where = rows->at(1).front().where;
    for (const CsvRow& row : std::span(*rows).subspan(1)) {
      if (!is_whole(row)) continue;
      channels->items.push_back(channel_of(row));
      if (items_ > kMaxNodes) return root;
    }
    root->entries.push_back({"channels", channels->where, channels});
    return root;
  }

 private:
  // Without what is empty behind the names: spreadsheets write as many cells as any row ever had.
  static std::span<const Cell> first_row(const CsvRow& row) {
    std::span<const Cell> cells(row);
    while (!cells.empty() && cells.back().text.empty()) cells = cells.first(cells.size() - 1);
    return cells;
  }

  // nullopt: it is none, which has been told.
  std::optional<LineupColumn> column_of(const Cell& cell) {
    NamedColumn named = named_column(cell.text);
    if (!named.known) return refuse(cell, named.plain);
    const auto [first, fresh] = spelled_.try_emplace({named.plain, named.column.item}, cell.text);
    if (fresh) return std::move(named.column);
    report_.error(cell.where, "",
                  fmt::format("the column `{}` stands here twice, first as `{}`: remove one", cell.text,
                              first->second));
    return std::nullopt;
  }

  std::optional<LineupColumn> refuse(const Cell& cell, const std::string& plain) {
    const Key* key = schema::find(schema::channel_keys(), plain);
    if (key != nullptr && key->support == Key::Support::kLater) {
      report_.error(cell.where, "",
                    fmt::format("`{}` is not supported in this version: leave the column out", cell.text));
      return std::nullopt;
    }
    const auto all = names();
    const std::vector<std::string_view> words(all.begin(), all.end());
    const std::string meant = suggestion(plain, words);
    report_.error(
        cell.where, "",
        fmt::format("`{}` is not a column{}", cell.text,
                    meant.empty() ? fmt::format("; there are: {}", listing(words, words.size())) : meant));
    return std::nullopt;
  }

  // One that was cut off has fewer cells.
  bool is_whole(const CsvRow& row) {
    if (row.size() >= columns_.size()) return true;
    report_.error(row.front().where, "",
                  fmt::format("this row has {} cell{}, the first {}: is the file complete?", row.size(),
                              row.size() == 1 ? "" : "s", columns_.size()));
    return false;
  }

  NodePtr channel_of(const CsvRow& row) {
    auto channel = map_at(row.front().where);
    std::map<std::string, std::shared_ptr<Node>, std::less<>> maps;  // by key
    std::map<std::pair<std::string, std::size_t>, std::shared_ptr<Node>> items;
    for (std::size_t k = 0; k < row.size(); ++k) {
      const Cell& cell = row[k];
      if (cell.text.empty()) continue;
      if (k >= columns_.size()) {
        report_.error(cell.where, "", "a cell without a column: the first row has fewer");
        break;
      }
      const LineupColumn& column = *columns_[k];
      Node* into = channel.get();
      if (column.item != 0) {
        auto& item = items[{column.key, column.item}];
        if (item == nullptr) {
          item = map_at(cell.where);
          item->item = static_cast<std::uint8_t>(column.item);
        }
        into = item.get();
      } else if (column.below) {
        auto& map = maps[column.key];
        if (map == nullptr) map = map_at(cell.where);
        into = map.get();
      }
      into->entries.push_back({column.below.value_or(column.key), cell.where, value_of(cell, column)});
    }
    for (auto& [key, map] : maps) channel->entries.push_back({key, map->where, map});
    std::map<std::string, std::shared_ptr<Node>, std::less<>> lists;
    for (auto& [at, item] : items) {
      auto& list = lists[at.first];
      if (list == nullptr) {
        list = std::make_shared<Node>();
        list->kind = Node::Kind::kList;
        list->where = item->where;
      }
      list->items.push_back(item);
    }
    for (auto& [key, list] : lists) {
      if (const Entry* other = channel->find(key)) {
        report_.error(list->where, "",
                      fmt::format("`{0}` and `{0}.*` both have a value in this row ({1}): leave one empty",
                                  key, to_string(other->where)));
        continue;
      }
      channel->entries.push_back({key, list->where, list});
    }
    return channel;
  }

  static std::shared_ptr<Node> map_at(const Location& where) {
    auto map = std::make_shared<Node>();
    map->kind = Node::Kind::kMap;
    map->where = where;
    return map;
  }
  // A list with variables in it is taken apart when they are put in.
  NodePtr value_of(const Cell& cell, const LineupColumn& column) {
    if (column.list && !cell.text.contains("${")) {
      const auto items = list_items(cell.text);
      items_ += items.size();
      if (items_ <= kMaxNodes) return list_at(cell.where, items);
      report_.error(cell.where, "", fmt::format("more than {} values: split the table", kMaxNodes));
    }
    auto scalar = std::make_shared<Node>();
    scalar->kind = Node::Kind::kScalar;
    scalar->where = cell.where;
    scalar->text = cell.text;
    scalar->splits = column.list;
    return scalar;
  }

  std::string file_;
  Report& report_;
  std::vector<std::optional<LineupColumn>> columns_;
  std::map<std::pair<std::string, std::size_t>, std::string> spelled_;  // of each key and item
  std::size_t items_ = 0;                                               // of all lists
};

}  // namespace

std::optional<LineupColumn> lineup_column(std::string_view name) {
  NamedColumn named = named_column(name);
  if (!named.known) return std::nullopt;
  return std::move(named.column);
}

NodePtr read_lineup(std::string_view text, const std::string& file, Report& report) {
  return Table(file, report).read(text);
}

}  // namespace headwater::config
