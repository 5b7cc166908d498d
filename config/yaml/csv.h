// SPDX-License-Identifier: Apache-2.0
//
// Text of a table to its cells (RFC 4180), as spreadsheets write it: separated by comma, semicolon or tab,
// whichever the first line with a text has most of outside quotes, or by what a line `sep=;` before it says;
// quotes around a cell that has any of them or a line's end in it, and doubled within; lines end in LF, CR LF
// or CR; a byte order mark is passed over. Any thread.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "config/model/location.h"

namespace headwater::config {

struct Cell {
  std::string text;  // without the blanks around it, unless in quotes
  Location where;
};
using CsvRow = std::vector<Cell>;  // never empty

// Rows in which any cell has a text. Cells are at most kMaxNodes, empty ones counted.
[[nodiscard]] std::expected<std::vector<CsvRow>, Problem> parse_csv(std::string_view text,
                                                                    const std::string& file);

}  // namespace headwater::config
