// SPDX-License-Identifier: Apache-2.0
//
// A table as the CSV reader sees it, in one text. Tests only.
#pragma once

#include <string>

#include "config/yaml/csv.h"

namespace headwater::config {

// Cells by "|", rows by line's ends.
inline std::string cells(const std::string& text) {
  const auto rows = parse_csv(text, "t.csv");
  if (!rows) return rows.error().to_string();
  std::string all;
  for (const CsvRow& row : *rows) {
    for (const Cell& cell : row) all += cell.text + "|";
    all += "\n";
  }
  return all;
}

}  // namespace headwater::config
