// SPDX-License-Identifier: Apache-2.0
//
// Where hwctl speaks, and how it ends. One thread.
#pragma once

#include <fmt/format.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "tools/hwctl/screen.h"

namespace headwater::hwctl {

enum Exit : int { kDone = 0, kFailed = 1, kUsage = 2, kNotReachable = 3 };

struct Console {
  std::function<void(std::string_view)> out;  // data
  std::function<void(std::string_view)> err;  // words
  bool is_terminal = false;                   // whether `out` is one: watching redraws it
  bool colour = false;
  std::function<ScreenSize()> size = [] { return ScreenSize{}; };  // of the terminal, as it is now
  std::function<bool(std::chrono::milliseconds)> sleep;            // false: watching ends
};

inline void complain(const Console& console, std::string_view message) {
  console.err(fmt::format("hwctl: {}\n", message));
}

// "2 errors"
[[nodiscard]] inline std::string counted(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

}  // namespace headwater::hwctl
