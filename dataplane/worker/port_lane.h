// SPDX-License-Identifier: Apache-2.0
//
// One port in a worker: a few fresh frames at hand, the frames that are due, and the counters of what is
// sent. Worker thread.
#pragma once

#include <array>
#include <cstddef>

#include "dataplane/emit/transmit_queue.h"
#include "dataplane/plan/counters.h"
#include "dataplane/plan/port.h"

namespace headwater::dataplane {

inline constexpr std::size_t kBurst = 32;

class PortLane {
 public:
  PortLane(Port* port, PortCounters& counters) : port_(port), counters_(&counters), queue_(kQueue) {}
  ~PortLane();
  PortLane(const PortLane&) = delete;
  PortLane& operator=(const PortLane&) = delete;

  [[nodiscard]] Port* port() { return port_; }  // nullptr where there is no such port
  [[nodiscard]] PortCounters& counters() { return *counters_; }
  [[nodiscard]] TransmitQueue& queue() { return queue_; }

  // A frame to write into; put() takes it. nullptr: counted, no buffer or no room in the queue.
  enum class Refusal : std::uint8_t { kNoBuffer, kQueueFull };
  [[nodiscard]] Frame* fresh(Refusal& why);
  // The frame that fresh() gave, to be sent now.
  void put(Instant departure, const FrameOrigin& origin);

 private:
  static constexpr std::size_t kQueue = 1024;

  Port* port_;
  PortCounters* counters_;
  TransmitQueue queue_;
  std::array<Frame, kBurst> stock_{};
  std::size_t stocked_ = 0;
};

}  // namespace headwater::dataplane
