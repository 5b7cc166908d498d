// SPDX-License-Identifier: Apache-2.0
//
// Text as a terminal shows it: its width in cells, and what must never reach a terminal. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace headwater::hwctl {

// Cells of a terminal: combining marks take none, East Asian wide characters and pictographs two. Bytes that
// are no UTF-8 take one each.
[[nodiscard]] std::size_t display_width(std::string_view text);

// Without what a terminal would obey instead of show: C0 and C1 controls become '?'. Names come off the air
// and may hold anything. Bytes that are no UTF-8 become U+FFFD.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace headwater::hwctl
