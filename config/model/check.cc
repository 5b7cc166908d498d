// SPDX-License-Identifier: Apache-2.0
#include "config/model/check.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "config/model/address.h"
#include "config/model/checks.h"
#include "config/model/words.h"

namespace headwater::config {
namespace {

// RFC 791 and RFC 3021: with 31 and 32 bits there is neither a network's nor a broadcast address.
bool is_host_address(std::uint32_t address, unsigned prefix) {
  const std::uint32_t host = address & ~netmask(prefix);
  return prefix >= 31 || (host != 0 && host != ~netmask(prefix));
}

void check_port_addresses(Checks& checks, const Port& port, std::map<std::string_view, const Port*>& taken) {
  for (const PortAddress& each : port.addresses) {
    const auto value = parse_ipv4(each.address);
    if (!value) continue;
    if (!is_host_address(*value, each.prefix)) {
      checks.error(each.where,
                   fmt::format("port \"{}\": {}/{} is the address of a network, not of a host in it", port.id,
                               each.address, each.prefix));
    }
    const auto [first, fresh] = taken.emplace(each.address, &port);
    if (!fresh) {
      checks.error(each.where,
                   fmt::format("port \"{}\": {} is an address of port \"{}\" already ({})", port.id,
                               each.address, first->second->id, to_string(first->second->where)));
    }
  }
}

void check_gateway(Checks& checks, const Port& port) {
  if (!port.gateway) return;
  const auto gateway = parse_ipv4(*port.gateway);
  const bool reachable = std::ranges::any_of(port.addresses, [&](const PortAddress& each) {
    const auto own = parse_ipv4(each.address);
    return own && gateway && (*own & netmask(each.prefix)) == (*gateway & netmask(each.prefix)) &&
           *own != *gateway;
  });
  if (reachable) return;
  checks.error(
      place(port.places, "gateway", port.where),
      fmt::format("port \"{}\": the gateway {} is in none of the port's networks (its addresses: {})",
                  port.id, *port.gateway, addresses_of(port)));
}

}  // namespace

Checks::Checks(const Configuration& c) : configuration(c) {
  for (const Port& port : c.ports) {
    ports.emplace(port.id, &port);
    port_ids.push_back(port.id);
  }
  for (const Input& input : c.inputs) {
    inputs.emplace(input.id, &input);
    input_ids.push_back(input.id);
  }
}

const Location& place(const Places& places, std::string_view key, const Location& whole) {
  const auto found = places.find(key);
  return found == places.end() ? whole : found->second;
}

std::string addresses_of(const Port& port) {
  std::vector<std::string_view> words;
  words.reserve(port.addresses.size());
  for (const PortAddress& each : port.addresses) words.push_back(each.address);
  return words.empty() ? "none" : listing(words);
}

bool has_address(const Port& port, std::string_view address) {
  return std::ranges::find(port.addresses, address, &PortAddress::address) != port.addresses.end();
}

void check_group(Checks& checks, const std::string& subject, const Location& where, std::uint32_t group) {
  if (!is_link_local_multicast(group)) return;
  checks.error(
      where,
      fmt::format("{}: {} is in 224.0.0.x, which never leaves its link and floods every switch: take a "
                  "group of 239.0.0.0/8 or 232.0.0.0/8",
                  subject, ipv4_text(group)));
}

void refuse_reference(Checks& checks, const std::string& subject, const Location& where,
                      std::string_view kind, std::string_view id,
                      const std::vector<std::string_view>& known) {
  std::string meant;
  if (checks.suggestions_left > 0) {
    --checks.suggestions_left;
    meant = suggestion(id, known);
  }
  checks.error(where, fmt::format("{}: there is no {} `{}`{}{}", subject, kind, id, meant,
                                  known.empty() ? fmt::format(": name it under `{}s`", kind)
                                                : fmt::format(" (there are: {})", listing(known))));
}

void check_headend(Checks& checks) {
  const Headend& headend = checks.configuration.headend;
  const Location& where = place(headend.places, "workers", headend.where);
  if (headend.workers.empty())
    return checks.error(where, "headend: `workers` names no core: the dataplane needs one, like [1]");
  if (headend.workers.size() > kMostWorkers) {
    checks.error(where, fmt::format("headend: `workers` names {} cores: {} are the most",
                                    headend.workers.size(), kMostWorkers));
  }
  std::set<unsigned> seen;
  for (const unsigned core : headend.workers) {
    if (seen.insert(core).second) continue;
    checks.error(where,
                 fmt::format("headend: `workers` names core {} twice: a worker needs one of its own", core));
  }
}

void check_ports(Checks& checks) {
  std::map<std::string_view, const Port*> addresses;
  std::map<std::string_view, const Port*> devices;
  for (const Port& port : checks.configuration.ports) {
    check_port_addresses(checks, port, addresses);
    check_gateway(checks, port);
    if (port.device.empty()) continue;
    const auto [first, fresh] = devices.emplace(port.device, &port);
    if (!fresh) {
      checks.error(place(port.places, "device", port.where),
                   fmt::format("port \"{}\": `{}` is the device of port \"{}\" already ({})", port.id,
                               port.device, first->second->id, to_string(first->second->where)));
    }
  }
}

Problems check(const Configuration& configuration) {
  Checks checks(configuration);
  check_headend(checks);
  check_ports(checks);
  check_inputs(checks);
  check_channels(checks);
  check_outputs(checks);
  check_rates(checks);
  return std::move(checks.problems);
}

}  // namespace headwater::config
