// SPDX-License-Identifier: Apache-2.0
#include "tools/hwctl/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "tools/hwctl/text.h"

namespace headwater::hwctl {
namespace {

// ECMA-48 8.3.117 select graphic rendition.
std::string_view code(Style style) {
  switch (style) {
    case Style::kPlain:
      return "";
    case Style::kGood:
      return "32";
    case Style::kWarning:
      return "33";
    case Style::kBad:
      return "1;31";
    case Style::kFaint:
      return "2";
    case Style::kBold:
      return "1";
  }
  return "";
}

}  // namespace

std::string styled(std::string_view text, Style style, bool colour) {
  std::string clean = printable(text);
  if (!colour || style == Style::kPlain || clean.empty()) return clean;
  return fmt::format("\x1b[{}m{}\x1b[0m", code(style), clean);
}

Table::Table(std::vector<Column> columns, std::string indent)
    : columns_(std::move(columns)), indent_(std::move(indent)) {}

void Table::add(std::vector<Cell> row) {
  rows_.push_back(std::move(row));
}

std::string Table::line(const std::vector<Cell>& row, const std::vector<std::size_t>& widths,
                        bool colour) const {
  std::string out = indent_;
  std::size_t blanks = 0;  // owed to the columns passed so far
  bool first = true;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (widths[i] == 0) continue;
    if (!std::exchange(first, false)) blanks += 2;
    const std::size_t width = i < row.size() ? display_width(printable(row[i].text)) : 0;
    const std::size_t free = widths[i] - width;
    if (width == 0) {
      blanks += free;
      continue;
    }
    const bool right = columns_[i].align == Column::Align::kRight;
    out.append(blanks + (right ? free : 0), ' ');
    out += styled(row[i].text, row[i].style, colour);
    blanks = right ? 0 : free;
  }
  return out + '\n';
}

std::string Table::render(bool colour) const {
  std::vector<std::size_t> widths(columns_.size(), 0);
  for (const std::vector<Cell>& row : rows_) {
    for (std::size_t i = 0; i < std::min(row.size(), widths.size()); ++i) {
      widths[i] = std::max(widths[i], display_width(printable(row[i].text)));
    }
  }
  std::vector<Cell> titles;
  bool titled = false;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    titles.emplace_back(columns_[i].title, Style::kFaint);
    titled = titled || !columns_[i].title.empty();
    if (widths[i] > 0) widths[i] = std::max(widths[i], display_width(columns_[i].title));
  }
  std::string out;
  if (titled) {
    for (std::size_t i = 0; i < titles.size(); ++i) {
      if (widths[i] == 0) titles[i].text.clear();
    }
    out += line(titles, widths, colour);
  }
  for (const std::vector<Cell>& row : rows_) out += line(row, widths, colour);
  return out;
}

}  // namespace headwater::hwctl
