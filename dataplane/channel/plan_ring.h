// SPDX-License-Identifier: Apache-2.0
//
// Hands Plans from control to one worker, each of them and in order: a part that only a Plan in between has
// may still have a packet from which it holds. The worker takes one step between two bursts and reports which
// that is and the oldest generation that it still uses, where a part waits for its packet; control keeps
// every Plan from that generation on alive. Never blocks.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "dataplane/channel/plan_step.h"
#include "dataplane/channel/ring.h"

namespace headwater::dataplane::channel {

class PlanRing {
 public:
  static constexpr std::size_t kMost = 64;

  // Control. The Plan must live until in_use() has passed its generation, the step until adopted() has come
  // to it. False: the ring is full.
  [[nodiscard]] bool try_publish(PlanStep* step) { return steps_.try_push(step); }
  [[nodiscard]] std::uint64_t in_use() const { return in_use_.load(std::memory_order_acquire); }
  // The worker has this one: its slots, and their counters.
  [[nodiscard]] std::uint64_t adopted() const { return adopted_.load(std::memory_order_acquire); }

  // Worker: the oldest that it has not taken; nullptr where it has them all.
  [[nodiscard]] PlanStep* take() {
    PlanStep* const* oldest = steps_.front();
    if (oldest == nullptr) return nullptr;
    PlanStep* step = *oldest;
    steps_.pop();
    return step;
  }
  void report(std::uint64_t adopted, std::uint64_t oldest_in_use) {
    adopted_.store(adopted, std::memory_order_release);
    in_use_.store(oldest_in_use, std::memory_order_release);
  }

 private:
  Ring<PlanStep*> steps_{kMost};
  std::atomic<std::uint64_t> adopted_{0};
  std::atomic<std::uint64_t> in_use_{0};
};

}  // namespace headwater::dataplane::channel
