// SPDX-License-Identifier: Apache-2.0
//
// hwctl from its arguments to its exit status; all it needs of the outside is handed in. One thread.
#pragma once

#include <string>
#include <vector>

#include "tools/hwctl/console.h"

namespace headwater::hwctl {

[[nodiscard]] int run(const std::vector<std::string>& arguments, const std::string& environment_socket,
                      const Console& console);

}  // namespace headwater::hwctl
