// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "tools/hwctl/cells.h"
#include "tools/hwctl/render.h"
#include "tools/hwctl/units.h"

namespace headwater::hwctl {
namespace {

// "2 on air, 1 refused": what there is none of is not worth the room, but for the first.
std::string totals(const Json& counts) {
  std::string out;
  for (const auto& [name, count] : counts.items()) {
    if (!out.empty() && count == 0) continue;
    std::string words = name;
    for (char& c : words) c = c == '_' ? ' ' : c;
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", count.dump(), words);
  }
  return out;
}

Cell worker_cell(const Json& worker) {
  const auto beat = maybe_number(worker, "heartbeat_age_ms");
  if (!beat) return {"has not turned yet", Style::kBad};
  const std::uint64_t loops = number(worker, "loops");
  const std::uint64_t busy = loops == 0 ? 0 : number(worker, "busy_loops") * 100 / loops;
  // A worker turns every few microseconds, an idle one every few milliseconds: a second is a stall.
  std::string out = fmt::format("heartbeat {} ago, {} % of its turns busy", age(*beat), busy);
  const std::uint64_t stalls = number(worker, "stalls");
  if (stalls > 0) {
    out +=
        fmt::format(", stood still {} times since start, {} ms in all", stalls, number(worker, "stall_ms"));
  }
  return {out, *beat >= 1000 ? Style::kBad : Style::kPlain};
}

// The first of a kind tell what there is; the rest have a list of their own.
constexpr std::size_t kOfAKind = 10;

// `input "erste-a": no packets for 12 s` is about an input.
std::string kind_of(const std::string& problem) {
  return problem.substr(0, problem.find(' '));
}

// Where all of a kind are listed.
std::string list_of(const std::string& kind) {
  const bool listed = kind == "channel" || kind == "input" || kind == "port";
  return listed ? fmt::format("hwctl {} list", kind) : "hwctl status -o json";
}

struct Problems {
  std::vector<std::string> roots;  // not explained by another
  std::size_t consequences = 0;
};

Problems problems_of(const Json& status) {
  std::set<std::string> explained;
  for (const Json& problem : field(status, "consequences")) {
    if (problem.is_string()) explained.insert(problem.get<std::string>());
  }
  Problems problems;
  for (const Json& problem : field(status, "problems")) {
    if (!problem.is_string()) continue;
    if (explained.contains(problem.get<std::string>())) {
      ++problems.consequences;
    } else {
      problems.roots.push_back(problem.get<std::string>());
    }
  }
  return problems;
}

std::string problem_lines(const Problems& problems, bool colour) {
  std::map<std::string, std::size_t> counts;
  for (const std::string& problem : problems.roots) ++counts[kind_of(problem)];
  std::string out;
  std::map<std::string, std::size_t> shown;
  for (const std::string& problem : problems.roots) {
    const std::string kind = kind_of(problem);
    const std::size_t place = ++shown[kind];
    if (place <= kOfAKind) out += "  - " + styled(problem, Style::kBad, colour) + '\n';
    if (place == kOfAKind && counts[kind] > kOfAKind)
      out += fmt::format("  - and {} more: {}\n", counts[kind] - kOfAKind, list_of(kind));
  }
  if (problems.consequences > 0)
    out += fmt::format("  - and {} that follow from these: hwctl channel list, hwctl input list\n",
                       problems.consequences);
  return out;
}

}  // namespace

std::string render_status(const Json& status, bool colour) {
  const Problems problems = problems_of(status);
  const std::size_t count = problems.roots.size();
  const bool in_order = text(status, "state") == "ok";
  std::string out = fmt::format(
      "{}: {}, headwater {}, up {}\n", styled(text(status, "name"), Style::kBold, colour),
      in_order ? styled("everything is in order", Style::kGood, colour)
               : styled(fmt::format("{} {} not in order", count, count == 1 ? "thing is" : "things are"),
                        Style::kBad, colour),
      text(status, "version"), age(number(status, "uptime_s") * 1000));
  out += problem_lines(problems, colour) + '\n';

  Facts facts;
  facts.add("channels", totals(field(status, "channels")));
  facts.add("inputs", totals(field(status, "inputs")));
  facts.add("rates", fmt::format("{} in, {} out", bit_rate(number(status, "input_bitrate_bps")),
                                 bit_rate(number(status, "output_bitrate_bps"))));
  for (const Json& worker : field(status, "workers")) {
    facts.add("worker on core " + text(worker, "core"), worker_cell(worker));
  }
  facts.add("plan generation", text(status, "plan_generation"));
  const std::uint64_t late = number(status, "late_departures");
  facts.add("late departures", late == 0 ? Cell("none")
                                         : Cell(fmt::format("{}, the worst by {}", late,
                                                            lateness(number(status, "greatest_lateness_us"))),
                                                Style::kWarning));
  for (const Json& note : field(status, "time_notes")) {
    if (note.is_string()) facts.add("time", Cell(note.get<std::string>(), Style::kWarning));
  }
  return out + facts.render(colour);
}

std::string render_version(const Json& version, bool) {
  std::string out = "hwctl " + text(version, "hwctl") + '\n';
  const std::string appliance = text(version, "appliance");
  if (!appliance.empty()) out += "headwater " + appliance + '\n';
  return out;
}

}  // namespace headwater::hwctl
