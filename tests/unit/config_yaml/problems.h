// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "config/model/location.h"

namespace headwater::config {

// A line each, as the operator reads them.
inline std::string all(const std::vector<Problem>& problems) {
  std::string result;
  for (const Problem& each : problems) result += each.to_string() + "\n";
  return result;
}

}  // namespace headwater::config
