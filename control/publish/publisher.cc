// SPDX-License-Identifier: Apache-2.0
#include "control/publish/publisher.h"

#include <algorithm>
#include <utility>

namespace headwater::control {

void Publisher::publish(std::shared_ptr<const dataplane::Plan> plan) {
  plans_.push_back(std::move(plan));
  ++waiting_;
  reclaim();
}

void Publisher::hand_over() {
  while (waiting_ > 0 && ring_.try_publish(plans_[plans_.size() - waiting_].get())) --waiting_;
}

void Publisher::reclaim() {
  hand_over();
  const std::uint64_t oldest = ring_.in_use();
  while (plans_.size() > std::max<std::size_t>(waiting_, 1) && plans_.front()->generation < oldest)
    plans_.pop_front();
}

}  // namespace headwater::control
