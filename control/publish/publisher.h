// SPDX-License-Identifier: Apache-2.0
//
// Owns the Plans that a worker may still look at: hands each one over, in order, and lets go of the old ones
// when all workers report that they have moved on. Control thread.
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
  explicit Publisher(std::span<dataplane::channel::PlanRing> rings);

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
  void hand_over();

  std::span<dataplane::channel::PlanRing> rings_;
  std::deque<std::shared_ptr<const dataplane::Plan>> plans_;  // oldest first
  std::vector<std::size_t> waiting_;  // by ring: how many of them have no room there yet, the newest
};

}  // namespace headwater::control
