// SPDX-License-Identifier: Apache-2.0
//
// Takes typed values out of one map of the operator's: each getter leaves its target alone where the key is
// missing, and reports, with place and what is allowed, where the value will not do. One thread.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/model/configuration.h"
#include "config/schema/keys.h"
#include "config/yaml/node.h"
#include "config/yaml/report.h"
#include "config/yaml/units.h"
#include "psi/base/pid.h"

namespace headwater::config {

struct Range {
  std::uint64_t min = 0;
  std::uint64_t max = 0;
};

inline constexpr std::size_t kMaxText = 255;

class MapReader {
 public:
  // `subject` begins every message: "channel \"News HD\"". `path` stands before the keys: "pids.".
  MapReader(const Node& map, std::string subject, Report& report, Places& places, std::string path = "")
      : map_(map), subject_(std::move(subject)), path_(std::move(path)), report_(report), places_(places) {}

  // Reports keys that are none, with the one that was probably meant, those of later versions,
  // and warns of those without effect.
  void check_keys(std::span<const schema::Key> known) const;
  [[nodiscard]] bool has(std::string_view key) const { return map_.find(key) != nullptr; }
  // `hint` says what to write.
  void require(std::string_view key, std::string_view hint) const;

  // A scalar's node; what is missing, empty or no scalar gives nullptr, the latter two with a report.
  const Node* scalar(std::string_view key);
  // The items of a list; a scalar stands for a list of one.
  std::optional<std::vector<const Node*>> list(std::string_view key);
  // A map's node, likewise.
  const Node* map(std::string_view key);

  void text(std::string_view key, std::string& target, std::size_t max = kMaxText);
  void flag(std::string_view key, bool& target);
  template <class T>
  void number(std::string_view key, T& target, std::string_view kind, Range range) {
    if (const Node* node = scalar(key)) {
      if (const auto value = to_number(*node, key, kind, range)) target = static_cast<T>(*value);
    }
  }
  template <class T>
  void number(std::string_view key, std::optional<T>& target, std::string_view kind, Range range) {
    if (const Node* node = scalar(key)) {
      if (const auto value = to_number(*node, key, kind, range)) target = static_cast<T>(*value);
    }
  }
  void pid(std::string_view key, std::optional<Pid>& target);
  // Range in milliseconds.
  void milliseconds(std::string_view key, std::uint64_t& target, Range range);
  void rate(std::string_view key, std::optional<std::uint64_t>& target, Range range);
  void bytes(std::string_view key, std::uint64_t& target, Range range);
  template <class E>
  void choice(std::string_view key, E& target, std::initializer_list<std::pair<std::string_view, E>> words) {
    const Node* node = scalar(key);
    if (node == nullptr) return;
    std::vector<std::string_view> names;
    for (const auto& [word, value] : words) {
      if (node->text == word) {
        target = value;
        return;
      }
      names.push_back(word);
    }
    refuse_word(*node, key, names);
  }

  // Checks on a node that came out of list().
  [[nodiscard]] std::optional<std::string> item_text(const Node& node, std::string_view key,
                                                     std::size_t max = kMaxText) const;
  [[nodiscard]] std::optional<std::uint64_t> to_number(const Node& node, std::string_view key,
                                                       std::string_view kind, Range range) const;
  [[nodiscard]] std::optional<Pid> to_pid(const Node& node, std::string_view key) const;
  void refuse_word(const Node& node, std::string_view key, std::span<const std::string_view> allowed) const;

  void error(const Node& node, std::string_view key, std::string_view words) const;
  void warning(const Node& node, std::string_view key, std::string_view words) const;
  [[nodiscard]] const std::string& subject() const { return subject_; }
  [[nodiscard]] const Node& node() const { return map_; }
  [[nodiscard]] Report& report() const { return report_; }
  [[nodiscard]] Places& places() const { return places_; }

 private:
  const Node* value(std::string_view key);

  const Node& map_;
  std::string subject_;
  std::string path_;
  Report& report_;
  Places& places_;
};

}  // namespace headwater::config
