// SPDX-License-Identifier: Apache-2.0
//
// What the conductor says about itself: states for the API, changes of state for the log.
#include <cstddef>
#include <map>
#include <string>
#include <utility>

#include "control/conduct/conductor.h"

namespace headwater::control {

std::vector<ChannelStatus> Conductor::channels() const {
  std::vector<ChannelStatus> statuses;
  for (std::size_t i = 0; i < run_.channels.size(); ++i) {
    const config::Channel& channel = run_.configuration->channels[i];
    const Decision& decision = *run_.channels[i].decision;
    ChannelStatus& status = statuses.emplace_back();
    status.config = &channel;
    status.state = decision.state;
    status.reason = decision.reason;
    status.notes = decision.notes;
    status.input = decision.input;
    status.program = decision.program;
    status.numbers = &run_.numbers.at(channel.id);
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
      for (const std::string& note : status.notes)
        status.reason += (status.reason.empty() ? "" : "; ") + note;
      status.notes.clear();
    }
  }
  return statuses;
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

void Conductor::report(const std::vector<ChannelStatus>& before) const {
  std::map<std::string, std::pair<ChannelState, std::string>> old;
  for (const ChannelStatus& status : before) old[status.config->id] = {status.state, status.reason};
  for (const ChannelStatus& status : channels()) {
    const auto it = old.find(status.config->id);
    if (it != old.end() && it->second == std::pair(status.state, status.reason)) continue;
    const bool well = status.state == ChannelState::kOnAir || status.state == ChannelState::kParked;
    links_.log.event(
        well ? Severity::kInfo : Severity::kWarning, "channel.state",
        {{"channel", status.config->id}, {"state", to_string(status.state)}, {"reason", status.reason}});
  }
}

}  // namespace headwater::control
