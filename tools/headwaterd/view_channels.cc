// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tools/headwaterd/terms.h"
#include "tools/headwaterd/view.h"

namespace headwater::daemon {

namespace api = control::api;
using control::ChannelStatus;

namespace {

api::ChannelState shown_state(control::ChannelState state) {
  switch (state) {
    case control::ChannelState::kOnAir:
      return api::ChannelState::kOnAir;
    case control::ChannelState::kWaiting:
      return api::ChannelState::kWaiting;
    case control::ChannelState::kRefused:
      return api::ChannelState::kRefused;
    case control::ChannelState::kParked:
      return api::ChannelState::kParked;
  }
  return api::ChannelState::kWaiting;
}

void add_on_air(api::ChannelSnapshot& shown, const control::Decision& decision) {
  shown.pmt_pid = decision.pmt_pid;
  if (decision.pcr_pid != kNullPid) shown.pcr_pid = decision.pcr_pid;
  const auto add_table = [&](Pid pid, const char* kind) {
    api::PidSnapshot& table = shown.pids.emplace_back();
    table.output_pid = pid;
    table.kind = kind;
  };
  add_table(kPatPid, "pat");
  add_table(decision.pmt_pid, "pmt");
  add_table(kSdtPid, "sdt");
  for (const control::RoutedPid& pid : decision.pids) {
    shown.pids.push_back({.input_pid = pid.in,
                          .output_pid = pid.out,
                          .kind = pid.kind,
                          .codec = pid.codec,
                          .languages = pid.languages,
                          .carries_pcr = pid.out == decision.pcr_pid});
  }
}

}  // namespace

api::OutputSnapshot View::output(const config::Output& configured,
                                 const control::CompiledOutput& compiled) const {
  api::OutputSnapshot shown;
  shown.id = compiled.id;
  shown.destination = url_of(configured.rtp, configured.group, configured.udp_port);
  shown.port = configured.port;
  shown.source = configured.from.value_or("");
  if (!compiled.slot) return shown;
  const dataplane::OutputCounters& counters = links_.counters.output(*compiled.slot);
  for (const auto& part : links_.conductor.plan()->outputs) {
    if (part->slot != *compiled.slot) continue;
    shown.source = part->destination.source.to_string() + ":" + std::to_string(part->destination.source_port);
  }
  shown.bitrate_bps = links_.conductor.rates().output(*compiled.slot);
  shown.packets = counters.emitted.get();
  shown.datagrams = counters.datagrams.get();
  shown.late_departures = counters.late_departures.get();
  shown.greatest_lateness_us = static_cast<std::uint64_t>(counters.greatest_lateness_ticks.get() / 27);
  shown.drops = drops_of(counters);
  return shown;
}

api::ChannelSnapshot View::channel(const ChannelStatus& status) const {
  const config::Channel& configured = *status.config;
  api::ChannelSnapshot shown;
  shown.id = configured.id;
  shown.name = configured.name;
  shown.provider = configured.provider;
  shown.number = configured.number;
  shown.state = shown_state(status.state);
  shown.reason = status.reason;
  shown.input = status.input;
  shown.program = status.program;
  if (status.numbers != nullptr) {
    shown.service_id = status.numbers->service_id;
    shown.transport_stream_id = status.numbers->transport_stream_id;
  }
  shown.delay_ms = configured.delay_ms;
  if (status.on_air) add_on_air(shown, *status.on_air);
  for (std::size_t index = 0; index < status.outputs.size() && index < configured.outputs.size(); ++index) {
    shown.outputs.push_back(output(configured.outputs[index], status.outputs[index]));
    const control::CompiledOutput& compiled = status.outputs[index];
    if (shown.reason.empty() && !compiled.refusal.empty())
      shown.reason = compiled.id + ": " + compiled.refusal;
  }
  if (!shown.outputs.empty()) shown.bitrate_bps = shown.outputs.front().bitrate_bps;
  for (const control::InputStatus& input : links_.conductor.inputs()) {
    if (input.config->id == status.input && input.slot) {
      shown.input_cc_errors = links_.counters.input(*input.slot).cc_error.get();
    }
  }
  return shown;
}

std::vector<api::ChannelSnapshot> View::channels() {
  const std::lock_guard lock(links_.mutex);
  std::vector<api::ChannelSnapshot> shown;
  for (const ChannelStatus& status : links_.conductor.channels()) shown.push_back(channel(status));
  return shown;
}

}  // namespace headwater::daemon
