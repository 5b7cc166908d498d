// SPDX-License-Identifier: Apache-2.0
//
// A page cut to what a terminal has room for. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace headwater::hwctl {

struct ScreenSize {
  std::size_t rows = 0;     // 0: not known
  std::size_t columns = 0;  // 0: not known
};

// The first lines of `page`, each of as many rows as it takes, and "… N more" where that is not all. The last
// row stays free: the cursor stands there.
[[nodiscard]] std::string cut_to(std::string_view page, ScreenSize size);

}  // namespace headwater::hwctl
