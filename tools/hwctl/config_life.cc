// SPDX-License-Identifier: Apache-2.0
#include "tools/hwctl/config_life.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "tools/hwctl/ask.h"

namespace headwater::hwctl {
namespace {

// New file inputs are read whole.
constexpr auto kPatience = std::chrono::minutes(10);

// "2 channels added, 1 changed; 1 input removed"; "nothing"
std::string summary_of(const Json& changes) {
  std::string out;
  for (const auto& [parts, word] :
       {std::pair("channels", "channel"), {"inputs", "input"}, {"ports", "port"}}) {
    for (const char* how : {"added", "changed", "removed"}) {
      const std::size_t count = field(field(changes, parts), how).size();
      if (count > 0) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", counted(count, word), how);
    }
  }
  if (flag(changes, "headend")) out += fmt::format("{}the headend's own settings", out.empty() ? "" : ", ");
  return out.empty() ? "nothing differs" : out;
}

std::string revision_of(const Json& answer) {
  const std::uint64_t revision = number(answer, "revision");
  return revision == 0 ? "" : fmt::format(" (revision {})", revision);
}

// The answer, its problems printed; nullopt: `exit` says how it ended.
std::optional<Json> change(const Options& options, const Console& console, const std::string& query,
                           int& exit) {
  const auto answer = ask(
      options.socket, {.method = "POST", .target = std::string(options.command->path) + query}, kPatience);
  if (!answer) {
    complain(console, answer.error().message);
    exit = answer.error().exit;
    return std::nullopt;
  }
  console.out(formatted(*answer, options, console.colour, options.command->render));
  if (field(*answer, "errors").empty()) return *answer;
  console.err(fmt::format("{}: {}: nothing was taken over, what ran before runs on\n", text(*answer, "file"),
                          counted(field(*answer, "errors").size(), "error")));
  exit = kFailed;
  return std::nullopt;
}

// An id a line: "+ channel das-erste", "~ input erste-a", "- channel zdf".
std::string lines_of(const Json& changes) {
  std::string out;
  for (const auto& [parts, word] :
       {std::pair("ports", "port"), {"inputs", "input"}, {"channels", "channel"}}) {
    for (const auto& [how, mark] : {std::pair("added", '+'), {"changed", '~'}, {"removed", '-'}}) {
      for (const Json& id : field(field(changes, parts), how))
        out += fmt::format("{} {} {}\n", mark, word, id.is_string() ? id.get<std::string>() : id.dump());
    }
  }
  if (flag(changes, "headend")) out += "~ headend\n";
  return out;
}

std::string render_changes(const Json& answer, bool /*colour*/) {
  return lines_of(field(answer, "changes"));
}

}  // namespace

int run_apply(const Options& options, const Console& console) {
  std::string query;
  if (options.confirm_within) query = fmt::format("?confirm_within={}", options.confirm_within->count());
  if (options.at_next_start) query = "?at_next_start";
  int exit = kDone;
  const auto answer = change(options, console, query, exit);
  if (!answer) return exit;
  const std::string file = text(*answer, "file");
  if (options.at_next_start) {
    console.err(fmt::format("{}: kept{}: it runs from the next start of headwaterd on, nothing changes now\n",
                            file, revision_of(*answer)));
    return kDone;
  }
  console.err(
      fmt::format("{}: applied{}: {}\n", file, revision_of(*answer), summary_of(field(*answer, "changes"))));
  if (options.confirm_within)
    console.err(fmt::format("it is taken back in {} s: `hwctl config confirm` keeps it\n",
                            options.confirm_within->count()));
  return kDone;
}

int run_roll_back(const Options& options, const Console& console) {
  int exit = kDone;
  const auto answer =
      change(options, console, options.argument.empty() ? "" : "?revision=" + options.argument, exit);
  if (!answer) return exit;
  console.err(
      fmt::format("what ran before runs again{}: {}\nthe file is as it was: `hwctl config diff` tells "
                  "what `hwctl config apply` would bring back\n",
                  revision_of(*answer), summary_of(field(*answer, "changes"))));
  return kDone;
}

int run_confirm(const Options& options, const Console& console) {
  const auto answer = ask(options.socket, {.method = "POST", .target = std::string(options.command->path)});
  if (!answer) {
    complain(console, answer.error().message);
    return answer.error().exit;
  }
  console.err("confirmed: it runs after a restart too\n");
  return kDone;
}

int run_diff(const Options& options, const Console& console) {
  const auto answer = ask(options.socket, {.target = std::string(options.command->path)}, kPatience);
  if (!answer) {
    complain(console, answer.error().message);
    return answer.error().exit;
  }
  console.out(formatted(*answer, options, console.colour, render_changes));
  const Json& errors = field(*answer, "errors");
  for (const Json& error : errors)
    console.err(fmt::format("{}:{}: {}\n", text(error, "file"), text(error, "line"), text(error, "text")));
  const std::string file = text(*answer, "file");
  if (!errors.empty()) {
    console.err(fmt::format("{}: {}: it could not be applied\n", file, counted(errors.size(), "error")));
    return kFailed;
  }
  console.err(fmt::format("{}: {}\n", file, summary_of(field(*answer, "changes"))));
  return kDone;
}

}  // namespace headwater::hwctl
