// SPDX-License-Identifier: Apache-2.0
//
// Owns the Plans that the worker may still look at: hands each one over, in order, and lets go of the old
// ones when the worker reports that it has moved on. Control thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>

#include "dataplane/channel/plan_ring.h"
#include "dataplane/plan/plan.h"

namespace headwater::control {

class Publisher {
 public:
  // `ring` outlives the publisher; the worker must have ended before the publisher does.
  explicit Publisher(dataplane::channel::PlanRing& ring) : ring_(ring) {}

  // Generations only grow.
  void publish(std::shared_ptr<const dataplane::Plan> plan);
  // Hands over what there was no room for, and lets go of the Plans that are out of use; call it now and
  // then.
  void reclaim();

  // Every slot that is in no Plan from this generation on is out of use.
  [[nodiscard]] std::uint64_t in_use() const { return ring_.in_use(); }
  // The worker has this one.
  [[nodiscard]] std::uint64_t adopted() const { return ring_.adopted(); }
  [[nodiscard]] std::size_t held() const { return plans_.size(); }

 private:
  void hand_over();

  dataplane::channel::PlanRing& ring_;
  std::deque<std::shared_ptr<const dataplane::Plan>> plans_;  // oldest first
  std::size_t waiting_ = 0;                                   // of them, for room in the ring: the newest
};

}  // namespace headwater::control
