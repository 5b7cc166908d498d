// SPDX-License-Identifier: Apache-2.0
//
// Devices that are as a test says.
#pragma once

#include <utility>
#include <vector>

#include "tools/headwaterd/devices.h"

namespace headwater::daemon {

class FakeDevices final : public Devices {
 public:
  explicit FakeDevices(std::size_t count) : states(count) {
    for (DeviceState& state : states) state.link_up = true;
  }
  std::size_t count() const override { return states.size(); }
  DeviceState look(std::size_t port) const override { return states[port]; }

  void cut(std::size_t port, std::string trouble) {
    states[port].link_up = false;
    states[port].trouble = std::move(trouble);
  }
  void mend(std::size_t port) {
    states[port].link_up = true;
    states[port].trouble.clear();
  }

  std::vector<DeviceState> states;
};

}  // namespace headwater::daemon
