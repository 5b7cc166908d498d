// SPDX-License-Identifier: Apache-2.0
//
// What somebody may have meant who mistyped a name. Pure; any thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace headwater::control::api {

// The candidate with the fewest insertions, deletions, substitutions and swaps of neighbours from `word`;
// none where even that is more than a third of it (one of them is always allowed). A candidate that begins
// with `word` counts as near. A word or candidate longer than 64 characters is near to nothing.
[[nodiscard]] std::optional<std::string> nearest(std::string_view word,
                                                 std::span<const std::string> candidates);

}  // namespace headwater::control::api
