// SPDX-License-Identifier: Apache-2.0
//
// Owns the Plans that the worker may still look at: hands each new one over, and lets go of the old ones when
// the worker reports that it has moved on. Control thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>

#include "dataplane/channel/plan_slot.h"
#include "dataplane/plan/plan.h"

namespace headwater::control {

class Publisher {
 public:
  // `slot` outlives the publisher; the worker must have ended before the publisher does.
  explicit Publisher(dataplane::channel::PlanSlot& slot) : slot_(slot) {}

  // Generations only grow.
  void publish(std::shared_ptr<const dataplane::Plan> plan);
  // Lets go of the Plans that are out of use; call it now and then.
  void reclaim();

  // Every slot that is in no Plan from this generation on is out of use.
  [[nodiscard]] std::uint64_t in_use() const { return slot_.in_use(); }
  // The worker has this one.
  [[nodiscard]] std::uint64_t adopted() const { return slot_.adopted(); }
  [[nodiscard]] std::size_t held() const { return plans_.size(); }

 private:
  dataplane::channel::PlanSlot& slot_;
  std::deque<std::shared_ptr<const dataplane::Plan>> plans_;  // oldest first
};

}  // namespace headwater::control
