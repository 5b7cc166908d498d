// SPDX-License-Identifier: Apache-2.0
#include "config/yaml/read.h"

#include <fmt/core.h>

#include <algorithm>

#include "config/model/address.h"
#include "config/model/words.h"

namespace headwater::config {
namespace {

constexpr std::uint64_t kMaxWireRate = 800'000'000'000;

void read_address(const MapReader& reader, const Node& item, Port& port) {
  const auto text = reader.item_text(item, "address");
  if (!text) return;
  if (text->find(':') != std::string::npos) {
    return reader.error(item, "address", fmt::format("`{}`: IPv6 is not supported in this version", *text));
  }
  const auto slash = text->find('/');
  const std::string address = text->substr(0, slash);
  const auto value = parse_ipv4(address);
  if (!value || *value == 0 || is_multicast(*value) || (*value >> 24) == 127) {
    return reader.error(item, "address",
                        fmt::format("`{}` is not an address for a port (like 10.1.0.10/24)", *text));
  }
  if (slash == std::string::npos) {
    return reader.error(item, "address", fmt::format("`{0}` says no prefix length: {0}/24", *text));
  }
  const auto prefix = parse_integer(std::string_view(*text).substr(slash + 1));
  if (!prefix || *prefix < 1 || *prefix > 32) {
    return reader.error(
        item, "address",
        fmt::format("`{}` is not a prefix length (1..32)", std::string_view(*text).substr(slash + 1)));
  }
  port.addresses.push_back({address, static_cast<unsigned>(*prefix), item.where});
}

// A kernel interface's name is the mistake to expect.
void check_device(const MapReader& reader, const Node& node) {
  const bool dpdk_string = node.text.find_first_of(":,_") != std::string::npos;
  if (dpdk_string || node.text.empty()) return;
  reader.error(
      node, "device",
      fmt::format(
          "`{0}` is neither a PCI address (0000:3b:00.0) nor a DPDK device string; a kernel interface is "
          "reached as \"net_af_packet0,iface={0}\"",
          node.text));
}

Port read_port(const Entry& entry, Report& report) {
  Port port;
  port.id = entry.key;
  port.where = entry.where;
  MapReader reader(*entry.value, fmt::format("port \"{}\"", port.id), report, port.places);
  reader.check_keys(schema::port_keys());
  reader.require("device", "a PCI address or a DPDK device string");
  reader.text("device", port.device, 1000);
  if (const Entry* device = entry.value->find("device"); device != nullptr && !port.device.empty()) {
    check_device(reader, *device->value);
  }
  if (const auto items = reader.list("address")) {
    for (const Node* item : *items) read_address(reader, *item, port);
  }
  if (const Node* node = reader.scalar("gateway")) {
    if (const auto value = parse_ipv4(node->text); value && !is_multicast(*value) && *value != 0) {
      port.gateway = node->text;
    } else {
      reader.error(*node, "gateway", fmt::format("`{}` is not the IPv4 address of a router", node->text));
    }
  }
  reader.number("vlan", port.vlan, "VLAN", {1, 4094});
  reader.rate("rate", port.rate, {1'000'000, kMaxWireRate});
  if (const Node* node = reader.scalar("mac")) {
    if (is_station_mac(node->text)) {
      port.mac = node->text;
    } else {
      reader.error(*node, "mac",
                   fmt::format("`{}` is not the MAC address of a station (02:00:00:00:00:01)", node->text));
    }
  }
  return port;
}

}  // namespace

const Node* section_map(const Node& root, std::string_view section, Report& report) {
  const Entry* entry = root.find(section);
  if (entry == nullptr || entry->value->kind == Node::Kind::kNull) return nullptr;
  if (entry->value->kind == Node::Kind::kMap) return entry->value.get();
  report.error(entry->value->where, "", fmt::format("`{}` is a map: one key for each, its id", section));
  return nullptr;
}

bool check_named(const Entry& entry, std::string_view kind, Report& report) {
  if (!is_id(entry.key)) {
    report.error(entry.where, "",
                 fmt::format("`{}` is not an id for this {}: letters, digits, '-', '_', '.', at most {}",
                             entry.key, kind, kMaxId));
    return false;
  }
  if (entry.value->kind == Node::Kind::kMap) return true;
  report.error(entry.where, fmt::format("{} \"{}\"", kind, entry.key), "a map with its keys is needed here");
  return false;
}

void read_headend(const Node& root, Headend& headend, Report& report) {
  headend.where = root.where;
  const Node* map = section_map(root, "headend", report);
  if (map == nullptr) return;
  headend.where = map->where;
  MapReader reader(*map, "headend", report, headend.places);
  reader.check_keys(schema::headend_keys());
  reader.text("name", headend.name, 64);
  reader.number("network_id", headend.network_id, "network_id", {1, 65535});
  reader.number("original_network_id", headend.original_network_id, "original_network_id", {1, 65535});
  if (const auto items = reader.list("workers")) {
    std::vector<unsigned> cores;
    for (const Node* item : *items) {
      // DPDK's RTE_MAX_LCORE.
      const auto core = reader.to_number(*item, "workers", "core", {0, 127});
      if (core) cores.push_back(static_cast<unsigned>(*core));
    }
    if (items->size() == cores.size()) headend.workers = cores;  // else the count would be wrong as well
  }
  reader.choice("poll", headend.poll,
                {{"adaptive", Headend::Poll::kAdaptive}, {"busy", Headend::Poll::kBusy}});
  reader.bytes("memory", headend.memory, {16ULL << 20, 1024ULL << 30});
  reader.flag("huge_pages", headend.huge_pages);
  reader.text("state_directory", headend.state_directory);
  // sockaddr_un holds 107 bytes and a zero.
  reader.text("api_socket", headend.api_socket, 107);
}

void read_ports(const Node& root, Configuration& configuration, Report& report) {
  for_each_named(root, "ports", "port", report,
                 [&](const Entry& entry) { configuration.ports.push_back(read_port(entry, report)); });
}

}  // namespace headwater::config
