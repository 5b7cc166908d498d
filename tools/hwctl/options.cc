// SPDX-License-Identifier: Apache-2.0
#include "tools/hwctl/options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <cctype>
#include <charconv>
#include <map>
#include <utility>

#include "config/yaml/lineup.h"
#include "control/api/nearest.h"

namespace headwater::hwctl {
namespace {

namespace po = boost::program_options;

constexpr const char* kDefaultSocket = "/run/headwater/api.sock";

using Failure = std::unexpected<std::string>;

std::optional<double> seconds_of(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// --watch may stand alone, which Boost knows only for a word that no other follows: it gets its value here.
std::vector<std::string> with_watch_value(const std::vector<std::string>& arguments) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] != "--watch" && arguments[i] != "-w") {
      out.push_back(arguments[i]);
    } else if (i + 1 < arguments.size() && seconds_of(arguments[i + 1])) {
      out.push_back("--watch=" + arguments[++i]);
    } else {
      out.emplace_back("--watch=2");
    }
  }
  return out;
}

struct Parsed {
  std::vector<std::string> words;
  po::variables_map values;
};

std::expected<Parsed, std::string> split(const std::vector<std::string>& arguments) {
  po::options_description options;
  auto add = options.add_options();
  add("output,o", po::value<std::string>()->default_value("table"));
  add("watch,w", po::value<std::string>());
  add("socket", po::value<std::string>());
  add("expanded", po::bool_switch());
  add("confirm-within", po::value<std::string>());
  add("at-next-start", po::bool_switch());
  add("format", po::value<std::string>());
  add("set", po::value<std::vector<std::string>>()->composing());
  add("column", po::value<std::vector<std::string>>()->composing());
  add("help,h", po::bool_switch());
  add("version", po::bool_switch());
  add("words", po::value<std::vector<std::string>>());
  po::positional_options_description positional;
  positional.add("words", -1);
  try {
    Parsed parsed;
    po::store(
        po::command_line_parser(with_watch_value(arguments)).options(options).positional(positional).run(),
        parsed.values);
    if (parsed.values.contains("words")) parsed.words = parsed.values["words"].as<std::vector<std::string>>();
    return parsed;
  } catch (const po::error& error) {
    return Failure(error.what());
  }
}

std::string did_you_mean(const std::string& word, const std::vector<std::string>& known) {
  const auto near = control::api::nearest(word, known);
  return near ? fmt::format("; did you mean \"{}\"?", *near)
              : fmt::format("; there are: {}", fmt::join(known, ", "));
}

// The command that the words name, and the words behind it.
std::expected<std::pair<const Command*, std::vector<std::string>>, std::string> command_of(
    std::vector<std::string> words) {
  const std::vector<std::string> known = nouns();
  const std::string noun = words.front();
  if (std::ranges::find(known, noun) == known.end()) {
    return Failure(fmt::format("unknown noun \"{}\"{}", noun, did_you_mean(noun, known)));
  }
  const std::vector<std::string> verbs = verbs_of(noun);
  if (verbs.empty()) {
    words.erase(words.begin());
    return std::pair(find_command(noun, ""), std::move(words));
  }
  if (words.size() < 2) return Failure(fmt::format("{} what? One of: {}", noun, fmt::join(verbs, ", ")));
  const Command* command = find_command(noun, words[1]);
  if (command == nullptr) {
    return Failure(
        fmt::format("unknown verb \"{}\" for {}{}", words[1], noun, did_you_mean(words[1], verbs)));
  }
  words.erase(words.begin(), words.begin() + 2);
  return std::pair(command, std::move(words));
}

std::expected<std::string, std::string> argument_of(const Command& command,
                                                    const std::vector<std::string>& rest) {
  const std::string usage = "usage: hwctl " + usage_line(command);
  if (command.argument.empty()) {
    if (!rest.empty()) return Failure(fmt::format("\"{}\" is one word too many; {}", rest.front(), usage));
    return std::string();
  }
  if (rest.empty()) {
    if (command.argument_optional) return std::string();
    return Failure(fmt::format("{} is missing; {}", command.argument, usage));
  }
  if (rest.size() > 1) return Failure(fmt::format("\"{}\" is one word too many; {}", rest[1], usage));
  if (rest.front().empty()) return Failure(fmt::format("{} is empty; {}", command.argument, usage));
  return rest.front();
}

std::expected<Format, std::string> format_of(const std::string& word) {
  if (word == "table") return Format::kTable;
  if (word == "json") return Format::kJson;
  if (word == "yaml") return Format::kYaml;
  return Failure(fmt::format("-o {}: there are table, json and yaml", word));
}

