// SPDX-License-Identifier: Apache-2.0
#include "control/publish/publisher.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>

namespace headwater::control {
namespace {

std::shared_ptr<const dataplane::Plan> plan_of(std::uint64_t generation) {
  auto plan = std::make_shared<dataplane::Plan>();
  plan->generation = generation;
  return plan;
}

std::unique_ptr<dataplane::channel::PlanStep> bare_step(dataplane::WorkerIndex /*worker*/,
                                                        const dataplane::Plan& /*before*/,
                                                        const dataplane::Plan& plan) {
  return std::make_unique<dataplane::channel::PlanStep>(plan);
}

TEST(Publisher, TheWorkerSeesEveryPlanInOrder) {
  dataplane::channel::PlanRing ring;
  Publisher publisher({&ring, 1}, bare_step);
  EXPECT_EQ(ring.take(), nullptr);
  const auto first = plan_of(1), second = plan_of(2);
  publisher.publish(first);
  publisher.publish(second);
  EXPECT_EQ(ring.take()->plan, first.get());
  EXPECT_EQ(ring.take()->plan, second.get());
  EXPECT_EQ(ring.take(), nullptr);
}

// A worker that stalls, while its control goes on.
TEST(Publisher, WhatTheRingHasNoRoomForFollows) {
  constexpr std::uint64_t kPlans = 3 * dataplane::channel::PlanRing::kMost;
  dataplane::channel::PlanRing ring;
  Publisher publisher({&ring, 1}, bare_step);
  for (std::uint64_t generation = 1; generation <= kPlans; ++generation)
    publisher.publish(plan_of(generation));
  EXPECT_EQ(publisher.held(), kPlans);
  std::uint64_t taken = 0;
  while (const auto* step = ring.take()) {
    ASSERT_EQ(step->plan->generation, ++taken);
    ring.report(taken, taken);
    publisher.reclaim();
    EXPECT_EQ(publisher.held(), kPlans - taken + 1);
  }
  EXPECT_EQ(taken, kPlans);
}

TEST(Publisher, APlanLivesUntilTheWorkerReportsALaterOne) {
  dataplane::channel::PlanRing ring;
  Publisher publisher({&ring, 1}, bare_step);
  auto first = plan_of(1);
  const std::weak_ptr<const dataplane::Plan> watched = first;
  publisher.publish(std::move(first));
  ring.report(1, 1);
  publisher.publish(plan_of(2));
  publisher.publish(plan_of(3));
  EXPECT_FALSE(watched.expired()) << "the worker still uses generation 1";
  EXPECT_EQ(publisher.held(), 3U);
  ring.report(3, 3);
  publisher.reclaim();
  EXPECT_TRUE(watched.expired());
  EXPECT_EQ(publisher.held(), 1U);
}

// Of several workers the slowest counts, and each gets every Plan.
TEST(Publisher, APlanLivesUntilTheLastWorkerHasLeftIt) {
  constexpr std::uint64_t kPlans = 2 * dataplane::channel::PlanRing::kMost;
  std::array<dataplane::channel::PlanRing, 2> rings;
  Publisher publisher(rings, bare_step);
  for (std::uint64_t generation = 1; generation <= kPlans; ++generation) {
    publisher.publish(plan_of(generation));
    ASSERT_EQ(rings[0].take()->plan->generation, generation);
    rings[0].report(generation, generation);
  }
  publisher.reclaim();
  EXPECT_EQ(publisher.held(), kPlans);
  EXPECT_EQ(publisher.adopted(), 0U);
  for (std::uint64_t generation = 1; generation <= kPlans; ++generation) {
    ASSERT_EQ(rings[1].take()->plan->generation, generation);
    rings[1].report(generation, generation);
    publisher.reclaim();
  }
  EXPECT_EQ(publisher.held(), 1U);
  EXPECT_EQ(publisher.adopted(), kPlans);
}

TEST(Publisher, TheNewestPlanIsNeverLetGo) {
  dataplane::channel::PlanRing ring;
  Publisher publisher({&ring, 1}, bare_step);
  publisher.publish(plan_of(1));
  ring.report(7, 7);
  publisher.reclaim();
  EXPECT_EQ(publisher.held(), 1U);
}

}  // namespace
}  // namespace headwater::control
