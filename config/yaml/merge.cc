// SPDX-License-Identifier: Apache-2.0
#include "config/yaml/merge.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace headwater::config {
namespace {

// Adds what `more` has to `target`; a key of a map that both have is an error.
void join_values(Node& target, const Entry& more, Report& report) {
  if (target.kind == Node::Kind::kNull) {
    const Location where = target.where;
    target = *more.value;
    target.where = where;
    return;
  }
  if (more.value->kind == Node::Kind::kNull) return;
  if (target.kind != more.value->kind || target.kind == Node::Kind::kScalar) {
    report.error(more.where, "",
                 fmt::format("`{}` stands at {} already: remove one", more.key, to_string(target.where)));
    return;
  }
  target.items.insert(target.items.end(), more.value->items.begin(), more.value->items.end());
  std::unordered_map<std::string_view, Location> known;
  for (const Entry& entry : target.entries) known.emplace(entry.key, entry.where);
  std::vector<Entry> fresh;
  for (const Entry& entry : more.value->entries) {
    const auto first = known.find(entry.key);
    if (first == known.end()) {
      fresh.push_back(entry);
    } else {
      report.error(entry.where, more.key,
                   fmt::format("`{}` stands at {} already: remove one", entry.key, to_string(first->second)));
    }
  }
  std::ranges::move(fresh, std::back_inserter(target.entries));
}

}  // namespace

NodePtr overlay(const NodePtr& base, const NodePtr& over) {
  if (base == nullptr) return over;
  if (over == nullptr) return base;
  if (base->kind != Node::Kind::kMap || over->kind != Node::Kind::kMap) return over;
  auto result = std::make_shared<Node>(*over);
  std::unordered_map<std::string_view, std::size_t> mine;
  for (std::size_t i = 0; i < over->entries.size(); ++i) mine.emplace(over->entries[i].key, i);
  for (const Entry& entry : base->entries) {
    const auto found = mine.find(entry.key);
    if (found == mine.end()) {
      result->entries.push_back(entry);
    } else {
      NodePtr& value = result->entries[found->second].value;
      value = overlay(entry.value, value);
    }
  }
  return result;
}

NodePtr join(const std::vector<NodePtr>& roots, Report& report) {
  auto result = std::make_shared<Node>();
  result->kind = Node::Kind::kMap;
  std::vector<std::shared_ptr<Node>> sections;  // one for each of result->entries
  std::unordered_map<std::string, std::size_t> index;
  for (const NodePtr& root : roots) {
    if (result->where.line == 0) result->where = root->where;
    for (const Entry& entry : root->entries) {
      if (entry.key == "include" || entry.key == "lineup") continue;
      const auto [known, fresh] = index.emplace(entry.key, sections.size());
      if (fresh) {
        sections.push_back(std::make_shared<Node>(*entry.value));
        result->entries.push_back({entry.key, entry.where, sections.back()});
      } else {
        join_values(*sections[known->second], entry, report);
      }
    }
  }
  return result;
}

}  // namespace headwater::config
