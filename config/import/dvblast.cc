// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "config/import/endpoint.h"
#include "config/import/readers.h"
#include "config/yaml/text.h"
#include "config/yaml/units.h"

namespace headwater::config {
namespace {

constexpr std::string_view kDefaultPort = ":3001";  // DVBlast's DEFAULT_PORT
constexpr std::string_view kBlanks = " \t";
constexpr std::size_t kMostOutputs = 16;  // of a channel of a table

std::string_view take_word(std::string_view& text) {
  text = trimmed(text);
  const std::string_view word = text.substr(0, text.find_first_of(kBlanks));
  text.remove_prefix(word.size());
  return word;
}

// Options of an output that are a number here.
struct NumberOption {
  std::string_view name;
  std::string_view column;
  std::uint64_t least, most;
};
constexpr std::array kNumbers = {
    NumberOption{"ttl", "ttl", 1, 255}, NumberOption{"srcport", "source_port", 1, 65535},
    NumberOption{"tsid", "transport_stream_id", 1, 65535}, NumberOption{"newsid", "service_id", 1, 65535}};

// One line: an output, and the channel that it is of.
class Line {
 public:
  Line(const ListLine& line, ChannelList& list) : line_(line), list_(list) {}

  // False: it cannot be taken, which has been told.
  bool read() {
    channel_.where = place(line_.text);
    std::string_view rest = line_.text;
    const std::string_view host = take_word(rest);
    const std::string_view always_on = take_word(rest);
    const std::string_view program = take_word(rest);
    const std::string_view pids = take_word(rest);
    if (program.empty())
      return refuse(line_.text, "GROUP:PORT/OPTIONS ALWAYS_ON PROGRAM is needed, as DVBlast has it");
    if (always_on != "0" && always_on != "1")
      return refuse(always_on, fmt::format("`{}` is neither 0 nor 1", printable(always_on)));
    if (!read_program(program) || !read_pids(pids)) return false;
    if (const std::string_view more = trimmed(rest); !more.empty())
      return refuse(more, "text behind the PIDs: DVBlast reads them up to the first blank");
    if (!read_host(host)) return false;
    if (channel_.find("name") == nullptr) {
      list_.pass_over("no `srvname`", place(host),
                      "the channel is named by its program: give it its own name");
      channel_.add("name", fmt::format("Service {}", *channel_.find("program")));
    }
    return true;
  }

  using Cells = std::vector<std::pair<std::string, std::string>>;
  [[nodiscard]] ImportedChannel& channel() { return channel_; }
  [[nodiscard]] const Cells& output() const { return output_; }

 private:
  [[nodiscard]] Location place(std::string_view part) const { return list_.place(line_, part); }
  bool refuse(std::string_view part, std::string text) {
    list_.refuse(place(part), std::move(text));
    return false;
  }
  void pass_over(std::string_view part, std::string_view why = "it has no meaning here") {
    list_.pass_over(fmt::format("`{}`", printable(part.substr(0, part.find('=')))), place(part), why);
  }
  std::optional<std::uint64_t> number(std::string_view text, std::uint64_t least, std::uint64_t most) {
    const auto value = parse_integer(text);
    if (value && *value >= least && *value <= most) return *value;
    refuse(text, value ? fmt::format("{} is not in {}..{}", *value, least, most) : printable(value.error()));
    return std::nullopt;
  }

  bool read_program(std::string_view text) {
    constexpr std::string_view kWhole =
        "a whole transport stream is no channel: name its programs, a line each";
    if (text.starts_with('*')) return refuse(text, std::string(kWhole));
    const auto program = number(text, 0, 65535);
    if (!program) return false;
    if (*program == 0) return refuse(text, "PIDs without a program are no channel: name the program");
    channel_.add("program", fmt::format("{}", *program));
    return true;
  }

  bool read_pids(std::string_view text) {
    std::string only;
    while (!text.empty()) {
      const std::string_view item = take_until(text, ',');
      if (item.empty()) continue;
      const auto pid = number(item, 0, 8191);
      if (!pid) return false;
      if (*pid < 0x20) {
        list_.pass_over("PIDs below 32", place(item), "the headend makes the tables");
      } else {
        only += fmt::format("{}{}", only.empty() ? "" : " ", *pid);
      }
    }
    channel_.add("streams.only", only);
    return true;
  }

