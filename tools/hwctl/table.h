// SPDX-License-Identifier: Apache-2.0
//
// Aligned columns for a terminal. Cells are made printable; colour is laid on only where asked for, and never
// the only bearer of what it says. Pure; one thread a table.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace headwater::hwctl {

enum class Style { kPlain, kGood, kWarning, kBad, kFaint, kBold };

struct Cell {
  std::string text;
  Style style = Style::kPlain;

  Cell(std::string words, Style look = Style::kPlain) : text(std::move(words)), style(look) {}
  Cell(const char* words) : text(words) {}
};

// `text` made printable, in the style's colour where `colour`.
[[nodiscard]] std::string styled(std::string_view text, Style style, bool colour);

class Table {
 public:
  struct Column {
    std::string title;
    enum class Align { kLeft, kRight } align = Align::kLeft;
  };
  // No line of titles where all are empty.
  explicit Table(std::vector<Column> columns, std::string indent = "");
  void add(std::vector<Cell> row);  // as many as there are columns, or fewer
  [[nodiscard]] bool empty() const { return rows_.empty(); }

  // Two spaces between columns; a column that is empty in every row is left out; no blanks at a line's end.
  [[nodiscard]] std::string render(bool colour) const;

 private:
  [[nodiscard]] std::string line(const std::vector<Cell>& row, const std::vector<std::size_t>& widths,
                                 bool colour) const;
  std::vector<Column> columns_;
  std::string indent_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace headwater::hwctl
