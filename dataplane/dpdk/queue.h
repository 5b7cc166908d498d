// SPDX-License-Identifier: Apache-2.0
//
// One worker's queues of a DPDK device: what it receives of it, and what it sends by it, in mbufs of the
// device's pool. One worker's; its thread holds a ThreadRegistration. A frame may be released on any of the
// workers' threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "dataplane/plan/counters.h"
#include "dataplane/plan/frame.h"
#include "dataplane/plan/port.h"
#include "dataplane/plan/slots.h"

struct rte_mempool;

namespace headwater::dataplane::dpdk {

class Queue final : public Port {
 public:
  static constexpr std::size_t kBurst = 64;  // frames at once

  struct Place {
    std::uint16_t device = 0;  // as DPDK numbers it, started
    std::uint16_t number = 0;  // of the send queue, and of the receive queue
    bool receives = true;      // the device has a receive queue of this number
    PortIndex port;            // what the frames say they came in by
  };
  // The pool and the counters outlive it.
  Queue(const Place& place, rte_mempool* pool, PortCounters& counters);

  std::size_t receive(Instant now, std::span<Frame> frames) override;
  std::size_t allocate(std::span<Frame> frames) override;
  // Frames of any Queue.
  std::size_t send(Instant now, std::span<const Frame> frames, std::span<const Instant> departures) override;

 private:
  FramePool* const frames_;
  Place place_;
  rte_mempool* pool_;
  PortCounters& counters_;
};

}  // namespace headwater::dataplane::dpdk
