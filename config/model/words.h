// SPDX-License-Identifier: Apache-2.0
//
// Names: what an id may look like, the id that a name gives, and the known word that a mistyped one was meant
// to be. Any thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace headwater::config {

inline constexpr std::size_t kMaxId = 64;

// Letters, digits, '-', '_' and '.', beginning with a letter or digit: ids stand in metrics and in API paths.
[[nodiscard]] bool is_id(std::string_view text);

// "Das Erste HD" -> "das-erste-hd", "Österreich 1" -> "oesterreich-1". Empty where nothing of the name is
// left.
[[nodiscard]] std::string slug(std::string_view name);

// The word with the fewest typing errors, where they are few for its length.
[[nodiscard]] std::optional<std::string_view> nearest(std::string_view typed,
                                                      std::span<const std::string_view> words);

// ", did you mean `x`?" or nothing.
[[nodiscard]] std::string suggestion(std::string_view typed, std::span<const std::string_view> words);

// "a, b, c" for messages; beyond `limit` words ", ...".
[[nodiscard]] std::string listing(std::span<const std::string_view> words, std::size_t limit = 20);

}  // namespace headwater::config
