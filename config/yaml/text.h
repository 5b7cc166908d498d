// SPDX-License-Identifier: Apache-2.0
//
// Texts as bytes: what is looked at in a file's own, since yaml-cpp 0.7 lets it pass, and what may be shown.
// Any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headwater::config {

// The offset of the first byte that is not UTF-8 (RFC 3629), or is the character U+0000.
[[nodiscard]] std::optional<std::size_t> find_not_utf8(std::string_view text);

// What is wrong at an offset that find_not_utf8() gave; `what` is to be saved otherwise: "file".
[[nodiscard]] std::string not_utf8_words(std::string_view text, std::size_t offset, std::string_view what);

// Whether the scalar in quotes that begins at `offset`, perhaps after an anchor, has its closing quote.
// yaml-cpp 0.7 takes the rest of the file for the value where it has none.
[[nodiscard]] bool is_quote_closed(std::string_view text, std::size_t offset);

// The values of a table's list: apart by blanks, commas or `|`.
[[nodiscard]] std::vector<std::string_view> list_items(std::string_view text);

// As a scalar of YAML, in double quotes.
[[nodiscard]] std::string in_quotes(std::string_view text);
// As a value that stands for just this: a `${` of the text is the text's own.
[[nodiscard]] std::string without_variables(std::string_view text);

// With `?` for what would move a terminal's cursor, end a line or is not UTF-8.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace headwater::config
