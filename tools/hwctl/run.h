// SPDX-License-Identifier: Apache-2.0
//
// hwctl from its arguments to its exit status; all it needs of the outside is handed in. One thread.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

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

[[nodiscard]] int run(const std::vector<std::string>& arguments, const std::string& environment_socket,
                      const Console& console);

}  // namespace headwater::hwctl
