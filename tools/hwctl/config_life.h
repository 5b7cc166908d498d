// SPDX-License-Identifier: Apache-2.0
//
// The commands that change which configuration runs, and tell what would: their exit status. One thread.
#pragma once

#include "tools/hwctl/console.h"
#include "tools/hwctl/options.h"

namespace headwater::hwctl {

[[nodiscard]] int run_apply(const Options& options, const Console& console);
[[nodiscard]] int run_roll_back(const Options& options, const Console& console);
[[nodiscard]] int run_confirm(const Options& options, const Console& console);
[[nodiscard]] int run_diff(const Options& options, const Console& console);

}  // namespace headwater::hwctl
