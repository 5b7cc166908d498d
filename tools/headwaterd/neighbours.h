// SPDX-License-Identifier: Apache-2.0
//
// What each port is on its network: a host that answers ARP and ping and joins the groups of its inputs.
// Frames of control go out by the inject ring; a full ring drops and counts. Control thread.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "config/model/configuration.h"
#include "control/compile/compiler.h"
#include "control/membership/port_host.h"
#include "dataplane/channel/inject_ring.h"
#include "psi/base/ticks.h"

namespace headwater::daemon {

class Neighbours {
 public:
  Neighbours(const config::Configuration& configuration, const std::vector<control::PortFact>& ports,
             dataplane::channel::InjectRing& inject, std::uint64_t seed);

  void link_up(std::size_t port, Instant now) { hosts_[port]->link_up(now); }
  // Joins what the configuration's inputs want of each port, and has the addresses that it gives them. Its
  // ports are those of the start, in their order.
  void take_over(const config::Configuration& configuration, Instant now);
  void handle_frame(std::size_t port, Instant now, Bytes frame);
  void tick(Instant now);
  void leave_all(Instant now);
  [[nodiscard]] bool settled() const;

  [[nodiscard]] const control::PortHost& host(std::size_t port) const { return *hosts_[port]; }
  // Of this port's, because the inject ring was full.
  [[nodiscard]] std::uint64_t frames_lost(std::size_t port) const { return frames_lost_[port]; }

 private:
  std::vector<std::unique_ptr<control::PortHost>> hosts_;  // by PortIndex
  std::vector<std::uint64_t> frames_lost_;                 // by PortIndex
};

}  // namespace headwater::daemon
