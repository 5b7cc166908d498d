// SPDX-License-Identifier: Apache-2.0
#include "config/yaml/csv.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
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

bool is_line_end(char c) {
  return c == '\n' || c == '\r';
}

// Past the character at `at`. Columns count characters, of which UTF-8 has one a byte that continues none.
void advance(std::string_view text, std::size_t& at, Location& where) {
  const char c = text[at++];
  const bool half = c == '\r' && at < text.size() && text[at] == '\n';
  if (is_line_end(c) && !half) {
    ++where.line;
    where.column = 1;
  } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
    ++where.column;
  }
}

// Without a byte order mark.
std::size_t beginning(std::string_view text) {
  return text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
}

// Of the first line that has a text, which may have line's ends in quotes.
char separator_of(std::string_view text) {
  constexpr std::string_view kSeparators = ",;\t";
  std::array<std::size_t, kSeparators.size()> counts{};
  bool has_text = false;
  bool in_quotes = false;
  for (const char c : text) {
    if (c == '"') in_quotes = !in_quotes;
    const std::size_t separator = kSeparators.find(c);
    if (!in_quotes && is_line_end(c)) {
      if (has_text) break;
      counts = {};
    } else if (separator == std::string_view::npos) {
      has_text = has_text || !is_blank(c);
    } else if (!in_quotes) {
      ++counts[separator];
    }
  }
  return kSeparators[static_cast<std::size_t>(std::ranges::max_element(counts) - counts.begin())];
}

// Of a first line `sep=;`, which tells Excel.
std::optional<char> said_separator(std::string_view line) {
  if (line.starts_with('"') && line.ends_with('"') && line.size() > 1) line = line.substr(1, line.size() - 2);
  const bool says = line.size() == 5 && (line.starts_with("sep=") || line.starts_with("SEP="));
  if (!says || !std::string_view(",;\t|").contains(line.back())) return std::nullopt;
  return line.back();
}

class Parser {
 public:
  Parser(std::string_view text, const std::string& file)
      : text_(text), at_(beginning(text)), where_{file, 1, 1} {
    const std::size_t end = std::min(text_.find_first_of("\r\n", at_), text_.size());
    if (const auto said = said_separator(text_.substr(at_, end - at_))) {
      separator_ = *said;
      while (at_ < end) advance();
      pass_line_end();
    } else {
      separator_ = separator_of(text_.substr(at_));
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
    return at_ == text_.size() || text_[at_] == separator_ || is_line_end(text_[at_]);
  }

  void advance() { config::advance(text_, at_, where_); }
  void pass_line_end() {
    if (at_ == text_.size()) return;
    const bool two = text_.substr(at_).starts_with("\r\n");
    advance();
    if (two) advance();
  }

  std::expected<Cell, Problem> take_cell() {
    while (!at_end() && is_blank(text_[at_])) advance();
    if (!at_end() && text_[at_] == '"') return take_quoted();
    Cell cell{.text = {}, .where = where_};
    const std::size_t begin = at_;
    while (!at_end()) advance();
    std::string_view text = text_.substr(begin, at_ - begin);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
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
        while (!at_end() && is_blank(text_[at_])) advance();
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
    Location where{file, 1, 1};
    for (std::size_t at = beginning(text); at < *bad;) advance(text, at, where);
    return std::unexpected(Problem{where, not_utf8_words(text, *bad, "table")});
  }
  return Parser(text, file).run();
}

}  // namespace headwater::config
