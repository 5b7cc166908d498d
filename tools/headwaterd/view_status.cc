// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "tools/headwaterd/milliseconds.h"
#include "tools/headwaterd/view.h"

namespace headwater::daemon {

namespace api = control::api;

namespace {

using Ids = std::set<std::string, std::less<>>;

bool is_silent(const api::InputSnapshot& input) {
  return input.state == api::InputState::kWaiting || input.state == api::InputState::kLost;
}

// Silent because their port has no link.
Ids cut_off(const std::vector<api::InputSnapshot>& inputs, const Ids& dead_ports) {
  Ids ids;
  for (const api::InputSnapshot& input : inputs) {
    if (is_silent(input) && dead_ports.contains(input.port)) ids.insert(input.id);
  }
  return ids;
}

// `notes` get what is wrong with channels that are on air all the same.
void count(api::StatusSnapshot& status, const std::vector<api::ChannelSnapshot>& channels, const Ids& cut_off,
           std::vector<std::string>& notes) {
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
    const bool waits = channel.state == api::ChannelState::kWaiting;
    if (waits || channel.state == api::ChannelState::kRefused) {
      status.problems.push_back(fmt::format("channel \"{}\" is not on air: {}", channel.id, channel.reason));
      if (waits && cut_off.contains(channel.input)) status.consequences.push_back(status.problems.back());
    }
    for (const std::string& note : channel.notes)
      notes.push_back(fmt::format("channel \"{}\": {}", channel.id, note));
    for (const api::OutputSnapshot& output : channel.outputs) {
      status.late_departures += output.late_departures;
      status.greatest_lateness_us = std::max(status.greatest_lateness_us, output.greatest_lateness_us);
      status.output_bitrate_bps += output.bitrate_bps;
    }
  }
}

void count(api::StatusSnapshot& status, const std::vector<api::InputSnapshot>& inputs, const Ids& cut_off,
           std::vector<std::string>& notes) {
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
    if (is_silent(input)) {
      status.problems.push_back(fmt::format("input \"{}\": {}", input.id, input.reason));
      if (cut_off.contains(input.id)) status.consequences.push_back(status.problems.back());
    }
    if (input.state == api::InputState::kOk && !input.reason.empty())
      notes.push_back(fmt::format("input \"{}\": {}", input.id, input.reason));
    for (const std::string& note : input.notes)
      notes.push_back(fmt::format("input \"{}\": {}", input.id, note));
    status.input_bitrate_bps += input.bitrate_bps;
  }
}

// What a device lost in the last minute, and why.
std::vector<std::string> recent_drops(const DeviceDropMovement& drops, Instant now) {
  std::vector<std::string> lines;
  const auto add = [&](const Movement& counter, std::string_view why) {
    const std::uint64_t count = counter.recent(now);
    if (count > 0)
      lines.push_back(fmt::format("the device dropped {} frames in the last minute: {}", count, why));
  };
  add(drops.missed, "the worker did not take them in time; its core is too busy, or others run on it");
  add(drops.no_buffer, "no frame was left in the pool; make `memory` larger");
  add(drops.receive_errors,
      "they came damaged or too long; look at the cable, the optics and the switch's MTU");
  add(drops.send_errors, "they could not be sent");
  return lines;
}

}  // namespace

void View::judge_workers(api::StatusSnapshot& status, Instant now) const {
  const std::vector<unsigned>& cores = links_.configuration->headend.workers;
  for (std::uint32_t worker = 0; worker < cores.size(); ++worker) {
    const bool begun = links_.counters.worker({worker}).loops.get() > 0;
    if (!begun && !links_.watch.worker_turns(worker)) {
      status.problems.push_back(fmt::format(
          "worker on core {} has not turned once: nothing that it owns is received or sent; another "
          "program keeps the core, see `ps -eLo psr,cls,rtprio,comm`",
          cores[worker]));
    }
    if (begun && !links_.watch.worker_turns(worker)) {
      status.problems.push_back(fmt::format(
          "worker on core {} has stood still for {} ms: nothing that it owns is received or sent; restart "
          "`headwaterd` if it does not go on",
          cores[worker], in_ms(now - Instant{links_.counters.worker({worker}).heartbeat.get()})));
    }
    if (const std::uint64_t refused = links_.watch.worker_refused(worker).recent(now); refused > 0) {
      status.problems.push_back(fmt::format(
          "worker on core {} is overloaded: {} frames for its inputs were lost in the last minute",
          cores[worker], refused));
    }
    if (const std::uint64_t stalls = links_.watch.worker_stalls(worker).recent(now); stalls > 0) {
      status.problems.push_back(
          fmt::format("worker on core {} stood still {} in the last minute, {} ms in all: packets left late",
                      cores[worker], stalls == 1 ? "once" : fmt::format("{} times", stalls),
                      links_.watch.worker_stall_ms(worker).recent(now)));
    }
  }
}

