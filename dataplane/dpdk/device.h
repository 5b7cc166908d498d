// SPDX-License-Identifier: Apache-2.0
//
// What an operator writes as a port's `device`: a PCI address, or a DPDK device string. Pure text work. Any
// thread.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace headwater::dataplane::dpdk {

struct Device {
  enum class Kind : std::uint8_t { kPci, kVirtual };

  Kind kind = Kind::kVirtual;
  std::string name;       // "0000:3b:00.0", "net_af_packet0"
  std::string arguments;  // what the driver gets: "iface=hd0,qdisc_bypass=1,..."

  // "3b:00.0" becomes "0000:3b:00.0"; net_af_packet gets the defaults that a headend needs where they are not
  // given. The error says what a device may be.
  static std::expected<Device, std::string> parse(std::string_view text);

  // With a pair of queues for each worker. The error says what the operator gave instead.
  [[nodiscard]] std::expected<Device, std::string> with_queues(unsigned workers) const;
  // As DPDK takes it: name, comma, arguments.
  [[nodiscard]] std::string to_string() const;
  // The value of one driver argument.
  [[nodiscard]] std::optional<std::string> argument(std::string_view key) const;
  // The kernel's interface that a virtual device works on (af_packet and af_xdp).
  [[nodiscard]] std::optional<std::string> kernel_interface() const;
};

}  // namespace headwater::dataplane::dpdk
