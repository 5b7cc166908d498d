// SPDX-License-Identifier: Apache-2.0
#include "config/model/compare.h"

#include <algorithm>
#include <functional>
#include <string_view>
#include <tuple>
#include <unordered_map>

namespace headwater::config {
namespace {

// Every value of each struct; where it stands is left out.
auto values(const Headend& each) {
  return std::tie(each.name, each.network_id, each.original_network_id, each.workers, each.poll, each.memory,
                  each.huge_pages, each.state_directory, each.api_socket);
}
auto values(const PortAddress& each) {
  return std::tie(each.address, each.prefix);
}
auto values(const Port& each) {
  return std::tie(each.id, each.device, each.gateway, each.vlan, each.rate, each.mac);
}
auto values(const Input& each) {
  return std::tie(each.id, each.kind, each.port, each.group, each.udp_port, each.from, each.path,
                  each.file_rate, each.jitter_ms, each.reorder_ms, each.max_rate, each.enabled);
}
auto values(const Output& each) {
  return std::tie(each.rtp, each.group, each.udp_port, each.port, each.from, each.source_port, each.dscp,
                  each.ttl, each.keep_nulls);
}
auto values(const PidPlan& each) {
  return std::tie(each.mode, each.first, each.pmt, each.video, each.map);
}
auto values(const Channel& each) {
  return std::tie(each.id, each.name, each.provider, each.number, each.inputs, each.program, each.service_id,
                  each.service_type, each.transport_stream_id, each.streams, each.delay_ms, each.scrambled,
                  each.enabled);
}

template <typename Part>
Changed changed(const std::vector<Part>& before, const std::vector<Part>& after) {
  std::unordered_map<std::string_view, const Part*> old;
  for (const Part& each : before) old.try_emplace(each.id, &each);
  Changed out;
  for (const Part& each : after) {
    const auto known = old.find(each.id);
    if (known == old.end()) {
      out.added.push_back(each.id);
      continue;
    }
    if (!same(*known->second, each)) out.changed.push_back(each.id);
    old.erase(known);
  }
  for (const Part& each : before) {
    if (old.contains(each.id)) out.removed.push_back(each.id);
  }
  return out;
}

}  // namespace

bool same(const Headend& a, const Headend& b) {
  return values(a) == values(b);
}

bool same(const Port& a, const Port& b) {
  const auto equal = [](const PortAddress& x, const PortAddress& y) { return values(x) == values(y); };
  return values(a) == values(b) && std::ranges::equal(a.addresses, b.addresses, equal);
}

bool same(const Input& a, const Input& b) {
  return values(a) == values(b);
}

bool same(const Output& a, const Output& b) {
  return values(a) == values(b);
}

bool same(const Channel& a, const Channel& b) {
  const auto equal = [](const Output& x, const Output& y) { return same(x, y); };
  return values(a) == values(b) && values(a.pids) == values(b.pids) &&
         std::ranges::equal(a.outputs, b.outputs, equal);
}

Changes changes(const Configuration& before, const Configuration& after) {
  return {.ports = changed(before.ports, after.ports),
          .inputs = changed(before.inputs, after.inputs),
          .channels = changed(before.channels, after.channels),
          .headend = !same(before.headend, after.headend)};
}

}  // namespace headwater::config
