// SPDX-License-Identifier: Apache-2.0
#include "config/yaml/text.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>

namespace headwater::config {
namespace {

// RFC 3629 4: how many bytes the character at `offset` has; 0: it is none.
std::size_t character_size(std::string_view text, std::size_t offset) {
  const auto at = [&](std::size_t i) -> std::uint8_t {
    return offset + i < text.size() ? static_cast<std::uint8_t>(text[offset + i]) : std::uint8_t{0};
  };
  const auto follows = [&](std::size_t i, std::uint8_t low = 0x80, std::uint8_t high = 0xBF) {
    return at(i) >= low && at(i) <= high;
  };
  const std::uint8_t first = at(0);
  if (first == 0) return 0;
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const std::uint8_t low = first == 0xE0 ? 0xA0 : 0x80;   // no overlong forms
    const std::uint8_t high = first == 0xED ? 0x9F : 0xBF;  // no surrogates
    return follows(1, low, high) && follows(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const std::uint8_t low = first == 0xF0 ? 0x90 : 0x80;
    const std::uint8_t high = first == 0xF4 ? 0x8F : 0xBF;  // U+10FFFF is the last
    return follows(1, low, high) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

// U+0000..U+001F, U+007F, U+0080..U+009F.
bool is_control(std::string_view character) {
  const auto first = static_cast<std::uint8_t>(character.front());
  if (first == 0xC2) return static_cast<std::uint8_t>(character[1]) < 0xA0;
  return first < 0x20 || first == 0x7F;
}

}  // namespace

std::optional<std::size_t> find_not_utf8(std::string_view text) {
  for (std::size_t offset = 0; offset < text.size();) {
    const std::size_t size = character_size(text, offset);
    if (size == 0) return offset;
    offset += size;
  }
  return std::nullopt;
}

std::string not_utf8_words(std::string_view text, std::size_t offset, std::string_view what) {
  if (text[offset] != '\0') return fmt::format("this is not UTF-8: save the {} as UTF-8", what);
  return fmt::format(
      "the character NUL stands here, which no text has: is the {} complete, and saved as UTF-8?", what);
}

std::vector<std::string_view> list_items(std::string_view text) {
  constexpr std::string_view kBetween = " \t,|";
  std::vector<std::string_view> items;
  for (std::size_t at = text.find_first_not_of(kBetween); at != std::string_view::npos;
       at = text.find_first_not_of(kBetween)) {
    text.remove_prefix(at);
    const std::size_t end = std::min(text.find_first_of(kBetween), text.size());
    items.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return items;
}

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string without_variables(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text.substr(at).starts_with("${")) out += '$';
    out += text[at];
  }
  return out;
}

std::string printable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t offset = 0; offset < text.size();) {
    const std::size_t size = character_size(text, offset);
    const std::string_view character = text.substr(offset, size);
    if (size == 0 || is_control(character)) {
      result += '?';
    } else {
      result += character;
    }
    offset += std::max<std::size_t>(size, 1);
  }
  return result;
}

bool is_quote_closed(std::string_view text, std::size_t offset) {
  const std::size_t open = text.find_first_of("'\"", offset);
  if (open == std::string_view::npos) return false;
  const char quote = text[open];
  for (std::size_t i = open + 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      const bool doubled = quote == '\'' && i + 1 < text.size() && text[i + 1] == quote;
      if (!doubled) return true;
      ++i;
    }
  }
  return false;
}

}  // namespace headwater::config
