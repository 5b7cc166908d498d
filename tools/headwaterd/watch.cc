// SPDX-License-Identifier: Apache-2.0
#include "tools/headwaterd/watch.h"

namespace headwater::daemon {

Watch::Watch(const Devices& devices, const Neighbours& neighbours,
             const dataplane::channel::CounterBlocks& counters)
    : devices_(devices),
      neighbours_(neighbours),
      counters_(counters),
      ports_(devices.count()),
      scrambled_(counters.max_inputs(), Movement(kScrambledWindow)) {
  for (std::size_t port = 0; port < ports_.size(); ++port) ports_[port].device = devices_.look(port);
}

std::vector<LinkChange> Watch::tick(Instant now) {
  std::vector<LinkChange> changes;
  if (looked_ && now - *looked_ < kInterval) return changes;
  looked_ = now;
  for (std::size_t port = 0; port < ports_.size(); ++port) {
    look(port, now);
    PortState& state = ports_[port];
    if (state.link_up == state.device.link_up) continue;
    state.link_up = state.device.link_up;
    changes.push_back({.port = port, .up = state.device.link_up, .trouble = state.device.trouble});
  }
  for (std::uint32_t slot = 0; slot < scrambled_.size(); ++slot)
    scrambled_[slot].sample(now, counters_.input(dataplane::InputSlot{slot}).scrambled.get());
  return changes;
}

void Watch::look(std::size_t port, Instant now) {
  PortState& state = ports_[port];
  state.device = devices_.look(port);
  if (counters_.worker().loops.get() > 0) state.drops.sample(now, state.device.drops);
  state.frames_lost.sample(now, neighbours_.frames_lost(port));
  state.conflicts.sample(now, neighbours_.host(port).arp().counters().conflicts);
}

}  // namespace headwater::daemon