  bool read_host(std::string_view text) {
    const std::string_view endpoint = text.substr(0, text.find_first_of("@/"));
    text.remove_prefix(endpoint.size());
    const std::string_view interface = text.substr(0, text.find('/'));
    if (!interface.empty()) pass_over(interface, "outputs leave by their `port`");
    text.remove_prefix(interface.size());
    bool rtp = true;
    while (!text.empty()) {
      text.remove_prefix(1);
      const std::string_view option = text.substr(0, text.find('/'));
      text.remove_prefix(option.size());
      if (!read_option(option, rtp)) return false;
    }
    const bool has_port = endpoint.starts_with('[') || endpoint.contains(':');
    const auto url =
        multicast_url(rtp ? "rtp" : "udp", std::string(endpoint) + std::string(has_port ? "" : kDefaultPort));
    if (!url) return refuse(endpoint, url.error());
    output_.emplace(output_.begin(), "to", *url);
    return true;
  }

  bool read_option(std::string_view option, bool& rtp) {
    std::string_view value = option;
    std::string name(take_until(value, '='));
    std::ranges::transform(name, name.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    for (const NumberOption& each : kNumbers) {
      if (name != each.name) continue;
      const auto taken = number(value, each.least, each.most);
      if (!taken) return false;
      const bool of_output = each.name == "ttl" || each.name == "srcport";
      return add(of_output, option, each.column, fmt::format("{}", *taken));
    }
    if (name == "udp") {
      rtp = false;
      return true;
    }
    if (name == "srvname") return add(false, option, "name", text_of(value));
    if (name == "srvprovider") return add(false, option, "provider", text_of(value));
    if (name == "srcaddr") return add(true, option, "from", std::string(value));
    if (name == "pidmap") return read_pid_map(option, value);
    if (name != "tos") {
      pass_over(option);
      return true;
    }
    // RFC 2474 3: the six upper bits.
    const auto tos = number(value, 0, 255);
    return tos && add(true, option, "dscp", fmt::format("{}", *tos >> 2));
  }

  // An underscore stands for a blank.
  static std::string text_of(std::string_view value) {
    std::string text = without_variables(value);
    std::ranges::replace(text, '_', ' ');
    return text;
  }

  // PMT, audio, video, subtitles.
  bool read_pid_map(std::string_view option, std::string_view value) {
    for (const std::string_view column : {"pids.pmt", "", "pids.video", ""}) {
      const std::string_view item = take_until(value, ',');
      if (item.empty()) return refuse(option, "`pidmap` has four PIDs: PMT, audio, video, subtitles");
      const auto pid = number(item, 0, 8191);
      if (!pid) return false;
      if (column.empty()) {
        pass_over(option, "of its PIDs those of PMT and video are taken: put the others into `pids.map`");
      } else if (!add(false, option, column, fmt::format("{}", *pid))) {
        return false;
      }
    }
    return true;
  }

  bool add(bool of_output, std::string_view option, std::string_view column, const std::string& value) {
    Cells& cells = of_output ? output_ : channel_.cells;
    const bool twice = std::ranges::any_of(cells, [&](const auto& cell) { return cell.first == column; });
    if (twice) return refuse(option, "this option stands here twice");
    if (value.empty()) return refuse(option, "this option has no value");
    if (printable(value) != value) return refuse(option, "control characters are not allowed");
    cells.emplace_back(column, value);
    return true;
  }

  const ListLine line_;
  ChannelList& list_;
  ImportedChannel channel_;  // without its output
  Cells output_;             // its columns behind `outputs.`
};

}  // namespace

void read_dvblast(std::string_view text, ChannelList& list) {
  const auto lines = list_lines(text, list);
  if (!lines) return;
  std::vector<ImportedChannel> channels;          // without their outputs
  std::map<Line::Cells, std::size_t> places;      // of each
  std::vector<std::vector<Line::Cells>> outputs;  // of each
  for (ListLine each : *lines) {
    // A host that begins with `;` is none to DVBlast either.
    each.text = trimmed(each.text.substr(0, each.text.find('#')));
    if (each.text.empty() || each.text.starts_with(';')) continue;
    Line line(each, list);
    if (!line.read()) continue;
    // The same of the same program is one channel, whichever way it goes.
    const auto [same, fresh] = places.try_emplace(line.channel().cells, channels.size());
    const std::size_t index = same->second;
    if (fresh) {
      channels.push_back(std::move(line.channel()));
      outputs.emplace_back();
    }
    if (outputs[index].size() == kMostOutputs) {
      list.refuse(list.place(each, each.text),
                  fmt::format("a channel of a table has at most {} outputs", kMostOutputs));
      continue;
    }
    outputs[index].push_back(line.output());
  }
  for (std::size_t k = 0; k < channels.size(); ++k) {
    for (std::size_t item = 0; item < outputs[k].size(); ++item) {
      for (const auto& [column, value] : outputs[k][item])
        channels[k].add(fmt::format("outputs.{}{}", item == 0 ? "" : fmt::format("{}.", item + 1), column),
                        value);
    }
    list.add(std::move(channels[k]));
  }
  list.give_ids();
}

}  // namespace headwater::config
