// SPDX-License-Identifier: Apache-2.0
#include "dataplane/dpdk/kernel_interface.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <system_error>
#include <vector>

namespace headwater::dataplane::dpdk {
namespace {

std::string interface_names() {
  std::vector<std::string> names;
  if (struct if_nameindex* all = if_nameindex(); all != nullptr) {
    for (const struct if_nameindex* at = all; at->if_index != 0; ++at) names.emplace_back(at->if_name);
    if_freenameindex(all);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

std::expected<void, std::string> check_kernel_interface(const std::string& name) {
  if (if_nametoindex(name.c_str()) == 0) {
    return std::unexpected(fmt::format("no interface {} in this network namespace; `ip link` shows: {}", name,
                                       interface_names()));
  }
  const int packet_socket = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
  if (packet_socket < 0) {
    return std::unexpected(fmt::format("packets of interface {} need root or CAP_NET_RAW ({})", name,
                                       std::generic_category().message(errno)));
  }
  close(packet_socket);
  return {};
}

std::optional<KernelInterfaceState> kernel_interface_state(const std::string& name) {
  if (name.size() >= IFNAMSIZ) return std::nullopt;
  const int any_socket = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (any_socket < 0) return std::nullopt;
  struct ifreq request{};
  name.copy(request.ifr_name, IFNAMSIZ - 1);
  const auto ask = [&](unsigned long what) { return ioctl(any_socket, what, &request) == 0; };
  KernelInterfaceState state;
  bool answered = ask(SIOCGIFFLAGS);
  state.up = (request.ifr_flags & IFF_UP) != 0;
  state.carrier = (request.ifr_flags & IFF_RUNNING) != 0;
  answered = answered && ask(SIOCGIFMTU);
  state.mtu = static_cast<unsigned>(request.ifr_mtu);
  answered = answered && ask(SIOCGIFINDEX);
  state.index = static_cast<unsigned>(request.ifr_ifindex);
  close(any_socket);
  if (!answered) return std::nullopt;
  return state;
}

}  // namespace headwater::dataplane::dpdk
