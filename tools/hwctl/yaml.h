// SPDX-License-Identifier: Apache-2.0
//
// JSON values as YAML 1.2 in block style, for people who would rather read that. Pure; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace headwater::hwctl {

[[nodiscard]] std::string to_yaml(const nlohmann::ordered_json& json);

}  // namespace headwater::hwctl
