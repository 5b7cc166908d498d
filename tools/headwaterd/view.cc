// SPDX-License-Identifier: Apache-2.0
#include "tools/headwaterd/view.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "config/yaml/yaml.h"

namespace headwater::daemon {

namespace api = control::api;

namespace {

// A worker that has not turned for so long stands still.
constexpr std::uint64_t kStalledMs = 1000;

void count(api::StatusSnapshot& status, const std::vector<api::ChannelSnapshot>& channels) {
  for (const api::ChannelSnapshot& channel : channels) {
    switch (channel.state) {
      case api::ChannelState::kOnAir:
        ++status.channels.on_air;
        break;
      case api::ChannelState::kWaiting:
        ++status.channels.waiting;
        break;
      case api::ChannelState::kRefused:
        ++status.channels.refused;
        break;
      case api::ChannelState::kParked:
        ++status.channels.parked;
        break;
    }
    const bool off =
        channel.state == api::ChannelState::kWaiting || channel.state == api::ChannelState::kRefused;
    if (off)
      status.problems.push_back(fmt::format("channel \"{}\" is not on air: {}", channel.id, channel.reason));
    for (const api::OutputSnapshot& output : channel.outputs) {
      status.late_departures += output.late_departures;
      status.greatest_lateness_us = std::max(status.greatest_lateness_us, output.greatest_lateness_us);
      status.output_bitrate_bps += output.bitrate_bps;
    }
  }
}

void count(api::StatusSnapshot& status, const std::vector<api::InputSnapshot>& inputs) {
  for (const api::InputSnapshot& input : inputs) {
    switch (input.state) {
      case api::InputState::kOk:
        ++status.inputs.ok;
        break;
      case api::InputState::kWaiting:
        ++status.inputs.waiting;
        break;
      case api::InputState::kLost:
        ++status.inputs.lost;
        break;
      case api::InputState::kParked:
        ++status.inputs.parked;
        break;
    }
    const bool silent = input.state == api::InputState::kWaiting || input.state == api::InputState::kLost;
    if (silent) status.problems.push_back(fmt::format("input \"{}\": {}", input.id, input.reason));
    status.input_bitrate_bps += input.bitrate_bps;
  }
}

}  // namespace

void View::judge_port(api::StatusSnapshot& status, std::size_t index, Instant now) const {
  const std::string& id = links_.configuration->ports[index].id;
  const DeviceState& device = links_.watch.device(index);
  if (!device.link_up) status.problems.push_back(fmt::format("port \"{}\": {}", id, device.trouble));
  if (const std::uint64_t drops = links_.watch.device_drops(index).recent(now); drops > 0) {
    status.problems.push_back(
        fmt::format("port \"{}\": the device dropped {} frames in the last minute", id, drops));
  }
}

api::StatusSnapshot View::status() {
  api::StatusSnapshot status;
  status.name = links_.configuration->headend.name;
  status.version = version();
  const Instant now = links_.now();
  status.uptime_s = static_cast<std::uint64_t>((now - links_.started).value / kTicksPerSecond);

  const dataplane::WorkerCounters& counters = links_.counters.worker();
  api::WorkerSnapshot worker;
  worker.core = links_.configuration->headend.workers.front();
  worker.loops = counters.loops.get();
  worker.busy_loops = counters.busy_loops.get();
  if (worker.loops > 0) {
    const Ticks27 age = now - Instant{counters.heartbeat.get()};
    worker.heartbeat_age_ms = static_cast<std::uint64_t>(std::max<std::int64_t>(0, age.value / 27'000));
    if (*worker.heartbeat_age_ms > kStalledMs) {
      status.problems.push_back(
          fmt::format("worker on core {} stands still for {} ms", worker.core, *worker.heartbeat_age_ms));
    }
  }
  status.workers.push_back(worker);

  {
    const std::lock_guard lock(links_.mutex);
    for (std::size_t index = 0; index < links_.watch.ports(); ++index) judge_port(status, index, now);
  }
  count(status, channels());
  count(status, inputs());
  const std::lock_guard lock(links_.mutex);
  if (const auto plan = links_.conductor.plan()) status.plan_generation = plan->generation;
  return status;
}

std::string View::version() {
  return HEADWATER_VERSION;
}

View::Moment View::moment(const std::vector<control::InputStatus>& inputs) const {
  Moment moment{.now = links_.now(), .plan = links_.conductor.plan(), .input_slots = {}};
  for (const control::InputStatus& input : inputs) {
    if (input.slot) moment.input_slots.emplace(input.config->id, *input.slot);
  }
  return moment;
}

api::Names View::names() {
  // The configuration does not change while it runs: no lock.
  api::Names names;
  for (const config::Port& port : links_.configuration->ports) names.ports.push_back(port.id);
  for (const config::Input& input : links_.configuration->inputs) names.inputs.push_back(input.id);
  for (const config::Channel& channel : links_.configuration->channels) names.channels.push_back(channel.id);
  const std::lock_guard lock(links_.mutex);
  for (const control::ChannelStatus& channel : links_.conductor.channels()) {
    for (const control::CompiledOutput& output : channel.outputs) names.outputs.push_back(output.id);
  }
  return names;
}

std::vector<api::LedgerSource> View::ledger_sources(const Wanted& wanted) const {
  std::vector<api::LedgerSource> sources;
  for (const control::InputStatus& input : links_.conductor.inputs()) {
    if (input.slot && wanted(api::LedgerKind::kInput, input.config->id))
      sources.push_back({input.config->id, &links_.counters.input(*input.slot)});
  }
  for (const control::ChannelStatus& channel : links_.conductor.channels()) {
    for (const control::CompiledOutput& output : channel.outputs) {
      if (output.slot && wanted(api::LedgerKind::kOutput, output.id))
        sources.push_back({output.id, &links_.counters.output(*output.slot)});
    }
  }
  for (std::uint32_t index = 0; index < links_.watch.ports(); ++index) {
    const std::string& id = links_.configuration->ports[index].id;
    if (wanted(api::LedgerKind::kPort, id))
      sources.push_back({id, &links_.counters.port(dataplane::PortIndex{index})});
  }
  return sources;
}

// Counters stay where they are for as long as the appliance lives: they settle without the mutex.
std::vector<api::LedgerEntry> View::ledger() {
  std::unique_lock lock(links_.mutex);
  const auto sources = ledger_sources([](api::LedgerKind, const std::string&) { return true; });
  lock.unlock();
  return api::settled(sources, links_.settle_time());
}

std::vector<api::LedgerEntry> View::ledger(const std::string& name) {
  std::unique_lock lock(links_.mutex);
  std::set<std::pair<api::LedgerKind, std::string>> of_channel;
  for (const control::ChannelStatus& channel : links_.conductor.channels()) {
    if (channel.config->id != name) continue;
    of_channel.emplace(api::LedgerKind::kInput, channel.input);
    for (const control::CompiledOutput& output : channel.outputs)
      of_channel.emplace(api::LedgerKind::kOutput, output.id);
  }
  const auto sources = ledger_sources([&](api::LedgerKind kind, const std::string& each) {
    return each == name || of_channel.contains({kind, each});
  });
  lock.unlock();
  return api::settled(sources, links_.settle_time());
}

config::Problems View::check_config(const std::string& file, std::string_view text) {
  auto loaded = config::parse(text, file);
  if (!loaded) return loaded.error();
  return {.errors = {}, .warnings = loaded->warnings};
}

}  // namespace headwater::daemon
