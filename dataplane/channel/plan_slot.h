// SPDX-License-Identifier: Apache-2.0
//
// Hands Plans from control to one worker. Control publishes, the worker takes the newest between bursts and
// reports which that is and the oldest generation that it still uses, where a part waits for its packet;
// control keeps every Plan from that generation on alive.
#pragma once

#include <atomic>
#include <cstdint>

#include "dataplane/plan/plan.h"

namespace headwater::dataplane::channel {

class PlanSlot {
 public:
  // Control. The Plan must live until in_use() has passed its generation.
  void publish(const Plan* plan) { plan_.store(plan, std::memory_order_release); }
  [[nodiscard]] std::uint64_t in_use() const { return in_use_.load(std::memory_order_acquire); }
  // The worker has this one: its slots, and their counters.
  [[nodiscard]] std::uint64_t adopted() const { return adopted_.load(std::memory_order_acquire); }

  // Worker. nullptr before the first.
  [[nodiscard]] const Plan* newest() const { return plan_.load(std::memory_order_acquire); }
  void report(std::uint64_t adopted, std::uint64_t oldest_in_use) {
    adopted_.store(adopted, std::memory_order_release);
    in_use_.store(oldest_in_use, std::memory_order_release);
  }

 private:
  std::atomic<const Plan*> plan_{nullptr};
  std::atomic<std::uint64_t> adopted_{0};
  std::atomic<std::uint64_t> in_use_{0};
};

}  // namespace headwater::dataplane::channel
