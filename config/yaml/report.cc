// SPDX-License-Identifier: Apache-2.0
#include "config/yaml/report.h"

#include <fmt/core.h>

#include <iterator>

#include "config/yaml/text.h"

namespace headwater::config {
namespace {

// The operator's own text stands in messages: it must neither move the terminal's cursor nor fill the screen.
std::string shown(std::string text) {
  constexpr std::size_t kMax = 600;
  if (text.size() > kMax) {
    std::size_t end = kMax;
    while ((static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // not within a character of UTF-8
    text.resize(end);
    text += "...";
  }
  return printable(text);
}

}  // namespace

void Report::List::add(const Location& where, std::string_view subject, std::string_view text) {
  if (told_.size() > kMaxErrors && told_.rbegin()->first.first < where) {
    ++more_;
    return;
  }
  const auto [at, fresh] = told_.try_emplace(Key(where, shown(std::string(text))));
  if (!fresh) return;
  at->second = subject.empty() ? at->first.second : shown(fmt::format("{}: {}", subject, text));
  if (told_.size() > kMaxErrors + 1) {
    told_.erase(std::prev(told_.end()));
    ++more_;
  }
}

std::vector<Problem> Report::List::take(std::string_view word) {
  std::vector<Problem> list;
  list.reserve(told_.size());
  for (auto& [key, text] : told_) {
    const bool beyond = list.size() == kMaxErrors;
    list.push_back({key.first, beyond ? fmt::format("and {} more {}", more_ + 1, word) : std::move(text)});
  }
  return list;
}

void Report::add(const Problems& more) {
  for (const Problem& each : more.errors) errors_.add(each.where, "", each.text);
  for (const Problem& each : more.warnings) warnings_.add(each.where, "", each.text);
}

Problems Report::take() {
  return {errors_.take("errors"), warnings_.take("warnings")};
}

}  // namespace headwater::config
