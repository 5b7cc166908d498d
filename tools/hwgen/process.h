// SPDX-License-Identifier: Apache-2.0
//
// Runs another program to its end.
#pragma once

#include <expected>
#include <string>
#include <vector>

namespace headwater::hwgen {

// The program is looked for in PATH. The error says that it is missing, or how it ended.
[[nodiscard]] std::expected<void, std::string> run(const std::vector<std::string>& arguments);

}  // namespace headwater::hwgen
