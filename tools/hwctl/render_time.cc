// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "tools/hwctl/cells.h"
#include "tools/hwctl/render.h"
#include "tools/hwctl/units.h"

namespace headwater::hwctl {
namespace {

std::optional<double> real(const Json& object, std::string_view name) {
  const Json& value = field(object, name);
  if (!value.is_number()) return std::nullopt;
  return value.get<double>();
}

Cell counter_cell(const Json& time) {
  if (text(time, "counter") != "tsc") {
    return {fmt::format("the system's monotonic clock, not the TSC: {}", text(time, "why_not_tsc")),
            Style::kWarning};
  }
  return fmt::format("the TSC, {:.6f} MHz by the system's clock", real(time, "tsc_hz").value_or(0) / 1e6);
}

Cell state_cell_of(const Json& time) {
  const std::string state = text(time, "state");
  if (state == "system") return "";
  const Style style = state == "locked" ? Style::kGood : state == "settling" ? Style::kPlain : Style::kBad;
  const auto rate = real(time, "rate_error_ppm");
  return {fmt::format("{}: {} and {:+.3f} µs from the system's clock, read to {:.3f} µs", state,
                      rate ? fmt::format("{:+.4f} ppm", *rate) : "a rate not yet known",
                      real(time, "offset_us").value_or(0), real(time, "reading_width_us").value_or(0)),
          style};
}

// "2, the last by +3600.000 s": of what should not happen.
Cell happened_cell(const Json& object, std::string_view count, std::string_view last, std::string_view unit) {
  const std::uint64_t times = number(object, count);
  if (times == 0) return {"none", Style::kFaint};
  return {fmt::format("{}, the last by {:+.6g} {}", times, real(object, last).value_or(0), unit),
          Style::kWarning};
}

Cell synchronised_cell(const Json& utc) {
  const Json& value = field(utc, "synchronised");
  if (!value.is_boolean()) return {"the kernel does not say", Style::kWarning};
  const std::string error = fmt::format("within {}, about {}", lateness(number(utc, "greatest_error_us")),
                                        lateness(number(utc, "estimated_error_us")));
  if (!value.get<bool>()) return {fmt::format("no: {} by the kernel's guess", error), Style::kWarning};
  return {error, Style::kGood};
}

Cell leap_cell(const Json& utc) {
  const std::string leap = text(utc, "leap");
  if (leap == "insert") return "a second is inserted at the end of this day";
  if (leap == "delete") return "a second is left out at the end of this day";
  return "";
}

}  // namespace

std::string render_time(const Json& time, bool colour) {
  Facts facts;
  const Json& utc = field(time, "utc");
  for (const Json& problem : field(time, "problems")) {
    if (problem.is_string()) facts.add("not in order", Cell(problem.get<std::string>(), Style::kBad));
  }
  add_notes(facts, time);
  facts.add("counted", counter_cell(time));
  facts.add("state", state_cell_of(time));
  facts.add("measured", fmt::format("{} times, {} of them interrupted", number(time, "measurements"),
                                    number(time, "interrupted")));
  facts.add("TSC jumps", happened_cell(time, "jumps", "last_jump_s", "s"));
  facts.add("TSC rate changes", happened_cell(time, "rate_changes", "last_rate_change_ppm", "ppm"));
  facts.add("kernel's clock", text(time, "clocksource"));
  facts.add("UTC", text(utc, "time"));
  facts.add("UTC synchronised", synchronised_cell(utc));
  facts.add("leap second", leap_cell(utc));
  facts.add("UTC steps", happened_cell(utc, "steps", "last_step_s", "s"));
  return facts.render(colour);
}

}  // namespace headwater::hwctl
