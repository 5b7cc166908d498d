// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tools/headwaterd/view.h"

namespace headwater::daemon {

namespace api = control::api;

namespace {

// RFC 3376 8.5, with its defaults: 2 * 125 s and half of 10 s.
constexpr Ticks27 kOtherQuerierPresent = Ticks27::seconds(255);

unsigned number_of(wire::IgmpVersion version) {
  switch (version) {
    case wire::IgmpVersion::kV1:
      return 1;
    case wire::IgmpVersion::kV2:
      return 2;
    case wire::IgmpVersion::kV3:
      break;
  }
  return 3;
}

api::GroupState shown_state(control::GroupStatus::State state) {
  switch (state) {
    case control::GroupStatus::State::kReported:
      return api::GroupState::kJoined;
    case control::GroupStatus::State::kByGroupOnly:
      return api::GroupState::kByGroupOnly;
    case control::GroupStatus::State::kNeedsSource:
      return api::GroupState::kNeedsSource;
  }
  return api::GroupState::kJoined;
}

void add_membership(api::PortSnapshot& shown, const control::HostMembership& membership, Instant now) {
  if (const auto& querier = membership.querier()) {
    shown.igmp_querier = querier->address.to_string();
    const Ticks27 age = now - querier->last_heard;
    shown.igmp_querier_age_s =
        static_cast<std::uint64_t>(std::max<std::int64_t>(0, age.value / kTicksPerSecond));
    shown.igmp_querier_present = age < kOtherQuerierPresent;
    shown.igmp_version = number_of(membership.version());
  }
  for (const control::GroupStatus& group : membership.groups()) {
    const api::GroupState state = shown_state(group.state);
    if (group.sources.empty())
      shown.groups.push_back({.group = group.group.to_string(), .source = "", .state = state});
    for (const wire::Ipv4Address source : group.sources) {
      shown.groups.push_back(
          {.group = group.group.to_string(), .source = source.to_string(), .state = state});
    }
  }
}

std::vector<api::Term> terms_of(const control::IgmpDrops& drops) {
  std::vector<api::Term> terms;
  const auto add = [&](const char* name, std::uint64_t count) {
    if (count != 0) terms.push_back({name, static_cast<std::int64_t>(count)});
  };
  add("ttl", drops.ttl);
  add("length", drops.length);
  add("checksum", drops.checksum);
  add("unknown_type", drops.unknown_type);
  add("group", drops.group);
  add("own_source", drops.own_source);
  add("source", drops.source);
  add("router_alert", drops.router_alert);
  add("destination", drops.destination);
  return terms;
}

}  // namespace

api::PortSnapshot View::show_port(std::size_t index) const {
  const config::Port& configured = links_.configuration->ports[index];
  const DeviceState& device = links_.watch.device(index);
  const dataplane::channel::PortSum sum(links_.counters, {static_cast<std::uint32_t>(index)});
  const dataplane::PortCounters& counters = sum.counters();
  api::PortSnapshot shown;
  shown.id = configured.id;
  shown.device = configured.device;
  shown.driver = device.driver;
  shown.mac = configured.mac.value_or(device.mac.to_string());
  for (const config::PortAddress& address : configured.addresses) {
    shown.addresses.push_back(address.address + "/" + std::to_string(address.prefix));
  }
  shown.vlan = configured.vlan;
  shown.link_up = device.link_up;
  shown.link_trouble = device.trouble;
  shown.link_bps = device.link_bps;
  shown.reception = device.reception;
  shown.pause_frames = device.pause_frames;
  const control::PortRates rates = links_.conductor.rates().port({static_cast<std::uint32_t>(index)});
  shown.received = {.bitrate_bps = rates.received_bps,
                    .frames = counters.received.get(),
                    .bytes = counters.received_bytes.get()};
  shown.sent = {
      .bitrate_bps = rates.sent_bps, .frames = counters.sent.get(), .bytes = counters.sent_bytes.get()};
  shown.device_drops = links_.watch.device_drops(index).total();
  shown.drops = dataplane::drops(counters);
  const control::PortHost& host = links_.neighbours.host(index);
  add_membership(shown, host.membership(), links_.now());
  shown.igmp_drops = terms_of(host.igmp_drops());
  shown.arp_conflicts = host.arp().counters().conflicts;
  if (host.arp().rival()) shown.arp_rival = host.arp().rival()->to_string();
  shown.frames_lost = links_.neighbours.frames_lost(index);
  return shown;
}

std::vector<api::PortSnapshot> View::ports() {
  const std::lock_guard lock(links_.mutex);
  std::vector<api::PortSnapshot> shown;
  shown.reserve(links_.watch.ports());
  for (std::size_t index = 0; index < links_.watch.ports(); ++index) shown.push_back(show_port(index));
  return shown;
}

std::optional<api::PortSnapshot> View::port(const std::string& id) {
  const std::lock_guard lock(links_.mutex);
  for (std::size_t index = 0; index < links_.watch.ports(); ++index) {
    if (links_.configuration->ports[index].id == id) return show_port(index);
  }
  return std::nullopt;
}

}  // namespace headwater::daemon
