// SPDX-License-Identifier: Apache-2.0
#include "tools/headwaterd/neighbours.h"

#include <algorithm>

namespace headwater::daemon {

using control::Membership;
using control::PortHost;
using wire::Ipv4Address;

Neighbours::Neighbours(const config::Configuration& configuration,
                       const std::vector<control::PortFact>& ports, dataplane::channel::InjectRing& inject,
                       std::uint64_t seed)
    : frames_lost_(ports.size(), 0) {
  for (std::size_t index = 0; index < ports.size(); ++index) {
    control::PortHostSettings settings{
        .mac = ports[index].mac, .vlan = configuration.ports[index].vlan, .seed = seed + index};
    for (const config::PortAddress& text : configuration.ports[index].addresses) {
      if (const auto address = Ipv4Address::parse(text.address)) settings.addresses.push_back(*address);
    }
    hosts_.push_back(std::make_unique<PortHost>(settings, [this, &inject, index](Bytes frame) {
      if (!inject.try_push({.port = static_cast<std::uint32_t>(index)}, frame)) ++frames_lost_[index];
    }));
  }
}

void Neighbours::join(const config::Configuration& configuration, Instant now) {
  for (std::size_t index = 0; index < hosts_.size(); ++index) {
    std::vector<Membership> wanted;
    for (const config::Input& input : configuration.inputs) {
      if (!input.enabled || input.port != configuration.ports[index].id) continue;
      const auto group = Ipv4Address::parse(input.group);
      if (!group || !group->is_multicast()) continue;
      wanted.push_back(
          {.group = *group, .source = input.from ? Ipv4Address::parse(*input.from) : std::nullopt});
    }
    hosts_[index]->set_memberships(now, wanted);
  }
}

void Neighbours::handle_frame(std::size_t port, Instant now, Bytes frame) {
  if (port < hosts_.size()) hosts_[port]->handle_frame(now, frame);
}

void Neighbours::tick(Instant now) {
  for (const auto& host : hosts_) host->tick(now);
}

void Neighbours::leave_all(Instant now) {
  for (const auto& host : hosts_) host->leave_all(now);
}

bool Neighbours::settled() const {
  return std::ranges::all_of(hosts_, [](const auto& host) { return host->settled(); });
}

}  // namespace headwater::daemon
