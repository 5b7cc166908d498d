// SPDX-License-Identifier: Apache-2.0
#include "control/publish/publisher.h"

#include <algorithm>
#include <ranges>
#include <utility>

namespace headwater::control {

using dataplane::channel::PlanRing;

Publisher::Publisher(std::span<PlanRing> rings) : rings_(rings), waiting_(rings.size()) {}

std::uint64_t Publisher::in_use() const {
  return std::ranges::min(rings_ | std::views::transform(&PlanRing::in_use));
}

std::uint64_t Publisher::adopted() const {
  return std::ranges::min(rings_ | std::views::transform(&PlanRing::adopted));
}

void Publisher::publish(std::shared_ptr<const dataplane::Plan> plan) {
  plans_.push_back(std::move(plan));
  for (std::size_t& waiting : waiting_) ++waiting;
  reclaim();
}

void Publisher::hand_over() {
  for (std::size_t i = 0; i < rings_.size(); ++i) {
    while (waiting_[i] > 0 && rings_[i].try_publish(plans_[plans_.size() - waiting_[i]].get())) --waiting_[i];
  }
}

void Publisher::reclaim() {
  hand_over();
  // The newest stays: the workers may take it at any moment.
  const std::uint64_t oldest = in_use();
  const std::size_t kept = std::max<std::size_t>(std::ranges::max(waiting_), 1);
  while (plans_.size() > kept && plans_.front()->generation < oldest) plans_.pop_front();
}

}  // namespace headwater::control
