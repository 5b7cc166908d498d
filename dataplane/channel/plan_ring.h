// SPDX-License-Identifier: Apache-2.0
//
// Hands Plans from control to one worker, each of them and in order: a part that only a Plan in between has
// may still have a packet from which it holds. The worker takes one between two bursts and reports which that
// is and the oldest generation that it still uses, where a part waits for its packet; control keeps every
// Plan from that generation on alive. Never blocks.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "dataplane/plan/plan.h"

namespace headwater::dataplane::channel {

class PlanRing {
 public:
  static constexpr std::size_t kMost = 64;

  // Control. The Plan must live until in_use() has passed its generation. False: the ring is full.
  [[nodiscard]] bool try_publish(const Plan* plan) {
    const std::size_t published = published_.load(std::memory_order_relaxed);
    if (published - taken_.load(std::memory_order_acquire) == kMost) return false;
    plans_[published % kMost] = plan;
    published_.store(published + 1, std::memory_order_release);
    return true;
  }
  [[nodiscard]] std::uint64_t in_use() const { return in_use_.load(std::memory_order_acquire); }
  // The worker has this one: its slots, and their counters.
  [[nodiscard]] std::uint64_t adopted() const { return adopted_.load(std::memory_order_acquire); }

  // Worker: the oldest that it has not taken; nullptr where it has them all.
  [[nodiscard]] const Plan* take() {
    const std::size_t taken = taken_.load(std::memory_order_relaxed);
    if (taken == published_.load(std::memory_order_acquire)) return nullptr;
    const Plan* plan = plans_[taken % kMost];
    taken_.store(taken + 1, std::memory_order_release);
    return plan;
  }
  void report(std::uint64_t adopted, std::uint64_t oldest_in_use) {
    adopted_.store(adopted, std::memory_order_release);
    in_use_.store(oldest_in_use, std::memory_order_release);
  }

 private:
  std::array<const Plan*, kMost> plans_{};
  alignas(64) std::atomic<std::size_t> published_{0};
  alignas(64) std::atomic<std::size_t> taken_{0};
  std::atomic<std::uint64_t> adopted_{0};
  std::atomic<std::uint64_t> in_use_{0};
};

}  // namespace headwater::dataplane::channel
