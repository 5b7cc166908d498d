// SPDX-License-Identifier: Apache-2.0
#include "config/yaml/map_reader.h"

#include <fmt/core.h>

#include <algorithm>

#include "config/model/words.h"

namespace headwater::config {
namespace {

std::string_view kind_name(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kNull:
      return "nothing";
    case Node::Kind::kScalar:
      return "a single value";
    case Node::Kind::kList:
      return "a list";
    case Node::Kind::kMap:
      return "a map";
  }
  return "nothing";
}

// What would upset a set-top box's banner or a terminal. UTF-8 of U+0000..U+001F and U+007F; U+0080..U+009F
// are C2 80..9F.
bool has_control_characters(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7F) return true;
    if (byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) return true;
  }
  return false;
}

}  // namespace

void MapReader::check_keys(std::span<const schema::Key> known) const {
  for (const Entry& entry : map_.entries) {
    const schema::Key* key = schema::find(known, entry.key);
    if (key == nullptr) {
      const auto names = schema::names(known);
      const auto meant = report_.is_full() ? std::string() : suggestion(entry.key, names);
      report_.error(entry.where, subject_,
                    meant.empty()
                        ? fmt::format("`{}` is not a key here; allowed: {}", entry.key, listing(names))
                        : fmt::format("`{}` is not a key here{}", entry.key, meant));
    } else if (key->support == schema::Key::Support::kLater) {
      report_.error(entry.where, subject_,
                    fmt::format("`{}` is not supported in this version: leave it out", entry.key));
    } else if (key->support == schema::Key::Support::kWithoutEffect) {
      report_.warning(entry.where, subject_, fmt::format("`{}` has no effect in this version", entry.key));
    }
  }
}

void MapReader::require(std::string_view key, std::string_view hint) const {
  if (!has(key)) report_.error(map_.where, subject_, fmt::format("`{}` is missing: {}", key, hint));
}

const Node* MapReader::value(std::string_view key) {
  const Entry* entry = map_.find(key);
  if (entry == nullptr) return nullptr;
  if (entry->value->kind == Node::Kind::kNull) {
    report_.error(entry->where, subject_,
                  fmt::format("`{}{}` has no value: give one or leave the key out", path_, key));
    return nullptr;
  }
  places_.insert_or_assign(path_ + std::string(key), entry->value->where);
  return entry->value.get();
}

const Node* MapReader::scalar(std::string_view key) {
  const Node* node = value(key);
  if (node == nullptr || node->kind == Node::Kind::kScalar) return node;
  error(*node, key, fmt::format("a single value is needed, here stands {}", kind_name(*node)));
  return nullptr;
}

std::optional<std::vector<const Node*>> MapReader::list(std::string_view key) {
  const Node* node = value(key);
  if (node == nullptr) return std::nullopt;
  if (node->kind == Node::Kind::kScalar) return std::vector<const Node*>{node};
  if (node->kind != Node::Kind::kList) {
    error(*node, key, fmt::format("a list is needed, here stands {}", kind_name(*node)));
    return std::nullopt;
  }
  std::vector<const Node*> items;
  items.reserve(node->items.size());
  for (const NodePtr& item : node->items) items.push_back(item.get());
  return items;
}

const Node* MapReader::map(std::string_view key) {
  const Node* node = value(key);
  if (node == nullptr || node->kind == Node::Kind::kMap) return node;
  error(*node, key, fmt::format("a map is needed, here stands {}", kind_name(*node)));
  return nullptr;
}

std::optional<std::string> MapReader::item_text(const Node& node, std::string_view key,
                                                std::size_t max) const {
  if (node.kind != Node::Kind::kScalar || node.text.empty()) {
    error(node, key, "a text is needed");
    return std::nullopt;
  }
  if (node.text.size() > max) {
    error(node, key, fmt::format("{} bytes are too long: at most {}", node.text.size(), max));
    return std::nullopt;
  }
  if (has_control_characters(node.text)) {
    error(node, key, "control characters are not allowed");
    return std::nullopt;
  }
  return node.text;
}

