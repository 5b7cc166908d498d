// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <nlohmann/json.hpp>

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
  return {fmt::format("heartbeat {} ago, {} % of its turns busy", age(*beat), busy),
          *beat >= 1000 ? Style::kBad : Style::kPlain};
}

}  // namespace

std::string render_status(const Json& status, bool colour) {
  const Json& problems = field(status, "problems");
  const bool in_order = text(status, "state") == "ok";
  std::string out =
      fmt::format("{}: {}, headwater {}, up {}\n", styled(text(status, "name"), Style::kBold, colour),
                  in_order ? styled("everything is in order", Style::kGood, colour)
                           : styled(fmt::format("{} {} not in order", problems.size(),
                                                problems.size() == 1 ? "thing is" : "things are"),
                                    Style::kBad, colour),
                  text(status, "version"), age(number(status, "uptime_s") * 1000));
  for (const Json& problem : problems) {
    if (problem.is_string()) out += "  - " + styled(problem.get<std::string>(), Style::kBad, colour) + '\n';
  }
  out += '\n';

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
  return out + facts.render(colour);
}

std::string render_version(const Json& version, bool) {
  std::string out = "hwctl " + text(version, "hwctl") + '\n';
  const std::string appliance = text(version, "appliance");
  if (!appliance.empty()) out += "headwater " + appliance + '\n';
  return out;
}

}  // namespace headwater::hwctl
