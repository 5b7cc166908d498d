// SPDX-License-Identifier: Apache-2.0
//
// A network interface of the kernel that a virtual device (af_packet, af_xdp) works on. In the caller's
// network namespace. Any thread.
#pragma once

#include <expected>
#include <optional>
#include <string>

namespace headwater::dataplane::dpdk {

// It exists, and this process may open packet sockets.
std::expected<void, std::string> check_kernel_interface(const std::string& name);

struct KernelInterfaceState {
  bool up = false;       // by the administrator: ip link set NAME up
  bool carrier = false;  // the other end is there
  unsigned index = 0;    // another one: the interface was made anew under its name
  unsigned mtu = 0;      // bytes of an IP packet
};
// nullopt when there is no such interface (any more).
std::optional<KernelInterfaceState> kernel_interface_state(const std::string& name);

}  // namespace headwater::dataplane::dpdk
