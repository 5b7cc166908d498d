// SPDX-License-Identifier: Apache-2.0
#include "control/publish/publisher.h"

#include <gtest/gtest.h>

#include <memory>

namespace headwater::control {
namespace {

std::shared_ptr<const dataplane::Plan> plan_of(std::uint64_t generation) {
  auto plan = std::make_shared<dataplane::Plan>();
  plan->generation = generation;
  return plan;
}

TEST(Publisher, TheWorkerSeesTheNewestPlan) {
  dataplane::channel::PlanSlot slot;
  Publisher publisher(slot);
  EXPECT_EQ(slot.newest(), nullptr);
  const auto first = plan_of(1);
  publisher.publish(first);
  EXPECT_EQ(slot.newest(), first.get());
  const auto second = plan_of(2);
  publisher.publish(second);
  EXPECT_EQ(slot.newest(), second.get());
}

TEST(Publisher, APlanLivesUntilTheWorkerReportsALaterOne) {
  dataplane::channel::PlanSlot slot;
  Publisher publisher(slot);
  auto first = plan_of(1);
  const std::weak_ptr<const dataplane::Plan> watched = first;
  publisher.publish(std::move(first));
  slot.report(1, 1);
  publisher.publish(plan_of(2));
  publisher.publish(plan_of(3));
  EXPECT_FALSE(watched.expired()) << "the worker still uses generation 1";
  EXPECT_EQ(publisher.held(), 3U);
  slot.report(3, 3);
  publisher.reclaim();
  EXPECT_TRUE(watched.expired());
  EXPECT_EQ(publisher.held(), 1U);
}

TEST(Publisher, TheNewestPlanIsNeverLetGo) {
  dataplane::channel::PlanSlot slot;
  Publisher publisher(slot);
  publisher.publish(plan_of(1));
  slot.report(7, 7);
  publisher.reclaim();
  EXPECT_EQ(publisher.held(), 1U);
}

}  // namespace
}  // namespace headwater::control
