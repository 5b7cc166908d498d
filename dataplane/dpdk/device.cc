// SPDX-License-Identifier: Apache-2.0
#include "dataplane/dpdk/device.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace headwater::dataplane::dpdk {
namespace {

// A small ring loses half of the frames under contention; qdisc_bypass saves the kernel's queueing;
// blocks of 256 KiB hold whole frames of 2 KiB.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kAfPacketDefaults{{
    {"qdisc_bypass", "1"},
    {"blocksz", "262144"},
    {"framesz", "2048"},
    {"framecnt", "16384"},
}};

bool is_hex(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
}

// [domain:]bus:device.function, in hexadecimal; the domain is 0000 where it is left out.
std::optional<std::string> parse_pci_address(std::string_view text) {
  const auto colons = std::ranges::count(text, ':');
  if (colons != 1 && colons != 2) return std::nullopt;
  std::string_view domain = "0000";
  if (colons == 2) {
    domain = text.substr(0, text.find(':'));
    text.remove_prefix(domain.size() + 1);
  }
  if (domain.size() != 4 || text.size() != 7 || text[2] != ':' || text[5] != '.') return std::nullopt;
  if (!is_hex(domain) || !is_hex(text.substr(0, 2)) || !is_hex(text.substr(3, 2))) return std::nullopt;
  if (text[6] < '0' || text[6] > '7') return std::nullopt;
  std::string address = fmt::format("{}:{}", domain, text);
  std::ranges::transform(address, address.begin(),
                         [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c; });
  return address;
}

bool is_driver_name(std::string_view text) {
  return text.starts_with("net_") && text.size() > 4 && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                  c == '-';
         });
}

}  // namespace

std::expected<Device, std::string> Device::parse(std::string_view text) {
  Device device;
  const std::size_t comma = text.find(',');
  const std::string_view name = text.substr(0, comma);
  if (comma != std::string_view::npos) device.arguments = text.substr(comma + 1);
  if (const std::optional<std::string> address = parse_pci_address(name)) {
    device.kind = Kind::kPci;
    device.name = *address;
    return device;
  }
  if (!is_driver_name(name)) {
    return std::unexpected(fmt::format(
        "device \"{}\" is neither a PCI address such as 0000:3b:00.0 nor a DPDK device string such as "
        "net_af_packet0,iface=eth1",
        text));
  }
  device.name = name;
  if (name.starts_with("net_af_packet")) {
    if (!device.argument("iface")) {
      return std::unexpected(
          fmt::format("device \"{}\" names no interface: write \"{},iface=eth1\"", text, name));
    }
    for (const auto& [key, value] : kAfPacketDefaults) {
      if (!device.argument(key)) device.arguments += fmt::format(",{}={}", key, value);
    }
  }
  return device;
}

std::expected<Device, std::string> Device::with_queues(unsigned workers) const {
  // Other devices have queues of their own, and are asked how many.
  if (!name.starts_with("net_af_packet")) return *this;
  const std::string wanted = fmt::format("{}", workers);
  const auto given = argument("qpairs");
  if (given && *given != wanted) {
    return std::unexpected(fmt::format(
        "device \"{}\" has `qpairs={}`, and there {} {} in `workers`: leave `qpairs` out, or what the kernel "
        "puts into the others' queues is lost",
        to_string(), *given, workers == 1 ? "is" : "are", workers));
  }
  Device device = *this;
  if (!given && workers > 1) device.arguments += fmt::format(",qpairs={}", workers);
  return device;
}

std::string Device::to_string() const {
  return arguments.empty() ? name : name + "," + arguments;
}

std::optional<std::string> Device::argument(std::string_view key) const {
  std::string_view rest = arguments;
  while (!rest.empty()) {
    const std::string_view item = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), item.size() + 1));
    const std::size_t equals = item.find('=');
    if (equals != std::string_view::npos && item.substr(0, equals) == key) {
      return std::string(item.substr(equals + 1));
    }
  }
  return std::nullopt;
}

std::optional<std::string> Device::kernel_interface() const {
  if (!name.starts_with("net_af_packet") && !name.starts_with("net_af_xdp")) return std::nullopt;
  return argument("iface");
}

}  // namespace headwater::dataplane::dpdk
