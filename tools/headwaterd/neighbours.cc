// SPDX-License-Identifier: Apache-2.0
#include "tools/headwaterd/neighbours.h"

#include <algorithm>

namespace headwater::daemon {

using control::Membership;
using control::PortHost;
using wire::Ipv4Address;

namespace {

std::vector<Ipv4Address> addresses_of(const config::Port& port) {
  std::vector<Ipv4Address> addresses;
  for (const config::PortAddress& text : port.addresses) {
    if (const auto address = Ipv4Address::parse(text.address)) addresses.push_back(*address);
  }
  return addresses;
}

}  // namespace

Neighbours::Neighbours(const config::Configuration& configuration,
                       const std::vector<control::PortFact>& ports, dataplane::channel::InjectRing& inject,
                       std::uint64_t seed)
    : frames_lost_(ports.size(), 0) {
  for (std::size_t index = 0; index < ports.size(); ++index) {
    const control::PortHostSettings settings{.mac = ports[index].mac,
                                             .addresses = addresses_of(configuration.ports[index]),
                                             .vlan = configuration.ports[index].vlan,
                                             .seed = seed + index};
    hosts_.push_back(std::make_unique<PortHost>(settings, [this, &inject, index](Bytes frame) {
      if (!inject.try_push({.port = static_cast<std::uint32_t>(index)}, frame)) ++frames_lost_[index];
    }));
  }
}

void Neighbours::take_over(const config::Configuration& configuration, Instant now) {
  for (std::size_t index = 0; index < hosts_.size(); ++index) {
    const config::Port& port = configuration.ports[index];
    hosts_[index]->set_addresses(now, addresses_of(port), port.vlan);
    std::vector<Membership> wanted;
    for (const config::Input& input : configuration.inputs) {
      if (!input.enabled || input.port != port.id) continue;
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
