// SPDX-License-Identifier: Apache-2.0
#include "control/lineup/streams.h"

#include <fmt/core.h>

#include <algorithm>
#include <string_view>

namespace headwater::control {

namespace {

template <typename Range, typename Value>
bool holds(const Range& range, const Value& value) {
  return std::find(range.begin(), range.end(), value) != range.end();
}

}  // namespace

bool can_carry_stream(Pid pid) {
  return pid >= kNitPid && pid != kNullPid;
}

bool passes(const config::StreamFilter& filter, const Component& component) {
  const Pid pid = component.stream.pid;
  if (holds(filter.drop, pid)) return false;
  if (!filter.only.empty() && !holds(filter.only, pid)) return false;
  if (!filter.keep.empty() && !holds(filter.keep, psi::to_string(component.info.kind))) return false;
  const auto& languages = component.info.languages;
  if (filter.languages.empty() || languages.empty()) return true;
  return std::any_of(languages.begin(), languages.end(),
                     [&](const std::string& language) { return holds(filter.languages, language); });
}

std::vector<Component> select_streams(const config::StreamFilter& filter, const psi::Pmt& pmt,
                                      std::vector<std::string>& notes) {
  std::vector<Component> selected;
  for (const psi::Pmt::Stream& stream : pmt.streams) {
    if (!can_carry_stream(stream.pid)) {
      notes.push_back(
          fmt::format("the PMT of program {} names a stream on PID {:#x}, which can carry none: left out",
                      pmt.program_number, stream.pid.value()));
      continue;
    }
    Component component{stream, psi::describe(stream)};
    if (passes(filter, component)) selected.push_back(std::move(component));
  }
  return selected;
}

std::string list_streams(const psi::Pmt& pmt) {
  std::string text;
  for (const psi::Pmt::Stream& stream : pmt.streams) {
    const psi::StreamInfo info = psi::describe(stream);
    const std::string_view kind = psi::to_string(info.kind);
    if (!text.empty()) text += ", ";
    text += kind;
    if (!info.codec.empty() && info.codec != kind) text += " " + info.codec;
    for (const std::string& language : info.languages) text += " " + language;
    text += fmt::format(" ({:#x})", stream.pid.value());
  }
  return text;
}

}  // namespace headwater::control
