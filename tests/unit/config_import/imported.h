// SPDX-License-Identifier: Apache-2.0
//
// What an import gives, in one text: the table, then what was not taken, then what was passed over. Tests
// only.
#pragma once

#include <string>
#include <string_view>

#include "config/import/import.h"
#include "tests/unit/config_yaml/problems.h"

namespace headwater::config {

inline std::string imported(ListFormat format, std::string_view text, const ImportChoices& choices = {}) {
  const Imported result = import_list(format, text, "list", choices);
  std::string out = result.channels.empty() ? "" : csv_of(result.channels);
  if (!result.problems.errors.empty()) out += "errors\n" + all(result.problems.errors);
  if (!result.problems.warnings.empty()) out += "warnings\n" + all(result.problems.warnings);
  return out;
}

}  // namespace headwater::config
