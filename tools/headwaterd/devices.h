// SPDX-License-Identifier: Apache-2.0
//
// What control asks of the ports' devices, so that nothing else of the program has to know DPDK. Control
// thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "dataplane/wire/address.h"

namespace headwater::daemon {

struct DeviceState {
  wire::MacAddress mac;
  bool link_up = false;
  std::string trouble;                    // why there is no link, or why frames are lost, and what to do
  std::optional<std::uint64_t> link_bps;  // none: no link, or the device does not say
  std::uint64_t drops = 0;                // counted by the device, since its own start
};

class Devices {
 public:
  virtual ~Devices() = default;
  [[nodiscard]] virtual std::size_t count() const = 0;
  [[nodiscard]] virtual DeviceState look(std::size_t port) const = 0;
};

}  // namespace headwater::daemon
