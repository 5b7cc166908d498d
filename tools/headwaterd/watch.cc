// SPDX-License-Identifier: Apache-2.0
#include "tools/headwaterd/watch.h"

#include <utility>

#include "tools/headwaterd/milliseconds.h"

namespace headwater::daemon {

Watch::Watch(const Devices& devices, const Neighbours& neighbours,
             const dataplane::channel::CounterBlocks& counters)
    : devices_(devices),
      neighbours_(neighbours),
      counters_(counters),
      ports_(devices.count()),
      inputs_(counters.max_inputs()) {
  for (std::size_t port = 0; port < ports_.size(); ++port) ports_[port].device = devices_.look(port);
}

Watch::Changes Watch::tick(Instant now) {
  Changes changes;
  if (looked_ && now - *looked_ < kInterval) return changes;
  looked_ = now;
  for (std::size_t port = 0; port < ports_.size(); ++port) {
    look(port, now);
    PortState& state = ports_[port];
    const std::pair link(state.device.link_up, state.device.trouble);
    if (state.told == link) continue;
    const bool came_up = link.first && !(state.told && state.told->first);
    state.told = link;
    changes.links.push_back(
        {.port = port, .up = state.device.link_up, .came_up = came_up, .trouble = state.device.trouble});
  }
  look_at_inputs(now, changes.inputs);
  const dataplane::WorkerCounters& worker = counters_.worker();
  const bool turned = std::exchange(
      worker_turns_, worker.loops.get() == 0 || now - Instant{worker.heartbeat.get()} <= kSilence);
  changes.worker_stopped = turned && !worker_turns_;
  const std::uint64_t stalled = stall_ms_.total();
  stalls_.sample(now, worker.stalls.get());
  stall_ms_.sample(now, in_ms(worker.stall_ticks));
  changes.stall_ms = stall_ms_.total() - stalled;
  return changes;
}

void Watch::look_at_inputs(Instant now, std::vector<InputChange>& changes) {
  for (std::uint32_t index = 0; index < inputs_.size(); ++index) {
    const dataplane::InputSlot slot{index};
    InputState& state = inputs_[index];
    const bool used = counters_.input(slot).datagrams.get() > 0;
    if (!std::exchange(state.used, used) && !used) continue;
    state.health.sample(now, counters_.input(slot));
    const InputHealth::Faults faults = state.health.faults(now);
    const InputHealth::Faults fresh = faults & ~state.told;
    const bool over = faults == 0 && state.told != 0;
    state.told = faults;
    // One that is silent is not clean: that it is lost has been told.
    if (fresh != 0) {
      changes.push_back({slot, InputHealth::names(fresh)});
    } else if (over && state.health.receives(now)) {
      changes.push_back({slot, ""});
    }
  }
}

void Watch::look(std::size_t port, Instant now) {
  PortState& state = ports_[port];
  state.device = devices_.look(port);
  if (counters_.worker().loops.get() > 0) state.drops.sample(now, state.device.drops);
  state.frames_lost.sample(now, neighbours_.frames_lost(port));
  state.conflicts.sample(now, neighbours_.host(port).arp().counters().conflicts);
}

}  // namespace headwater::daemon
