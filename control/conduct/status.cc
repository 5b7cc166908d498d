// SPDX-License-Identifier: Apache-2.0
//
// What the conductor says about itself: states for the API, changes of state for the log.
#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "control/conduct/conductor.h"

namespace headwater::control {

std::vector<ChannelStatus> Conductor::channels() const {
  std::vector<ChannelStatus> statuses;
  statuses.reserve(run_.channels.size());
  for (std::size_t i = 0; i < run_.channels.size(); ++i) statuses.push_back(status_of(i));
  return statuses;
}

ChannelStatus Conductor::status_of(std::size_t i) const {
  const config::Channel& channel = run_.configuration->channels[i];
  const Decision& decision = *run_.channels[i].decision;
  ChannelStatus status;
  status.config = &channel;
  status.state = decision.state;
  status.reason = decision.reason;
  status.notes = decision.notes;
  status.input = decision.input;
  status.program = decision.program;
  status.numbers = run_.channels[i].numbers;
  const auto outputs = compiled_.outputs.find(channel.id);
  if (outputs != compiled_.outputs.end()) status.outputs = outputs->second;
  bool any = false;
  for (const CompiledOutput& output : status.outputs) {
    any = any || output.slot;
    // Scrambled without a CA descriptor to say so (BISS): the PMT let the channel on the air.
    if (output.slot && rates_.dropped_scrambled(*output.slot) != 0)
      status.notes.push_back("output " + output.id +
                             ": scrambled packets are dropped; `scrambled: pass` sends them");
    if (!output.refusal.empty()) status.notes.push_back("output " + output.id + ": " + output.refusal);
  }
  const auto on_air = compiled_.on_air.find(channel.id);
  if (any && on_air != compiled_.on_air.end()) status.on_air = on_air->second.decision;
  if (decision.state == ChannelState::kOnAir && !any) {
    status.state = ChannelState::kRefused;
    for (const std::string& note : status.notes) status.reason += (status.reason.empty() ? "" : "; ") + note;
    status.notes.clear();
  }
  return status;
}

std::vector<InputStatus> Conductor::inputs() const {
  std::vector<InputStatus> statuses;
  for (const InputRun& input : run_.inputs) {
    InputStatus& status = statuses.emplace_back();
    status.config = input.config;
    status.signal = input.signal;
    status.tables = input.tables.get();
    const auto compiled = compiled_.inputs.find(input.config->id);
    if (compiled == compiled_.inputs.end()) continue;
    status.slot = compiled->second.slot;
    status.refusal = compiled->second.refusal;
  }
  return statuses;
}

Conductor::Outcome Conductor::outcome_of(std::size_t channel) const {
  const Decision& decision = *run_.channels[channel].decision;
  if (decision.state != ChannelState::kOnAir) return {decision.state, decision.reason};
  const auto outputs = compiled_.outputs.find(run_.configuration->channels[channel].id);
  const bool any =
      outputs != compiled_.outputs.end() &&
      std::ranges::any_of(outputs->second, [](const auto& output) { return output.slot.has_value(); });
  if (any) return {decision.state, decision.reason};
  const ChannelStatus status = status_of(channel);
  return {status.state, status.reason};
}

void Conductor::report() {
  for (std::size_t i = 0; i < run_.channels.size(); ++i) {
    Outcome outcome = outcome_of(i);
    if (run_.channels[i].told == outcome) continue;
    const bool well = outcome.state == ChannelState::kOnAir || outcome.state == ChannelState::kParked;
    links_.log.event(well ? Severity::kInfo : Severity::kWarning, "channel.state",
                     {{"channel", run_.configuration->channels[i].id},
                      {"state", to_string(outcome.state)},
                      {"reason", outcome.reason}});
    run_.channels[i].told = std::move(outcome);
  }
}

}  // namespace headwater::control
