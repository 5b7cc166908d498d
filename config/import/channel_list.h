// SPDX-License-Identifier: Apache-2.0
//
// What the readers of channel lists share: lines with their places, what is wrong with them, the channels
// that they gave. One thread.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/import/import.h"

namespace headwater::config {

// One line of a list, without the blanks around it.
struct ListLine {
  std::string_view text;
  std::string_view whole;  // with them; `text` and every part of it that is asked for lies in it
  unsigned number = 0;
};

class ChannelList {
 public:
  explicit ChannelList(std::string file) : file_(std::move(file)) {}

  [[nodiscard]] Location place(const ListLine& line, std::string_view part) const;

  void refuse(Location where, std::string text) {
    imported_.problems.errors.push_back({std::move(where), std::move(text)});
  }
  // Of `what` there may be one in each of three thousand lines: told once, at the first, with the number of
  // lines.
  void pass_over(const std::string& what, const Location& where, std::string_view why);
  void add(ImportedChannel channel) { imported_.channels.push_back(std::move(channel)); }
  [[nodiscard]] std::vector<ImportedChannel>& channels() { return imported_.channels; }

  // To each channel that has none one of its name, no two the same.
  void give_ids();
  [[nodiscard]] Imported take();

 private:
  struct Passed {
    Location where;
    std::string why;
    std::size_t lines = 0;  // that have it
    unsigned last_line = 0;
  };

  std::string file_;
  Imported imported_;
  std::map<std::string, Passed> passed_;
};

// Those that have a text; lines end as in any system. nullopt: the file is no text, which has been told.
[[nodiscard]] std::optional<std::vector<ListLine>> list_lines(std::string_view text, ChannelList& list);

[[nodiscard]] std::string_view trimmed(std::string_view text);
// The text up to `end`, or all of it, taken off its front together with `end`.
[[nodiscard]] std::string_view take_until(std::string_view& text, char end);
// Whether `text` may be a name; else `list` has been told.
[[nodiscard]] bool is_name(std::string_view text, const Location& where, ChannelList& list);

}  // namespace headwater::config