std::expected<std::chrono::milliseconds, std::string> interval_of(const std::string& word) {
  const auto seconds = seconds_of(word);
  if (!seconds || !(*seconds >= 0.1 && *seconds <= 86'400)) {
    return Failure(fmt::format("--watch {}: 0.1 to 86400 seconds", word));
  }
  return std::chrono::milliseconds(static_cast<std::int64_t>(*seconds * 1000));
}

// "60s", "60" or "5m"
std::expected<std::chrono::seconds, std::string> wait_of(std::string word) {
  const std::string said = word;
  double unit = 1;
  if (!word.empty() && (word.back() == 's' || word.back() == 'm')) {
    unit = word.back() == 'm' ? 60 : 1;
    word.pop_back();
  }
  const auto seconds = seconds_of(word);
  if (!seconds || !(*seconds * unit >= 1 && *seconds * unit <= 86'400))
    return Failure(fmt::format("--confirm-within {}: 1s to 86400s", said));
  return std::chrono::seconds(static_cast<std::int64_t>(*seconds * unit));
}

std::expected<void, std::string> read_apply_options(const po::variables_map& values, Options& options) {
  options.at_next_start = values["at-next-start"].as<bool>();
  const bool waits = values.contains("confirm-within");
  if (!options.at_next_start && !waits) return {};
  if (options.command->does != Command::Does::kApply) {
    return Failure(fmt::format("--{} is not for {}", waits ? "confirm-within" : "at-next-start",
                               usage_line(*options.command)));
  }
  if (options.at_next_start && waits)
    return Failure("--confirm-within and --at-next-start: one of them, the other changes nothing now");
  if (!waits) return {};
  const auto wait = wait_of(values["confirm-within"].as<std::string>());
  if (!wait) return Failure(wait.error());
  options.confirm_within = *wait;
  return {};
}

using Columns = std::map<std::string, std::string>;

// KEY=TEXT, again for each key.
std::expected<void, std::string> take_columns(const po::variables_map& values, const char* name,
                                              Columns& columns) {
  if (!values.contains(name)) return {};
  for (const std::string& word : values[name].as<std::vector<std::string>>()) {
    const std::size_t equals = word.find('=');
    const std::string key = word.substr(0, equals);
    if (equals == std::string::npos || equals + 1 == word.size())
      return Failure(fmt::format("--{} {}: KEY=TEXT is needed, like provider=ARD", name, word));
    if (!config::lineup_column(key))
      return Failure(
          fmt::format("--{} {}: `{}` is no column of a lineup, like name or outputs.to", name, word, key));
    if (!columns.emplace(key, word.substr(equals + 1)).second)
      return Failure(fmt::format("--{} {}: `{}` is said twice", name, word, key));
  }
  return {};
}

// What is said of an import.
std::expected<void, std::string> take_import(const po::variables_map& values, Options& options) {
  for (const char* name : {"format", "set", "column"}) {
    if (values.contains(name) && options.command->does != Command::Does::kImport)
      return Failure(fmt::format("--{} is not for {}", name, usage_line(*options.command)));
  }
  if (values.contains("format")) {
    const std::string word = values["format"].as<std::string>();
    options.list_format = config::list_format(word);
    if (!options.list_format)
      return Failure(fmt::format("--format {}: there are csv, m3u and dvblast", word));
  }
  if (auto taken = take_columns(values, "set", options.import.fill); !taken) return taken;
  return take_columns(values, "column", options.import.columns);
}

}  // namespace

std::expected<Options, std::string> parse(const std::vector<std::string>& arguments,
                                          const std::string& environment_socket) {
  auto parsed = split(arguments);
  if (!parsed) return Failure(parsed.error());
  const po::variables_map& values = parsed->values;
  std::vector<std::string> words = std::move(parsed->words);

  Options options;
  bool wants_help = values["help"].as<bool>();
  if (!words.empty() && words.front() == "help") {
    wants_help = true;
    words.erase(words.begin());
  }
  if (words.empty() && !wants_help && values["version"].as<bool>()) {
    options.help = "hwctl " HEADWATER_VERSION "\n";
    return options;
  }
  if (wants_help) {
    if (words.empty()) {
      options.help = help();
      return options;
    }
    const auto known = nouns();
    if (std::ranges::find(known, words.front()) == known.end()) {
      return Failure(fmt::format("unknown noun \"{}\"{}", words.front(), did_you_mean(words.front(), known)));
    }
    options.help = help_for(words.front());
    return options;
  }
  if (words.empty()) return Failure("what shall it be?");

  if (values.contains("socket")) {
    options.socket = values["socket"].as<std::string>();
  } else {
    options.socket = environment_socket.empty() ? kDefaultSocket : environment_socket;
  }
  if (words.front() == "__complete" && words.size() == 2) {
    options.complete = words[1];
    return options;
  }

  auto found = command_of(std::move(words));
  if (!found) return Failure(found.error());
  options.command = found->first;
  auto argument = argument_of(*options.command, found->second);
  if (!argument) return Failure(argument.error());
  options.argument = std::move(*argument);
  const auto format = format_of(values["output"].as<std::string>());
  if (!format) return Failure(format.error());
  options.format = *format;
  if (const auto read = read_apply_options(values, options); !read) return Failure(read.error());
  options.expanded = values["expanded"].as<bool>();
  const bool shows = options.command->does == Command::Does::kShow;
  if (options.expanded && !shows)
    return Failure(fmt::format("--expanded is not for {}", usage_line(*options.command)));
  const bool imports = options.command->does == Command::Does::kImport;
  if ((shows || imports) && options.format == Format::kJson) {
    return Failure(fmt::format("-o json is not for {}: it prints {}", usage_line(*options.command),
                               shows ? "YAML" : "a table (CSV) or YAML"));
  }
  if (auto taken = take_import(values, options); !taken) return Failure(std::move(taken.error()));
  if (values.contains("watch")) {
    if (options.command->does != Command::Does::kGet) {
      return Failure(fmt::format("--watch is not for {}", usage_line(*options.command)));
    }
    const auto interval = interval_of(values["watch"].as<std::string>());
    if (!interval) return Failure(interval.error());
    options.watch = *interval;
  }
  return options;
}

}  // namespace headwater::hwctl
