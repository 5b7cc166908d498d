// SPDX-License-Identifier: Apache-2.0
//
// Completion scripts, written from the list of commands. Ids come from the appliance itself, asked quietly,
// so that a shell without one just completes less. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace headwater::hwctl {

// nullopt: no such shell.
[[nodiscard]] std::optional<std::string> completion(std::string_view shell);

}  // namespace headwater::hwctl
