// SPDX-License-Identifier: Apache-2.0
#include "config/yaml/csv.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "config/yaml/node.h"
#include "config/yaml/text.h"

namespace headwater::config {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

class Parser {
 public:
  Parser(std::string_view text, const std::string& file) : text_(text), where_{file, 1, 1} {
    if (text_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
    const std::string_view first = text_.substr(at_, text_.find('\n', at_) - at_);
    std::size_t most = 0;
    for (const char candidate : {',', ';', '\t'}) {
      const auto count = static_cast<std::size_t>(std::ranges::count(first, candidate));
      if (count > most) separator_ = candidate;
      most = std::max(most, count);
    }
  }

  std::expected<std::vector<CsvRow>, Problem> run() {
    std::vector<CsvRow> rows;
    while (at_ < text_.size()) {
      CsvRow row;
      bool more = true;
      while (more) {
        auto cell = take_cell();
        if (!cell) return std::unexpected(std::move(cell.error()));
        if (++cells_ > kMaxNodes) {
          return std::unexpected(
              Problem{cell->where, fmt::format("more than {} values: split the table", kMaxNodes)});
        }
        row.push_back(std::move(*cell));
        more = at_ < text_.size() && text_[at_] == separator_;
        if (more) advance();
      }
      pass_line_end();
      const auto has_text = [](const Cell& cell) { return !cell.text.empty(); };
      if (std::ranges::any_of(row, has_text)) rows.push_back(std::move(row));
    }
    return rows;
  }

 private:
  [[nodiscard]] bool at_end() const {
    return at_ == text_.size() || text_[at_] == separator_ || text_[at_] == '\n' ||
           (text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n');
  }

  // Columns count characters, of which UTF-8 has one a byte that continues none.
  void advance() {
    const auto byte = static_cast<unsigned char>(text_[at_++]);
    if (byte == '\n') {
      ++where_.line;
      where_.column = 1;
    } else if ((byte & 0xC0) != 0x80) {
      ++where_.column;
    }
  }
  void pass_line_end() {
    while (at_ < text_.size() && text_[at_] != '\n') advance();
    if (at_ < text_.size()) advance();
  }

  std::expected<Cell, Problem> take_cell() {
    while (!at_end() && is_blank(text_[at_])) advance();
    if (!at_end() && text_[at_] == '"') return take_quoted();
    Cell cell{.text = {}, .where = where_};
    const std::size_t begin = at_;
    while (!at_end()) advance();
    std::string_view text = text_.substr(begin, at_ - begin);
    while (!text.empty() && (is_blank(text.back()) || text.back() == '\r')) text.remove_suffix(1);
    cell.text = text;
    return cell;
  }

  std::expected<Cell, Problem> take_quoted() {
    Cell cell{.text = {}, .where = where_};
    advance();
    while (at_ < text_.size()) {
      const char c = text_[at_];
      advance();
      if (c != '"') {
        cell.text += c;
      } else if (at_ < text_.size() && text_[at_] == '"') {
        cell.text += c;
        advance();
      } else {
        while (!at_end() && (is_blank(text_[at_]) || text_[at_] == '\r')) advance();
        if (at_end()) return cell;
        return std::unexpected(
            Problem{where_, "text after a cell in quotes: double the quotes that are part of it"});
      }
    }
    return std::unexpected(Problem{cell.where, "a cell in quotes has no closing quote"});
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Location where_;
  std::size_t cells_ = 0;
  char separator_ = ',';
};

}  // namespace

std::expected<std::vector<CsvRow>, Problem> parse_csv(std::string_view text, const std::string& file) {
  if (const auto bad = find_not_utf8(text)) {
    const std::string_view before = text.substr(0, *bad);
    const auto line = static_cast<unsigned>(std::ranges::count(before, '\n') + 1);
    return std::unexpected(Problem{{file, line, 1}, "this is not UTF-8: save the table as UTF-8"});
  }
  return Parser(text, file).run();
}

}  // namespace headwater::config
