// SPDX-License-Identifier: Apache-2.0
#include "control/publish/publisher.h"

#include <algorithm>
#include <ranges>
#include <utility>

namespace headwater::control {

using dataplane::channel::PlanRing;

Publisher::Publisher(std::span<PlanRing> rings, dataplane::channel::MakeStep make_step)
    : rings_(rings), make_step_(std::move(make_step)), hands_(rings.size()) {
  std::ranges::transform(rings_, hands_.begin(), [](PlanRing& ring) { return Hand{&ring, {}}; });
}

std::uint64_t Publisher::in_use() const {
  return std::ranges::min(rings_ | std::views::transform(&PlanRing::in_use));
}

std::uint64_t Publisher::adopted() const {
  return std::ranges::min(rings_ | std::views::transform(&PlanRing::adopted));
}

void Publisher::publish(std::shared_ptr<const dataplane::Plan> plan) {
  static const dataplane::Plan kNone;
  const dataplane::Plan& before = plans_.empty() ? kNone : *plans_.back();
  for (std::uint32_t worker = 0; worker < hands_.size(); ++worker) {
    hands_[worker].steps.push_back(make_step_({worker}, before, *plan));
    ++hands_[worker].waiting;
  }
  plans_.push_back(std::move(plan));
  reclaim();
}

void Publisher::hand_over(Hand& hand) {
  while (hand.waiting > 0 && hand.ring->try_publish(hand.steps[hand.steps.size() - hand.waiting].get()))
    --hand.waiting;
}

void Publisher::reclaim() {
  // The newest Plan stays: the workers may take it at any moment.
  std::size_t kept = 1;
  for (Hand& hand : hands_) {
    hand_over(hand);
    const std::uint64_t adopted = hand.ring->adopted();
    while (!hand.steps.empty() && hand.steps.front()->plan->generation <= adopted) hand.steps.pop_front();
    kept = std::max(kept, hand.steps.size());
  }
  const std::uint64_t oldest = in_use();
  while (plans_.size() > kept && plans_.front()->generation < oldest) plans_.pop_front();
}

}  // namespace headwater::control
