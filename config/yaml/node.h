// SPDX-License-Identifier: Apache-2.0
//
// What stands in a file, before anything is made of it: a tree in which everything knows its place. Immutable
// and shared, so that a profile merged into ten thousand channels stands in memory once. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/model/location.h"

namespace headwater::config {

inline constexpr std::size_t kMaxNodes = 2'000'000;  // of one file; a channel has about 40

struct Node;
using NodePtr = std::shared_ptr<const Node>;

struct Entry {
  std::string key;
  Location where;  // of the key
  NodePtr value;
};

struct Node {
  enum class Kind : std::uint8_t { kNull, kScalar, kList, kMap } kind = Kind::kNull;
  Location where;
  std::string text;            // of a scalar
  bool plain = false;          // not in quotes
  bool splits = false;         // a scalar that is a list, once its variables are put in: a table's
  std::uint8_t item = 0;       // of a list with gaps, a table's: from 1; 0: as it stands
  std::vector<NodePtr> items;  // of a list
  std::vector<Entry> entries;  // of a map, in the order written, no key twice
  std::size_t weight = 1;      // nodes in it, itself included, shared ones counted each time

  [[nodiscard]] const Entry* find(std::string_view key) const {
    for (const Entry& entry : entries) {
      if (entry.key == key) return &entry;
    }
    return nullptr;
  }
};

// A list of scalars that all stand at one place.
[[nodiscard]] inline NodePtr list_at(const Location& where, const std::vector<std::string_view>& items) {
  auto list = std::make_shared<Node>();
  list->kind = Node::Kind::kList;
  list->where = where;
  list->items.reserve(items.size());
  for (const std::string_view item : items) {
    auto scalar = std::make_shared<Node>();
    scalar->kind = Node::Kind::kScalar;
    scalar->where = where;
    scalar->text = item;
    list->items.push_back(std::move(scalar));
  }
  return list;
}

}  // namespace headwater::config
