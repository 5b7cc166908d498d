// SPDX-License-Identifier: Apache-2.0
#include "control/publish/publisher.h"

#include <utility>

namespace headwater::control {

void Publisher::publish(std::shared_ptr<const dataplane::Plan> plan) {
  const dataplane::Plan* raw = plan.get();
  plans_.push_back(std::move(plan));
  slot_.publish(raw);
  reclaim();
}

void Publisher::reclaim() {
  // The newest stays: the worker may take it at any moment.
  const std::uint64_t oldest = slot_.in_use();
  while (plans_.size() > 1 && plans_.front()->generation < oldest) plans_.pop_front();
}

}  // namespace headwater::control
