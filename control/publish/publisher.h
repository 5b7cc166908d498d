// SPDX-License-Identifier: Apache-2.0
//
// Owns the Plans that a worker may still look at, and each worker's steps from one to the next: hands each
// one over, in order, and lets go of the old ones when the workers report that they have moved on. Control
// thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <vector>

#include "dataplane/channel/plan_ring.h"
#include "dataplane/plan/plan.h"

namespace headwater::control {

class Publisher {
 public:
  // A ring for each worker; they outlive the publisher, and the workers must have ended before it does.
  Publisher(std::span<dataplane::channel::PlanRing> rings, dataplane::channel::MakeStep make_step);

  // Generations only grow.
  void publish(std::shared_ptr<const dataplane::Plan> plan);
  // Hands over what there was no room for, and lets go of the Plans that are out of use; call it now and
  // then.
  void reclaim();

  // Every slot that is in no Plan from this generation on is out of use.
  [[nodiscard]] std::uint64_t in_use() const;
  // All workers have this one.
  [[nodiscard]] std::uint64_t adopted() const;
  [[nodiscard]] std::size_t held() const { return plans_.size(); }

 private:
  struct Hand {
    dataplane::channel::PlanRing* ring;
    std::deque<std::unique_ptr<dataplane::channel::PlanStep>> steps;  // oldest first; not adopted yet
    std::size_t waiting = 0;  // how many of them have no room in the ring yet, the newest
  };

  static void hand_over(Hand& hand);

  std::span<dataplane::channel::PlanRing> rings_;
  dataplane::channel::MakeStep make_step_;
  std::deque<std::shared_ptr<const dataplane::Plan>> plans_;  // oldest first
  std::vector<Hand> hands_;                                   // by worker
};

}  // namespace headwater::control
