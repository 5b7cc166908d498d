// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <map>
#include <tuple>
#include <utility>

#include "config/import/endpoint.h"
#include "config/import/readers.h"
#include "config/yaml/text.h"
#include "config/yaml/units.h"

namespace headwater::config {
namespace {

constexpr std::string_view kNoPlace = "a lineup has no place for it";

class Playlist {
 public:
  explicit Playlist(ChannelList& list) : list_(list) {}

  void take(const ListLine& line) {
    constexpr std::string_view kInfo = "#EXTINF:";
    constexpr std::string_view kPlayer = "#EXTVLCOPT:";
    if (line.text.starts_with(kInfo)) return begin(line, line.text.substr(kInfo.size()));
    if (line.text.starts_with(kPlayer)) return take_player_option(line, line.text.substr(kPlayer.size()));
    if (!line.text.starts_with('#')) return take_address(line);
    // What else begins so is said of a channel or of the whole list, or is a comment.
    const std::string_view word = line.text.substr(0, line.text.find_first_of(": \t"));
    if (word.starts_with("#EXT") && word != "#EXTM3U") pass_over(line, word);
  }

  void end() {
    if (info_.number != 0) list_.refuse(next_.where, "no address of a stream follows this line");
  }

 private:
  void pass_over(const ListLine& line, std::string_view what) {
    list_.pass_over(fmt::format("`{}`", printable(what)), list_.place(line, what), kNoPlace);
  }

  // DURATION KEY="VALUE" ...,NAME
  void begin(const ListLine& line, std::string_view rest) {
    end();
    if (info_.number != 0) forget();
    next_.where = list_.place(line, line.text);
    info_ = line;
    std::string_view other_name;
    while (!rest.empty() && rest.front() != ',') {
      const std::size_t end = rest.find_first_of("= \t,");
      const std::string_view key = rest.substr(0, end);
      rest.remove_prefix(key.size());
      if (!rest.starts_with('=')) {
        if (!rest.empty() && rest.front() != ',') rest.remove_prefix(1);
        continue;
      }
      rest.remove_prefix(1);
      const auto value = take_value(line, rest);
      if (!value) return;
      if (key == "tvg-name") {
        other_name = *value;
      } else if (key == "tvg-chno" || key == "channel-number") {
        take_number(line, key, *value);
      } else if (!value->empty()) {
        pass_over(line, key);
      }
    }
    if (!rest.empty()) rest.remove_prefix(1);
    name_ = trimmed(rest).empty() ? other_name : trimmed(rest);
    const std::string_view place = name_.empty() ? line.text : name_;
    if (name_.empty()) {
      refuse(list_.place(line, place), "the channel has no name: write it behind the comma");
    } else if (!is_name(name_, list_.place(line, place), list_)) {
      usable_ = false;
    }
  }

  // nullopt: it has no end, which has been told.
  std::optional<std::string_view> take_value(const ListLine& line, std::string_view& rest) {
    if (!rest.starts_with('"')) {
      const std::string_view value = rest.substr(0, rest.find_first_of(" \t,"));
      rest.remove_prefix(value.size());
      return value;
    }
    const std::string_view from_quote = rest;
    rest.remove_prefix(1);
    if (rest.find('"') == std::string_view::npos) {
      refuse(list_.place(line, from_quote), "the value in quotes that begins here has no closing quote");
      return std::nullopt;
    }
    return take_until(rest, '"');
  }

  void take_number(const ListLine& line, std::string_view key, std::string_view value) {
    if (value.empty() || next_.find("number") != nullptr) return;
    const auto number = parse_integer(value);
    if (number && *number >= 1 && *number <= 16383) return next_.add("number", value);
    list_.refuse(list_.place(line, key),
                 fmt::format("`{}` is not a channel's number (1..16383): the channel is "
                             "taken without one",
                             printable(value)));
  }

  void take_player_option(const ListLine& line, std::string_view option) {
    std::string_view value = option;
    const std::string_view key = take_until(value, '=');
    if (key != "program") return pass_over(line, line.text.substr(0, line.text.find('=')));
    const auto program = parse_integer(value);
    if (!program || *program < 1 || *program > 65535)
      return refuse(list_.place(line, option),
                    fmt::format("`{}` is not a program (1..65535)", printable(value)));
    if (next_.find("program") != nullptr)
      return refuse(list_.place(line, option), "a second program of the same channel");
    next_.add("program", value);
  }

  void take_address(const ListLine& line) {
    const bool named = info_.number != 0;
    const bool usable = usable_;
    ImportedChannel channel = forget();
    if (!named) {
      return list_.refuse(list_.place(line, line.text),
                          "no line `#EXTINF:-1,NAME` before this one: the channel has no name");
    }
    if (!usable) return;
    const auto address = stream_address(line.text);
    if (!address) return list_.refuse(list_.place(line, line.text), address.error());
    for (const std::string_view option : address->ignored) {
      list_.pass_over(fmt::format("`{}` of an address", printable(option)), list_.place(line, option),
                      kNoPlace);
    }
    const std::string* program = channel.find("program");
    const auto [first, fresh] =
        first_.try_emplace(Key(address->url, address->from, program == nullptr ? "" : *program), line.number);
    if (!fresh) {
      return list_.refuse(list_.place(line, line.text),
                          fmt::format("`{}` is not taken: its address is line {}'s already", printable(name_),
                                      first->second));
    }
    channel.cells.emplace(channel.cells.begin(), "name", without_variables(name_));
    channel.add("inputs.source", address->url);
    channel.add("inputs.from", address->from);
    list_.add(std::move(channel));
  }

  ImportedChannel forget() {
    info_ = {};
    usable_ = true;
    return std::exchange(next_, {});
  }

  void refuse(Location where, std::string text) {
    list_.refuse(std::move(where), std::move(text));
    usable_ = false;
  }

  using Key = std::tuple<std::string, std::string, std::string>;  // address, sender, program

  ChannelList& list_;
  ImportedChannel next_;  // that the address below makes whole
  ListLine info_;         // its first line; of number 0: none
  std::string_view name_;
  bool usable_ = true;
  std::map<Key, unsigned> first_;  // its line
};

// Several programs of one address share the input of the first.
void share_inputs(std::vector<ImportedChannel>& channels) {
  std::map<std::pair<std::string, std::string>, std::string> owners;
  for (ImportedChannel& channel : channels) {
    const std::string* source = channel.find("inputs.source");
    const std::string* from = channel.find("inputs.from");
    const auto [owner, fresh] =
        owners.try_emplace({*source, from == nullptr ? "" : *from}, *channel.find("id"));
    if (fresh) continue;
    std::erase_if(channel.cells, [](const auto& cell) { return cell.first.starts_with("inputs."); });
    channel.add("inputs", owner->second);
  }
}

}  // namespace

void read_m3u(std::string_view text, ChannelList& list) {
  const auto lines = list_lines(text, list);
  if (!lines) return;
  Playlist playlist(list);
  for (const ListLine& line : *lines) playlist.take(line);
  playlist.end();
  list.give_ids();
  share_inputs(list.channels());
}

}  // namespace headwater::config
