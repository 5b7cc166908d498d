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

// Frames that a device lost, as it counts them.
struct DeviceDrops {
  std::uint64_t missed = 0;          // its receive queue was full
  std::uint64_t no_buffer = 0;       // the frame pool was empty
  std::uint64_t receive_errors = 0;  // they came damaged
  std::uint64_t send_errors = 0;
};

struct DeviceState {
  wire::MacAddress mac;
  bool link_up = false;
  std::string trouble;                    // why there is no link, or why frames are lost, and what to do
  std::optional<std::uint64_t> link_bps;  // none: no link, or the device does not say
  DeviceDrops drops;                      // since its own start
  std::string driver;                     // DPDK's
  std::string reception;                  // "promiscuous", "all_multicast"; empty: it has no filter
  std::optional<bool> pause_frames;       // none: the device has no such thing, or does not say
};

class Devices {
 public:
  virtual ~Devices() = default;
  [[nodiscard]] virtual std::size_t count() const = 0;
  [[nodiscard]] virtual DeviceState look(std::size_t port) const = 0;
};

}  // namespace headwater::daemon
