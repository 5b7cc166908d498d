// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "dataplane/dpdk/device.h"
#include "tools/headwaterd/view.h"

namespace headwater::daemon {

namespace api = control::api;

namespace {

// The driver as the device's name tells it: "net_af_packet0" is driven by net_af_packet.
std::string driver_of(const std::string& text) {
  const auto device = dataplane::dpdk::Device::parse(text);
  if (!device) return "";
  if (device->kind == dataplane::dpdk::Device::Kind::kPci) return "pci";
  std::string name = device->name;
  while (!name.empty() && name.back() >= '0' && name.back() <= '9') name.pop_back();
  return name;
}

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

void add_membership(api::PortSnapshot& shown, const control::HostMembership& membership) {
  if (membership.querier()) {
    shown.igmp_querier = membership.querier()->address.to_string();
    shown.igmp_version = number_of(membership.version());
  }
  for (const control::GroupStatus& group : membership.groups()) {
    if (group.sources.empty()) shown.groups.push_back({.group = group.group.to_string(), .source = ""});
    for (const wire::Ipv4Address source : group.sources) {
      shown.groups.push_back({.group = group.group.to_string(), .source = source.to_string()});
    }
  }
}

}  // namespace

api::PortSnapshot View::show_port(std::size_t index) const {
  const config::Port& configured = links_.configuration->ports[index];
  const DeviceState& device = links_.watch.device(index);
  const dataplane::PortCounters& counters = links_.counters.port({static_cast<std::uint32_t>(index)});
  api::PortSnapshot shown;
  shown.id = configured.id;
  shown.device = configured.device;
  shown.driver = driver_of(configured.device);
  shown.mac = configured.mac.value_or(device.mac.to_string());
  for (const config::PortAddress& address : configured.addresses) {
    shown.addresses.push_back(address.address + "/" + std::to_string(address.prefix));
  }
  shown.vlan = configured.vlan;
  shown.link_up = device.link_up;
  shown.link_trouble = device.trouble;
  shown.link_bps = device.link_bps;
  const control::PortRates rates = links_.conductor.rates().port({static_cast<std::uint32_t>(index)});
  shown.received = {.bitrate_bps = rates.received_bps,
                    .frames = counters.received.get(),
                    .bytes = counters.received_bytes.get()};
  shown.sent = {
      .bitrate_bps = rates.sent_bps, .frames = counters.sent.get(), .bytes = counters.sent_bytes.get()};
  shown.device_drops = links_.watch.device_drops(index).total();
  shown.drops = dataplane::drops(counters);
  add_membership(shown, links_.neighbours.host(index).membership());
  return shown;
}

std::vector<api::PortSnapshot> View::ports() {
  const std::lock_guard lock(links_.mutex);
  std::vector<api::PortSnapshot> shown;
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
