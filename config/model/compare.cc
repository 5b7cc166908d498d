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
Pairing pair(const std::vector<Part>& before, const std::vector<Part>& after) {
  Pairing out;
  out.before.reserve(after.size());
  out.same.reserve(after.size());
  out.in_place = before.size() == after.size();
  std::vector<bool> found(before.size());
  std::unordered_map<std::string_view, std::size_t> places;  // of `before`; empty: not needed yet
  std::size_t next = 0;                                      // where the next one stands if nothing moved
  const auto place_of = [&](const std::string& id) -> std::optional<std::size_t> {
    if (next < before.size() && before[next].id == id && !found[next]) return next;
    if (places.empty()) {
      for (std::size_t place = 0; place < before.size(); ++place) places.try_emplace(before[place].id, place);
    }
    const auto known = places.find(id);
    if (known == places.end() || found[known->second]) return std::nullopt;
    return known->second;
  };
  for (std::size_t place = 0; place < after.size(); ++place) {
    const auto was = place_of(after[place].id);
    out.before.push_back(was);
    out.same.push_back(was && same(before[*was], after[place]));
    if (was) {
      found[*was] = true;
      next = *was + 1;
    }
    out.in_place = out.in_place && was == place;
  }
  for (std::size_t place = 0; place < before.size(); ++place) {
    if (!found[place]) out.gone.push_back(place);
  }
  return out;
}

template <typename Part>
Changed names(const Pairing& pairing, const std::vector<Part>& before, const std::vector<Part>& after) {
  Changed out;
  for (std::size_t place = 0; place < after.size(); ++place) {
    if (!pairing.before[place]) {
      out.added.push_back(after[place].id);
    } else if (!pairing.same[place]) {
      out.changed.push_back(after[place].id);
    }
  }
  for (const std::size_t place : pairing.gone) out.removed.push_back(before[place].id);
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

bool Pairing::none() const {
  return gone.empty() && std::ranges::all_of(same, std::identity());
}

Relations relations(const Configuration& configuration) {
  Relations out;
  out.taken.reserve(configuration.channels.size());
  out.takers.resize(configuration.inputs.size());
  out.delays.resize(configuration.inputs.size());
  std::unordered_map<std::string_view, std::size_t> inputs;
  for (std::size_t place = 0; place < configuration.inputs.size(); ++place)
    inputs.try_emplace(configuration.inputs[place].id, place);
  for (const Channel& channel : configuration.channels) {
    const auto input = channel.inputs.empty() ? inputs.end() : inputs.find(channel.inputs.front());
    out.taken.push_back(input == inputs.end() ? std::nullopt : std::optional(input->second));
    if (input == inputs.end()) continue;
    out.takers[input->second].push_back(out.taken.size() - 1);
    std::uint64_t& delay = out.delays[input->second];
    if (channel.enabled) delay = std::max(delay, channel.delay_ms);
  }
  return out;
}

Difference difference(const Configuration& before, const Configuration& after) {
  return {.ports = pair(before.ports, after.ports),
          .inputs = pair(before.inputs, after.inputs),
          .channels = pair(before.channels, after.channels),
          .headend = !same(before.headend, after.headend),
          .relations = relations(after)};
}

Changes changes(const Difference& difference, const Configuration& before, const Configuration& after) {
  return {.ports = names(difference.ports, before.ports, after.ports),
          .inputs = names(difference.inputs, before.inputs, after.inputs),
          .channels = names(difference.channels, before.channels, after.channels),
          .headend = difference.headend};
}

}  // namespace headwater::config
