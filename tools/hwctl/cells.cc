// SPDX-License-Identifier: Apache-2.0
#include "tools/hwctl/cells.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "tools/hwctl/units.h"

namespace headwater::hwctl {

Cell state_cell(const Json& object) {
  std::string state = text(object, "state");
  Style style = Style::kPlain;
  if (state == "on_air" || state == "ok") style = Style::kGood;
  if (state == "waiting") style = Style::kWarning;
  if (state == "refused" || state == "lost" || state == "degraded") style = Style::kBad;
  if (state == "parked") style = Style::kFaint;
  std::ranges::replace(state, '_', ' ');
  return {state, style};
}

Cell count_cell(const Json& object, std::string_view name) {
  const std::uint64_t count = number(object, name);
  return {fmt::format("{}", count), count == 0 ? Style::kFaint : Style::kWarning};
}

Cell age_cell(const Json& input) {
  const auto milliseconds = maybe_number(input, "last_packet_age_ms");
  return milliseconds ? Cell(age(*milliseconds)) : Cell("never", Style::kFaint);
}

Cell why_cell(const Json& object) {
  const std::string reason = text(object, "reason");
  return reason.empty() ? Cell(joined(object, "notes", "; "), Style::kWarning) : Cell(reason);
}

void add_notes(Facts& facts, const Json& object) {
  for (const Json& note : field(object, "notes")) {
    if (note.is_string()) facts.add("note", {note.get<std::string>(), Style::kWarning});
  }
}

std::string pid_text(const Json& object, std::string_view name) {
  const auto pid = maybe_number(object, name);
  return pid ? fmt::format("0x{:X}", *pid) : std::string();
}

std::string counts_text(const Json& counts) {
  std::string out;
  for (const auto& [name, count] : counts.items()) {
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", name, count.dump());
  }
  return out;
}

std::string drops_text(const Json& object) {
  const std::string out = counts_text(field(object, "drops"));
  return out.empty() ? "none" : out;
}

std::uint64_t drops_sum(const Json& object) {
  return sum_of(field(object, "drops"));
}

void Facts::add(std::string_view name, Cell value) {
  if (value.text.empty()) return;
  table_.add({Cell(std::string(name), Style::kFaint), std::move(value)});
}

std::string Facts::render(bool colour) const {
  return table_.render(colour);
}

}  // namespace headwater::hwctl
