// SPDX-License-Identifier: Apache-2.0
//
// The frames that inputs hold of the ports' pools, and whether they fit. A value. Control thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "config/model/configuration.h"
#include "config/model/location.h"
#include "control/compile/parts.h"
#include "dataplane/plan/slots.h"

namespace headwater::control {

// What one input holds; a file's frames are its feeder's own.
struct InputNeed {
  std::optional<dataplane::PortIndex> port;
  std::uint64_t frames = 0;
};

class MemoryNeeds {
 public:
  void add(const InputNeed& need);
  void remove(const InputNeed& need);
  // A quarter of each pool stays for the device's queues and for sending; more, where the queues of many
  // workers may hold more.
  [[nodiscard]] std::vector<config::Problem> problems(const config::Headend& headend,
                                                      const KnownPorts& ports) const;

 private:
  struct PortNeed {
    std::uint64_t inputs = 0;
    std::uint64_t frames = 0;
  };
  std::map<dataplane::PortIndex, PortNeed> ports_;
};

}  // namespace headwater::control
