// SPDX-License-Identifier: Apache-2.0
//
// What the conductor says about itself: states for the API, changes of state for the log.
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "control/conduct/conductor.h"

namespace headwater::control {

std::vector<ChannelStatus> Conductor::channels() const {
  std::vector<ChannelStatus> statuses;
  statuses.reserve(channels_.size());
  for (std::size_t i = 0; i < channels_.size(); ++i) statuses.push_back(status_of(i));
  return statuses;
}

ChannelStatus Conductor::status_of(std::size_t i) const {
  const config::Channel& channel = configuration_->channels[i];
  const Decision& decision = *channels_[i].decision;
  ChannelStatus status;
  status.config = &channel;
  status.state = decision.state;
  status.reason = decision.reason;
  status.notes = decision.notes;
  status.input = decision.input;
  status.program = decision.program;
  status.numbers = &numbers_.of(i);
  const CompiledChannel& compiled = compiler_.channel(i);
  status.outputs = compiled.outputs;
  bool any = false;
  for (const CompiledOutput& output : status.outputs) {
    any = any || output.slot;
    // Scrambled without a CA descriptor to say so (BISS): the PMT let the channel on the air.
    if (output.slot && rates_.dropped_scrambled(*output.slot) != 0)
      status.notes.push_back("output " + output.id +
                             ": scrambled packets are dropped; `scrambled: pass` sends them");
    if (!output.refusal.empty()) status.notes.push_back("output " + output.id + ": " + output.refusal);
  }
  if (any && compiled.foreign) {
    status.notes.emplace_back(
        "its outputs send the tables of what was on the air before and nothing else, until the "
        "input's are known");
  } else if (any) {
    status.on_air = compiled.decision;
  }
  if (decision.state == ChannelState::kOnAir && !any) {
    status.state = ChannelState::kRefused;
    for (const std::string& note : status.notes) status.reason += (status.reason.empty() ? "" : "; ") + note;
    status.notes.clear();
  }
  return status;
}

std::vector<InputStatus> Conductor::inputs() const {
  std::vector<InputStatus> statuses;
  statuses.reserve(inputs_.size());
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    const CompiledInput& compiled = compiler_.input(i);
    statuses.push_back({.config = &configuration_->inputs[i],
                        .slot = compiled.slot,
                        .worker = compiled.worker,
                        .refusal = compiled.refusal,
                        .signal = inputs_[i].signal,
                        .tables = inputs_[i].tables.get()});
  }
  return statuses;
}

Conductor::Outcome Conductor::outcome_of(std::size_t channel) const {
  const Decision& decision = *channels_[channel].decision;
  if (decision.state != ChannelState::kOnAir) return {decision.state, decision.reason};
  const bool any = std::ranges::any_of(compiler_.channel(channel).outputs,
                                       [](const auto& output) { return output.slot.has_value(); });
  if (any) return {decision.state, decision.reason};
  const ChannelStatus status = status_of(channel);
  return {status.state, status.reason};
}

void Conductor::report_far(const std::vector<PortFact>& before) const {
  for (const PortFact& port : ports_) {
    const auto near = [&](const auto& node) { return !node || node == port.node; };
    const bool known = std::ranges::find(before, port.id, &PortFact::id) != before.end();
    if (known || !port.node || std::ranges::any_of(links_.nodes, near)) continue;
    links_.log.event(
        Severity::kWarning, "port.far",
        {{"port", port.id},
         {"reason", fmt::format("no core of `workers` is on NUMA node {0}, where the port is: each "
                                "frame crosses between nodes. Name a core of "
                                "/sys/devices/system/node/node{0}/cpulist",
                                *port.node)}});
  }
}

void Conductor::report_displaced(const std::string& channel, const ChannelNumbers& numbers) const {
  links_.log.event(Severity::kWarning, "channel.renumbered",
                   {{"channel", channel},
                    {"service_id", numbers.service_id.value_or(0)},
                    {"transport_stream_id", numbers.transport_stream_id.value_or(0)},
                    {"reason", "another channel is configured to have the number that this one had"}});
}

void Conductor::report(const std::vector<std::size_t>& channels) {
  for (const std::size_t i : channels) {
    Outcome outcome = outcome_of(i);
    if (channels_[i].told == outcome) continue;
    const bool well = outcome.state == ChannelState::kOnAir || outcome.state == ChannelState::kParked;
    links_.log.event(well ? Severity::kInfo : Severity::kWarning, "channel.state",
                     {{"channel", configuration_->channels[i].id},
                      {"state", to_string(outcome.state)},
                      {"reason", outcome.reason}});
    channels_[i].told = std::move(outcome);
  }
}

}  // namespace headwater::control
