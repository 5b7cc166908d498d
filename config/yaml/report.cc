// SPDX-License-Identifier: Apache-2.0
#include "config/yaml/report.h"

#include <fmt/core.h>

#include <algorithm>
#include <tuple>

namespace headwater::config {
namespace {

void sort_and_cut(std::vector<Problem>& list, std::string_view word) {
  std::ranges::sort(list, {}, [](const Problem& each) { return std::tie(each.where, each.text); });
  if (list.size() <= Report::kMaxErrors) return;
  const std::size_t more = list.size() - Report::kMaxErrors;
  const Location next = list[Report::kMaxErrors].where;
  list.resize(Report::kMaxErrors);
  list.push_back({next, fmt::format("and {} more {}", more, word)});
}

// The operator's own text stands in messages: it must neither move the terminal's cursor nor fill the screen.
std::string printable(std::string text) {
  constexpr std::size_t kMax = 600;
  if (text.size() > kMax) {
    std::size_t end = kMax;
    while ((static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // not within a character of UTF-8
    text.resize(end);
    text += "...";
  }
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, '?');
  return text;
}

}  // namespace

void Report::add(std::vector<Problem>& list, const Location& where, std::string_view subject,
                 std::string_view text) {
  if (!seen_.emplace(where, text).second) return;
  list.push_back(
      {where, printable(subject.empty() ? std::string(text) : fmt::format("{}: {}", subject, text))});
}

void Report::add(const Problems& more) {
  for (const Problem& each : more.errors) add(problems_.errors, each.where, "", each.text);
  for (const Problem& each : more.warnings) add(problems_.warnings, each.where, "", each.text);
}

Problems Report::take() {
  sort_and_cut(problems_.errors, "errors");
  sort_and_cut(problems_.warnings, "warnings");
  return std::move(problems_);
}

}  // namespace headwater::config
