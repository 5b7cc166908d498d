// SPDX-License-Identifier: Apache-2.0
#include "config/model/location.h"

#include <fmt/core.h>

namespace headwater::config {

std::string to_string(const Location& where) {
  if (where.line == 0) return where.file;
  return fmt::format("{}:{}:{}", where.file, where.line, where.column);
}

std::string Problem::to_string() const {
  return fmt::format("{}: {}", config::to_string(where), text);
}

}  // namespace headwater::config
