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

  // A frame to write into; put() takes it. nullptr: counted, no buffer or no room in the queue.
  enum class Refusal : std::uint8_t { kNoBuffer, kQueueFull };
  [[nodiscard]] Frame* fresh(Refusal& why);
  // The frame that fresh() gave, to be sent now.
  void put(Instant departure, const FrameOrigin& origin);
  // Offers what is put to the device; tells `sent(origin, departure)` of each frame that it took.
  template <typename Sent>
  void send(Instant now, Sent&& sent) {
    queue_.send(now, *port_, [&](const FrameOrigin& origin, Instant departure) {
      counters_->sent.add();
      counters_->sent_bytes.add(origin.length);
      sent(origin, departure);
    });
    show_held();
  }
  // Drops the frames of an output that has stopped, counted; returns how many TS packets were in them.
  std::uint64_t drop(OutputSlot output);
  [[nodiscard]] bool holds() const { return queue_.size() != 0; }

 private:
  static constexpr std::size_t kQueue = 1024;

  void show_held() { counters_->tx_held.set(static_cast<std::int64_t>(queue_.size())); }

  Port* port_;
  PortCounters* counters_;
  TransmitQueue queue_;
  std::array<Frame, kBurst> stock_{};
  std::size_t stocked_ = 0;
};

}  // namespace headwater::dataplane