void View::judge_port(api::StatusSnapshot& status, std::size_t index, Instant now) const {
  const std::string& id = links_.configuration->ports[index].id;
  const DeviceState& device = links_.watch.device(index);
  if (!device.trouble.empty()) status.problems.push_back(fmt::format("port \"{}\": {}", id, device.trouble));
  for (const std::string& drops : recent_drops(links_.watch.device_drops(index), now))
    status.problems.push_back(fmt::format("port \"{}\": {}", id, drops));
  const api::PortSnapshot port = show_port(index);
  if (port.pause_frames.value_or(false)) {
    status.problems.push_back(fmt::format(
        "port \"{}\": the device heeds pause frames and does not let that be changed: a congested "
        "switch halts every channel; switch flow control off on the switch's port",
        id));
  }
  if (port.reception == "all_multicast" && port.mac != device.mac.to_string()) {
    status.problems.push_back(fmt::format(
        "port \"{}\": the device takes what is for its own address, {}, and not for the `mac` {}: "
        "leave `mac` out",
        id, device.mac.to_string(), port.mac));
  }
  if (links_.watch.conflicts(index).recent(now) > 0) {
    status.problems.push_back(fmt::format("port \"{}\": another station, {}, claims an address of this port",
                                          id, port.arp_rival.value_or("unknown")));
  }
  if (const std::uint64_t lost = links_.watch.frames_lost(index).recent(now); lost > 0) {
    status.problems.push_back(
        fmt::format("port \"{}\": {} frames of ARP or IGMP could not be sent in the last minute", id, lost));
  }
  if (port.igmp_querier && !port.igmp_querier_present && !port.groups.empty()) {
    status.problems.push_back(fmt::format(
        "port \"{}\": the IGMP querier {} has been silent for {} s: a snooping switch forgets the "
        "groups joined",
        id, *port.igmp_querier, *port.igmp_querier_age_s));
  }
  for (const api::GroupSnapshot& group : port.groups) {
    if (group.state != api::GroupState::kNeedsSource) continue;
    status.problems.push_back(
        fmt::format("port \"{}\": group {} is not joined: it is source-specific, give its input a `from`", id,
                    group.group));
  }
}

api::StatusSnapshot View::status() {
  api::StatusSnapshot status;
  const config::Headend headend = [&] {
    const std::lock_guard lock(links_.mutex);
    return links_.configuration->headend;
  }();
  status.name = headend.name;
  status.version = version();
  const Instant now = links_.now();
  status.uptime_s = static_cast<std::uint64_t>((now - links_.started).value / kTicksPerSecond);

  for (std::uint32_t index = 0; index < headend.workers.size(); ++index) {
    const dataplane::WorkerCounters& counters = links_.counters.worker({index});
    api::WorkerSnapshot worker;
    worker.core = headend.workers[index];
    worker.loops = counters.loops.get();
    worker.busy_loops = counters.busy_loops.get();
    worker.stalls = counters.stalls.get();
    worker.stall_ms = in_ms(counters.stall_ticks);
    worker.taken_over = counters.taken_over.get();
    worker.handover_drops = counters.drop_handover_stale.get();
    worker.overload_drops = links_.counters.refused({index});
    if (worker.loops > 0) {
      const Ticks27 age = now - Instant{counters.heartbeat.get()};
      worker.heartbeat_age_ms = in_ms(age);
      if (age > Watch::kSilence) {
        status.problems.push_back(
            fmt::format("worker on core {} stands still for {} ms", worker.core, *worker.heartbeat_age_ms));
      }
    }
    status.workers.push_back(worker);
  }

  Ids dead_ports;
  {
    const std::lock_guard lock(links_.mutex);
    judge_workers(status, now);
    std::ranges::move(links_.time.problems(now), std::back_inserter(status.problems));
    status.time_notes = links_.time.notes();
    if (const std::string& trouble = links_.conductor.store_trouble(); !trouble.empty()) {
      status.problems.push_back(fmt::format(
          "store: what was decided would not outlive a restart, and is tried again: {}", trouble));
    }
    if (links_.configurator != nullptr)
      std::ranges::move(links_.configurator->problems(now), std::back_inserter(status.problems));
    for (std::size_t index = 0; index < links_.watch.ports(); ++index) {
      judge_port(status, index, now);
      if (!links_.watch.device(index).link_up) dead_ports.insert(links_.configuration->ports[index].id);
    }
  }
  std::vector<std::string> notes;
  const std::vector<api::InputSnapshot> all_inputs = inputs();
  const Ids cut = cut_off(all_inputs, dead_ports);
  count(status, channels(), cut, notes);
  count(status, all_inputs, cut, notes);
  status.problems.insert(status.problems.end(), notes.begin(), notes.end());
  const std::lock_guard lock(links_.mutex);
  if (const auto plan = links_.conductor.plan()) status.plan_generation = plan->generation;
  return status;
}

}  // namespace headwater::daemon
