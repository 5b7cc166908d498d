// SPDX-License-Identifier: Apache-2.0
#include "config/import/import.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "config/import/channel_list.h"
#include "config/import/readers.h"
#include "config/yaml/lineup.h"

namespace headwater::config {
namespace {

void fill(ImportedChannel& channel, const ImportChoices& choices) {
  for (const auto& [name, value] : choices.fill) {
    const auto column = lineup_column(name);
    if (!column || (column->item != 0 && channel.find(column->key) != nullptr)) continue;
    std::set<std::string> names;
    for (const auto& [each, said] : channel.cells) {
      const auto other = lineup_column(each);
      if (column->item == 1 && other && other->key == column->key && other->item > 1)
        names.insert(fmt::format("{}.{}.{}", column->key, other->item, *column->below));
    }
    names.insert(name);
    for (const std::string& each : names) {
      if (channel.find(each) == nullptr) channel.add(each, value);
    }
  }
}

}  // namespace

std::optional<ListFormat> list_format(std::string_view word) {
  if (word == "csv") return ListFormat::kCsv;
  if (word == "m3u") return ListFormat::kM3u;
  if (word == "dvblast") return ListFormat::kDvblast;
  return std::nullopt;
}

std::optional<ListFormat> guess_list_format(std::string_view text, std::string_view file) {
  constexpr std::size_t kByteOrderMark = 3;
  if (text.substr(0, kByteOrderMark + 7).contains("#EXTM3U")) return ListFormat::kM3u;
  const std::size_t dot = file.rfind('.');
  std::string ending(dot == std::string_view::npos ? "" : file.substr(dot + 1));
  std::ranges::transform(ending, ending.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (ending == "csv" || ending == "tsv") return ListFormat::kCsv;
  if (ending == "m3u" || ending == "m3u8") return ListFormat::kM3u;
  if (ending == "conf" || ending == "cfg") return ListFormat::kDvblast;
  return std::nullopt;
}

Imported import_list(ListFormat format, std::string_view text, const std::string& file,
                     const ImportChoices& choices) {
  ChannelList list(file);
  switch (format) {
    case ListFormat::kCsv:
      read_csv(text, file, choices, list);
      break;
    case ListFormat::kM3u:
      read_m3u(text, list);
      break;
    case ListFormat::kDvblast:
      read_dvblast(text, list);
      break;
  }
  for (ImportedChannel& channel : list.channels()) fill(channel, choices);
  const bool nothing = list.channels().empty();
  Imported imported = list.take();
  if (nothing && imported.problems.errors.empty())
    imported.problems.errors.push_back(
        {{file, 1, 1}, "no channels: is this the file, and its format the right one?"});
  return imported;
}

}  // namespace headwater::config
