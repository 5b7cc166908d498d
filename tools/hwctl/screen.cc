// SPDX-License-Identifier: Apache-2.0
#include "tools/hwctl/screen.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "tools/hwctl/text.h"

namespace headwater::hwctl {
namespace {

std::vector<std::string_view> lines_of(std::string_view page) {
  std::vector<std::string_view> lines;
  while (!page.empty()) {
    const std::size_t end = page.find('\n');
    lines.push_back(page.substr(0, end));
    page.remove_prefix(end == std::string_view::npos ? page.size() : end + 1);
  }
  return lines;
}

// ECMA-48 8.3.117: SGR sequences, the only ones that we write, take no cells.
std::string without_colour(std::string_view line) {
  std::string out;
  while (!line.empty()) {
    const std::size_t begin = std::min(line.find('\x1b'), line.size());
    out += line.substr(0, begin);
    const std::size_t end = line.find('m', begin);
    line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
  }
  return out;
}

std::size_t rows_of(std::string_view line, std::size_t columns) {
  if (columns == 0) return 1;
  return std::max<std::size_t>(1, (display_width(without_colour(line)) + columns - 1) / columns);
}

}  // namespace

std::string cut_to(std::string_view page, ScreenSize size) {
  if (size.rows < 3) return std::string(page);
  const std::vector<std::string_view> lines = lines_of(page);
  std::size_t needed = 0;
  for (const std::string_view line : lines) needed += rows_of(line, size.columns);
  if (needed < size.rows) return std::string(page);
  std::string out;
  std::size_t rows = 2;  // of the last line and the cursor
  std::size_t kept = 0;
  for (; kept < lines.size(); ++kept) {
    rows += rows_of(lines[kept], size.columns);
    if (rows > size.rows) break;
    out += fmt::format("{}\n", lines[kept]);
  }
  return out + fmt::format("\u2026 {} more\n", lines.size() - kept);
}

}  // namespace headwater::hwctl
