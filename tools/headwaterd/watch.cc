// SPDX-License-Identifier: Apache-2.0
#include "tools/headwaterd/watch.h"

#include <algorithm>
#include <utility>

#include "tools/headwaterd/milliseconds.h"

namespace headwater::daemon {

void DeviceDropMovement::sample(Instant now, const DeviceDrops& drops) {
  missed.sample(now, drops.missed);
  no_buffer.sample(now, drops.no_buffer);
  receive_errors.sample(now, drops.receive_errors);
  send_errors.sample(now, drops.send_errors);
}

Watch::Watch(const Devices& devices, const Neighbours& neighbours,
             const dataplane::channel::CounterBlocks& counters)
    : devices_(devices),
      neighbours_(neighbours),
      counters_(counters),
      workers_(counters.max_workers()),
      ports_(devices.count()),
      inputs_(counters.max_inputs()) {
  for (std::size_t port = 0; port < ports_.size(); ++port) ports_[port].device = devices_.look(port);
}

Watch::Changes Watch::tick(Instant now) {
  Changes changes;
  if (looked_ && now - *looked_ < kInterval) return changes;
  looked_ = now;
  if (!began_) began_ = now;
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
  look_at_workers(now, changes.workers);
  return changes;
}

void Watch::look_at_workers(Instant now, std::vector<WorkerChange>& changes) {
  for (std::uint32_t index = 0; index < workers_.size(); ++index) {
    const dataplane::WorkerCounters& counters = counters_.worker({index});
    WorkerState& state = workers_[index];
    // One that has yet to begin is silent since we began to look.
    const Instant sign = counters.loops.get() > 0 ? Instant{counters.heartbeat.get()} : *began_;
    const bool turned = std::exchange(state.turns, now - sign <= kSilence);
    const std::uint64_t stalled = state.stall_ms.total();
    state.stalls.sample(now, counters.stalls.get());
    state.stall_ms.sample(now, in_ms(counters.stall_ticks));
    state.refused.sample(now, counters_.refused({index}));
    const WorkerChange change{
        .worker = index, .stopped = turned && !state.turns, .stall_ms = state.stall_ms.total() - stalled};
    if (change.stopped || change.stall_ms > 0) changes.push_back(change);
  }
}

bool Watch::workers_turn() const {
  return std::ranges::all_of(workers_, &WorkerState::turns);
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
