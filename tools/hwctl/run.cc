// SPDX-License-Identifier: Apache-2.0
#include "tools/hwctl/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <expected>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "config/yaml/expand.h"
#include "config/yaml/yaml.h"
#include "control/api/json.h"
#include "control/http/uri.h"
#include "tools/hwctl/ask.h"
#include "tools/hwctl/completion.h"
#include "tools/hwctl/config_life.h"
#include "tools/hwctl/lineup.h"
#include "tools/hwctl/options.h"

namespace headwater::hwctl {
namespace {

std::expected<Json, Failed> get(const std::string& socket, const std::string& target) {
  return ask(socket, {.target = target});
}

std::expected<std::string, Failed> answer_to(const Options& options, bool colour) {
  const Command& command = *options.command;
  std::string target(command.path);
  if (!options.argument.empty()) target += '/' + control::http::percent_encode(options.argument);
  const auto json = get(options.socket, target);
  if (!json) return std::unexpected(json.error());
  const bool special = !options.argument.empty() && command.render_argument != nullptr;
  return formatted(*json, options, colour, special ? command.render_argument : command.render);
}

int run_get(const Options& options, const Console& console) {
  const auto answer = answer_to(options, console.colour);
  if (!answer) {
    complain(console, answer.error().message);
    return answer.error().exit;
  }
  console.out(*answer);
  return kDone;
}

// What erases the rest of each line and of the screen behind it: redrawing so does not flicker as clearing
// does.
std::string redrawn(const std::string& page) {
  std::string out = "\x1b[H";
  for (const char c : page) out += c == '\n' ? std::string("\x1b[K\n") : std::string(1, c);
  return out + "\x1b[J";
}

// An appliance that goes away while it is watched may come back: it is asked again, and what is wrong is
// said.
int run_watch(const Options& options, const Console& console) {
  for (bool first = true;; first = false) {
    const auto answer = answer_to(options, console.colour);
    if (!answer && first) {
      complain(console, answer.error().message);
      return answer.error().exit;
    }
    if (console.is_terminal) {
      const std::string page = answer ? *answer : fmt::format("hwctl: {}\n", answer.error().message);
      console.out((first ? "\x1b[2J" : "") + redrawn(cut_to(page, console.size())));
    } else if (answer) {
      if (!first && options.format == Format::kYaml) console.out("---\n");
      if (!first && options.format == Format::kTable) console.out("\n");
      console.out(*answer);
    } else {
      complain(console, answer.error().message);
    }
    if (!console.sleep(*options.watch)) return kDone;
  }
}

// Our own version is worth printing even where nobody answers.
int run_version(const Options& options, const Console& console) {
  const auto answer = get(options.socket, std::string(options.command->path));
  Json json = {{"hwctl", HEADWATER_VERSION}, {"appliance", nullptr}, {"api", nullptr}};
  if (answer) {
    json["appliance"] = field(*answer, "version");
    json["api"] = field(*answer, "api");
  }
  console.out(formatted(json, options, console.colour, options.command->render));
  if (answer) return kDone;
  complain(console, answer.error().message);
  return answer.error().exit;
}

int run_check(const Options& options, const Console& console) {
  config::Problems problems;
  auto loaded = config::load(options.argument);
  if (loaded) {
    problems.warnings = std::move(loaded->warnings);
  } else {
    problems = std::move(loaded.error());
  }
  console.out(formatted(control::api::to_json(problems), options, console.colour, options.command->render));
  const std::string warnings =
      problems.warnings.empty() ? "" : fmt::format(", {}", counted(problems.warnings.size(), "warning"));
  if (problems.errors.empty()) {
    console.err(fmt::format("{}: valid{}\n", options.argument, warnings));
    return kDone;
  }
  console.err(
      fmt::format("{}: {}{}\n", options.argument, counted(problems.errors.size(), "error"), warnings));
  return kFailed;
}

// What runs, as the appliance has it.
int run_show_running(const Options& options, const Console& console) {
  const auto answer = get(
      options.socket, fmt::format("{}{}", options.command->path, options.expanded ? "?expanded=true" : ""));
  if (!answer) {
    complain(console, answer.error().message);
    return answer.error().exit;
  }
  console.out(text(*answer, "text"));
  return kDone;
}

int run_show(const Options& options, const Console& console) {
  if (options.argument.empty()) return run_show_running(options, console);
  const auto loaded = config::load(options.argument);
  if (!loaded) {
    complain(console, fmt::format("{0}: {1}: hwctl config check {0} prints them", options.argument,
                                  counted(loaded.error().errors.size(), "error")));
    return kFailed;
  }
  for (const config::Problem& each : loaded->warnings)
    console.err(fmt::format("{}: warning: {}\n", config::to_string(each.where), each.text));
  console.out(config::expanded(loaded->configuration,
                               options.expanded ? config::Defaults::kSaid : config::Defaults::kLeftOut));
  return kDone;
}

int run_completion(const Options& options, const Console& console) {
  const auto script = completion(options.argument);
  if (!script) {
    complain(console, fmt::format("no completion for \"{}\"; there are bash and zsh", options.argument));
    return kUsage;
  }
  console.out(*script);
  return kDone;
}

// The possible arguments of a noun, a line each, for the completion scripts.
int run_complete(const Options& options, const Console& console) {
  for (const Command& command : commands()) {
    if (command.noun != options.complete || command.completes_from.empty()) continue;
    const auto answer = get(options.socket, std::string(command.completes_from));
    if (!answer) return answer.error().exit;
    std::vector<std::string> names;
    for (const Json& item : field(*answer, command.completes_array))
      names.push_back(text(item, command.completes_key));
    std::ranges::sort(names);
    const auto [rest, end] = std::ranges::unique(names);
    names.erase(rest, end);
    for (const std::string& name : names) console.out(name + '\n');
    return kDone;
  }
  return kDone;
}

}  // namespace

int run(const std::vector<std::string>& arguments, const std::string& environment_socket,
        const Console& console) {
  const auto options = parse(arguments, environment_socket);
  if (!options) {
    complain(console, options.error());
    console.err("see hwctl --help\n");
    return kUsage;
  }
  if (!options->help.empty()) {
    console.out(options->help);
    return kDone;
  }
  if (!options->complete.empty()) return run_complete(*options, console);
  switch (options->command->does) {
    case Command::Does::kVersion:
      return run_version(*options, console);
    case Command::Does::kCheck:
      return run_check(*options, console);
    case Command::Does::kShow:
      return run_show(*options, console);
    case Command::Does::kImport:
      return run_import(*options, console);
    case Command::Does::kApply:
      return run_apply(*options, console);
    case Command::Does::kRollBack:
      return run_roll_back(*options, console);
    case Command::Does::kConfirm:
      return run_confirm(*options, console);
    case Command::Does::kDiff:
      return run_diff(*options, console);
    case Command::Does::kCompletion:
      return run_completion(*options, console);
    case Command::Does::kGet:
      break;
  }
  return options->watch ? run_watch(*options, console) : run_get(*options, console);
}

}  // namespace headwater::hwctl
