// SPDX-License-Identifier: Apache-2.0
#include "config/import/channel_list.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "config/model/words.h"
#include "config/yaml/text.h"

namespace headwater::config {
namespace {

// UTF-8 has one byte a character that continues none.
unsigned characters(std::string_view text) {
  return static_cast<unsigned>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

const std::string* ImportedChannel::find(std::string_view column) const {
  const auto found =
      std::ranges::find(cells, column, [](const auto& cell) { return std::string_view(cell.first); });
  return found == cells.end() ? nullptr : &found->second;
}

void ImportedChannel::add(std::string_view column, std::string_view value) {
  if (!value.empty()) cells.emplace_back(column, value);
}

Location ChannelList::place(const ListLine& line, std::string_view part) const {
  const auto before = static_cast<std::size_t>(part.data() - line.whole.data());
  return {file_, line.number, 1 + characters(line.whole.substr(0, before))};
}

void ChannelList::pass_over(const std::string& what, const Location& where, std::string_view why) {
  const auto [passed, fresh] = passed_.try_emplace(what, Passed{where, std::string(why), 1, where.line});
  if (passed->second.last_line == where.line) return;
  passed->second.last_line = where.line;
  ++passed->second.lines;
}

// Two of one name are two channels: the second is `sport-2`.
void ChannelList::give_ids() {
  std::set<std::string> taken;
  std::map<std::string, unsigned> last;  // suffix of each name's
  for (const ImportedChannel& channel : imported_.channels) {
    if (const std::string* id = channel.find("id")) taken.insert(*id);
  }
  for (ImportedChannel& channel : imported_.channels) {
    if (channel.find("id") != nullptr) continue;
    const std::string* name = channel.find("name");
    std::string base = name == nullptr ? "" : slug(*name);
    if (base.empty()) base = fmt::format("channel-{}", channel.where.line);
    std::string id = base;
    for (unsigned& number = last.try_emplace(base, 1).first->second; !taken.insert(id).second;) {
      const std::string suffix = fmt::format("-{}", ++number);
      id = base.substr(0, kMaxId - suffix.size()) + suffix;
    }
    channel.cells.emplace(channel.cells.begin(), "id", id);
  }
}

Imported ChannelList::take() {
  for (const auto& [what, passed] : passed_) {
    const std::string more = passed.lines == 1   ? ""
                             : passed.lines == 2 ? " (and in one more line)"
                                                 : fmt::format(" (and in {} more lines)", passed.lines - 1);
    imported_.problems.warnings.push_back({passed.where, fmt::format("{}{}: {}", what, more, passed.why)});
  }
  const auto by_place = [](const Problem& a, const Problem& b) {
    return std::tie(a.where, a.text) < std::tie(b.where, b.text);
  };
  std::ranges::sort(imported_.problems.errors, by_place);
  std::ranges::sort(imported_.problems.warnings, by_place);
  return std::move(imported_);
}

std::optional<std::vector<ListLine>> list_lines(std::string_view text, ChannelList& list) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const auto bad = find_not_utf8(text);
  std::vector<ListLine> lines;
  for (unsigned number = 1; !text.empty() || number == 1; ++number) {
    const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
    const std::string_view whole = text.substr(0, end);
    const ListLine line{.text = trimmed(whole), .whole = whole, .number = number};
    if (bad && find_not_utf8(whole)) {
      const std::size_t at = *find_not_utf8(whole);
      list.refuse(list.place(line, whole.substr(at)),
                  not_utf8_words(whole, at, "file") + " (iconv -f ISO-8859-1 -t UTF-8 does it)");
      return std::nullopt;
    }
    if (!line.text.empty()) lines.push_back(line);
    text.remove_prefix(end);
    text.remove_prefix(text.starts_with("\r\n") ? 2 : text.empty() ? 0 : 1);
  }
  return lines;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  const std::size_t first = std::min(text.find_first_not_of(kBlanks), text.size());
  text.remove_prefix(first);
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

std::string_view take_until(std::string_view& text, char end) {
  const std::size_t at = text.find(end);
  const std::string_view taken = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  return taken;
}

bool is_name(std::string_view text, const Location& where, ChannelList& list) {
  if (printable(text) == text) return true;
  list.refuse(where, fmt::format("`{}`: a name has no control characters", printable(text)));
  return false;
}

}  // namespace headwater::config
