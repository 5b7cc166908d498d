// SPDX-License-Identifier: Apache-2.0
#include "config/model/compare.h"

#include <algorithm>
#include <functional>
#include <string_view>
#include <tuple>
#include <unordered_map>

namespace headwater::config {
namespace {

// Every value of each struct; where it stands is left out. One that is added to a struct does not compile
// here until it is told which it is.
auto values(const Headend& each) {
  const auto& [name, network_id, original_network_id, workers, poll, memory, huge_pages, state_directory,
               api_socket, where, places] = each;
  return std::tie(name, network_id, original_network_id, workers, poll, memory, huge_pages, state_directory,
                  api_socket);
}
auto values(const PortAddress& each) {
  const auto& [address, prefix, where] = each;
  return std::tie(address, prefix);
}
auto values(const Port& each) {
  const auto& [id, device, addresses, gateway, vlan, rate, mac, where, places] = each;
  return std::tie(id, device, gateway, vlan, rate, mac);
}
auto values(const Input& each) {
  const auto& [id, kind, port, group, udp_port, from, path, file_rate, jitter_ms, reorder_ms, max_rate,
               enabled, where, places] = each;
  return std::tie(id, kind, port, group, udp_port, from, path, file_rate, jitter_ms, reorder_ms, max_rate,
                  enabled);
}
auto values(const Output& each) {
  const auto& [rtp, group, udp_port, port, from, source_port, dscp, ttl, keep_nulls, where, places] = each;
  return std::tie(rtp, group, udp_port, port, from, source_port, dscp, ttl, keep_nulls);
}
auto values(const Channel& each) {
  const auto& [id, name, provider, number, inputs, input_places, program, service_id, service_type,
               transport_stream_id, outputs, streams, pids, delay_ms, scrambled, enabled, where, places] =
      each;
  return std::tie(id, name, provider, number, inputs, program, service_id, service_type, transport_stream_id,
                  streams, pids, delay_ms, scrambled, enabled);
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
  return values(a) == values(b) && std::ranges::equal(a.outputs, b.outputs, equal);
}

Changes changes(const Configuration& before, const Configuration& after) {
  return {.ports = changed(before.ports, after.ports),
          .inputs = changed(before.inputs, after.inputs),
          .channels = changed(before.channels, after.channels),
          .headend = !same(before.headend, after.headend)};
}

}  // namespace headwater::config
