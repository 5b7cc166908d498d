// SPDX-License-Identifier: Apache-2.0
//
// hwctl lineup. One thread.
#pragma once

#include "tools/hwctl/console.h"
#include "tools/hwctl/options.h"

namespace headwater::hwctl {

[[nodiscard]] int run_import(const Options& options, const Console& console);

}  // namespace headwater::hwctl
