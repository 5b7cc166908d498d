// SPDX-License-Identifier: Apache-2.0
//
// The configuration's ports as DPDK devices: the EAL, then each port, opened in the order of the
// configuration, which is the order of their PortIndex. Control thread.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "config/model/configuration.h"
#include "control/compile/compiler.h"
#include "control/log/log.h"
#include "dataplane/channel/counter_blocks.h"
#include "dataplane/dpdk/eal.h"
#include "dataplane/dpdk/port.h"
#include "dataplane/plan/port.h"
#include "tools/headwaterd/devices.h"

namespace headwater::daemon {

class Ports final : public Devices {
 public:
  // `log` gets DPDK's own words; it and `counters` outlive the ports. The error is for the operator.
  static std::expected<std::unique_ptr<Ports>, std::string> open(const config::Configuration& configuration,
                                                                 dataplane::channel::CounterBlocks& counters,
                                                                 control::Log& log);

  [[nodiscard]] std::size_t count() const override { return ports_.size(); }
  [[nodiscard]] DeviceState look(std::size_t port) const override;
  // The worker's queues, by PortIndex.
  [[nodiscard]] const std::vector<dataplane::Port*>& for_worker(std::size_t worker) const {
    return queues_[worker];
  }
  [[nodiscard]] std::vector<control::PortFact> facts(const config::Configuration& configuration) const;

 private:
  std::unique_ptr<dataplane::dpdk::Eal> eal_;
  std::vector<std::unique_ptr<dataplane::dpdk::DpdkPort>> ports_;
  std::vector<std::vector<dataplane::Port*>> queues_;  // by worker
};

}  // namespace headwater::daemon
