// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "tools/headwaterd/url.h"
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

void add_pids(api::ChannelSnapshot& shown, const control::Decision& decision) {
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

api::OutputSnapshot View::show(const config::Output& configured, const control::CompiledOutput& compiled,
                               const Moment& moment) const {
  api::OutputSnapshot shown;
  shown.id = compiled.id;
  shown.destination = url_of(configured.rtp, configured.group, configured.udp_port);
  shown.port = configured.port;
  shown.source = configured.from.value_or("");
  if (!compiled.slot) return shown;
  const dataplane::OutputCounters& counters = links_.counters.output(*compiled.slot);
  if (const auto* part = moment.plan->outputs.at(compiled.slot->index).get()) {
    shown.source = part->destination.source.to_string() + ":" + std::to_string(part->destination.source_port);
  }
  shown.bitrate_bps = links_.conductor.rates().output(*compiled.slot);
  shown.packets = counters.emitted.get();
  shown.datagrams = counters.datagrams.get();
  shown.late_departures = counters.late_departures.get();
  shown.greatest_lateness_us = static_cast<std::uint64_t>(counters.greatest_lateness_ticks.get() / 27);
  shown.drops = dataplane::drops(counters);
  return shown;
}

api::ChannelSnapshot View::show(const ChannelStatus& status, const Moment& moment, Part part) const {
  const config::Channel& configured = *status.config;
  api::ChannelSnapshot shown;
  shown.id = configured.id;
  shown.name = configured.name;
  shown.provider = configured.provider;
  shown.number = configured.number;
  shown.state = shown_state(status.state);
  shown.reason = status.reason;
  shown.notes = status.notes;
  shown.input = status.input;
  shown.program = status.program;
  if (status.numbers != nullptr) {
    shown.service_id = status.numbers->service_id;
    shown.transport_stream_id = status.numbers->transport_stream_id;
  }
  shown.delay_ms = configured.delay_ms;
  if (status.on_air) {
    shown.pmt_pid = status.on_air->pmt_pid;
    if (status.on_air->pcr_pid != kNullPid) shown.pcr_pid = status.on_air->pcr_pid;
    if (part == Part::kWhole) add_pids(shown, *status.on_air);
  }
  for (std::size_t index = 0; index < status.outputs.size() && index < configured.outputs.size(); ++index)
    shown.outputs.push_back(show(configured.outputs[index], status.outputs[index], moment));
  if (const auto worker = stuck_worker(status, moment); worker && shown.state == api::ChannelState::kOnAir) {
    shown.state = api::ChannelState::kWaiting;
    shown.reason = fmt::format("its worker on core {} stands still",
                               links_.configuration->headend.workers[worker->index]);
  }
  if (!shown.outputs.empty()) shown.bitrate_bps = shown.outputs.front().bitrate_bps;
  if (const auto input = moment.input_slots.find(status.input); input != moment.input_slots.end())
    shown.input_cc_errors = links_.counters.input(input->second).cc_error.get();
  return shown;
}

// The first that does not turn, of those that the outputs on the air belong to.
std::optional<dataplane::WorkerIndex> View::stuck_worker(const ChannelStatus& status,
                                                         const Moment& moment) const {
  for (const control::CompiledOutput& output : status.outputs) {
    const auto* part = output.slot ? moment.plan->outputs.at(output.slot->index).get() : nullptr;
    if (part != nullptr && !links_.watch.worker_turns(part->worker.index)) return part->worker;
  }
  return std::nullopt;
}

std::vector<api::ChannelSnapshot> View::channels() {
  const std::lock_guard lock(links_.mutex);
  const Moment now = moment(links_.conductor.inputs());
  std::vector<api::ChannelSnapshot> shown;
  for (const ChannelStatus& status : links_.conductor.channels())
    shown.push_back(show(status, now, Part::kSummary));
  return shown;
}

std::optional<api::ChannelSnapshot> View::channel(const std::string& id) {
  const std::lock_guard lock(links_.mutex);
  for (const ChannelStatus& status : links_.conductor.channels()) {
    if (status.config->id == id) return show(status, moment(links_.conductor.inputs()), Part::kWhole);
  }
  return std::nullopt;
}

}  // namespace headwater::daemon
