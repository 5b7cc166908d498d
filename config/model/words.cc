// SPDX-License-Identifier: Apache-2.0
#include "config/model/words.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <vector>

namespace headwater::config {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// U+00C0..U+00FF, the letters of western European names, as they are written without accents.
constexpr std::array<std::string_view, 64> kLatin1 = {
    "a", "a", "a", "a", "ae", "a", "ae", "c", "e", "e", "e", "e", "i",  "i", "i",  "i",   // NOLINT
    "d", "n", "o", "o", "o",  "o", "oe", "",  "o", "u", "u", "u", "ue", "y", "th", "ss",  // NOLINT
    "a", "a", "a", "a", "ae", "a", "ae", "c", "e", "e", "e", "e", "i",  "i", "i",  "i",   // NOLINT
    "d", "n", "o", "o", "o",  "o", "oe", "",  "o", "u", "u", "u", "ue", "y", "th", "y"};  // NOLINT

// Optimal string alignment: insertions, deletions, replacements and swapped neighbours each count one.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({replaced, last[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

}  // namespace

bool is_id(std::string_view text) {
  if (text.empty() || text.size() > kMaxId || !is_letter_or_digit(text.front())) return false;
  return std::ranges::all_of(
      text, [](char c) { return is_letter_or_digit(c) || c == '-' || c == '_' || c == '.'; });
}

std::string slug(std::string_view name) {
  std::string result;
  bool gap = false;
  const auto add = [&](std::string_view letters) {
    if (letters.empty()) return;
    if (gap && !result.empty()) result += '-';
    gap = false;
    result += letters;
  };
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const auto byte = static_cast<std::uint8_t>(c);
    if (c >= 'A' && c <= 'Z') {
      add(std::string(1, static_cast<char>(c - 'A' + 'a')));
    } else if (is_letter_or_digit(c)) {
      add(std::string(1, c));
    } else if (byte == 0xC3 && i + 1 < name.size()) {  // UTF-8 of U+00C0..U+00FF: C3 80..BF
      add(kLatin1[static_cast<std::uint8_t>(name[++i]) & 0x3F]);
    } else if (c == '+') {
      gap = true;  // "ORF 2+" is another channel than "ORF 2"
      add("plus");
    } else if (c != '\'') {
      gap = true;
    }
  }
  if (result.size() > kMaxId) result.resize(kMaxId);
  while (result.ends_with('-')) result.pop_back();
  return result;
}

std::optional<std::string_view> nearest(std::string_view typed, std::span<const std::string_view> words) {
  std::optional<std::string_view> best;
  std::size_t fewest =
      1 + std::min<std::size_t>(typed.size() / 3, 2);  // 1 of up to 2 letters ... 3 of 6 and more
  if (typed.size() > kMaxId) return std::nullopt;
  for (const std::string_view word : words) {
    const std::size_t difference =
        word.size() > typed.size() ? word.size() - typed.size() : typed.size() - word.size();
    if (difference > fewest) continue;
    const std::size_t errors = distance(typed, word);
    if (errors < fewest || (errors == fewest && !best)) {
      fewest = errors;
      best = word;
    }
  }
  return best;
}

std::string suggestion(std::string_view typed, std::span<const std::string_view> words) {
  const auto word = nearest(typed, words);
  return word ? fmt::format(", did you mean `{}`?", *word) : std::string();
}

std::string listing(std::span<const std::string_view> words, std::size_t limit) {
  std::string result;
  for (std::size_t i = 0; i < words.size() && i < limit; ++i) {
    if (i > 0) result += ", ";
    result += words[i];
  }
  if (words.size() > limit) result += ", ...";
  return result;
}

}  // namespace headwater::config