void MapReader::text(std::string_view key, std::string& target, std::size_t max) {
  if (const Node* node = scalar(key)) {
    if (auto value = item_text(*node, key, max)) target = std::move(*value);
  }
}

void MapReader::flag(std::string_view key, bool& target) {
  choice<bool>(key, target, {{"true", true}, {"false", false}});
}

std::optional<std::uint64_t> MapReader::to_number(const Node& node, std::string_view key,
                                                  std::string_view kind, Range range) const {
  if (node.kind != Node::Kind::kScalar) {
    error(node, key, fmt::format("a {} is needed ({}..{})", kind, range.min, range.max));
    return std::nullopt;
  }
  const auto value = parse_integer(node.text);
  if (!value) {
    error(node, key, value.error());
    return std::nullopt;
  }
  if (*value < range.min || *value > range.max) {
    error(node, key, fmt::format("{} is not a {} ({}..{})", node.text, kind, range.min, range.max));
    return std::nullopt;
  }
  return *value;
}

std::optional<Pid> MapReader::to_pid(const Node& node, std::string_view key) const {
  const auto value = to_number(node, key, "PID", {0, Pid::kMax});
  if (!value) return std::nullopt;
  if (*value < kFirstFreePid || *value == kNullPid.value()) {
    error(node, key,
          fmt::format("PID {} is kept for tables or null packets (a stream's: 0x{:04x}..0x{:04x})", node.text,
                      kFirstFreePid, Pid::kMax - 1));
    return std::nullopt;
  }
  return Pid::from(static_cast<std::uint16_t>(*value));
}

void MapReader::pid(std::string_view key, std::optional<Pid>& target) {
  if (const Node* node = scalar(key)) {
    if (const auto value = to_pid(*node, key)) target = value;
  }
}

void MapReader::milliseconds(std::string_view key, std::uint64_t& target, Range range) {
  const Node* node = scalar(key);
  if (node == nullptr) return;
  const auto value = parse_milliseconds(node->text);
  if (!value) return error(*node, key, value.error());
  if (*value < range.min || *value > range.max) {
    return error(*node, key,
                 fmt::format("{} is out of range ({}ms..{}ms)", node->text, range.min, range.max));
  }
  target = *value;
}

void MapReader::rate(std::string_view key, std::optional<std::uint64_t>& target, Range range) {
  const Node* node = scalar(key);
  if (node == nullptr) return;
  const auto value = parse_rate(node->text);
  if (!value) return error(*node, key, value.error());
  if (*value < range.min || *value > range.max) {
    return error(*node, key,
                 fmt::format("{} is out of range ({}k..{}M bit/s)", node->text, range.min / 1000,
                             range.max / 1'000'000));
  }
  target = *value;
}

void MapReader::bytes(std::string_view key, std::uint64_t& target, Range range) {
  const Node* node = scalar(key);
  if (node == nullptr) return;
  const auto value = parse_bytes(node->text);
  if (!value) return error(*node, key, value.error());
  if (*value < range.min || *value > range.max) {
    return error(*node, key,
                 fmt::format("{} is out of range ({}M..{}G)", node->text, range.min >> 20, range.max >> 30));
  }
  target = *value;
}

void MapReader::refuse_word(const Node& node, std::string_view key,
                            std::span<const std::string_view> allowed) const {
  const auto meant = suggestion(node.text, allowed);
  error(node, key,
        fmt::format("`{}` is not allowed: {}{}",
                    node.kind == Node::Kind::kScalar ? node.text : kind_name(node), listing(allowed), meant));
}

void MapReader::error(const Node& node, std::string_view key, std::string_view words) const {
  report_.error(node.where, subject_, fmt::format("`{}{}`: {}", path_, key, words));
}

void MapReader::warning(const Node& node, std::string_view key, std::string_view words) const {
  report_.warning(node.where, subject_, fmt::format("`{}{}`: {}", path_, key, words));
}

}  // namespace headwater::config
