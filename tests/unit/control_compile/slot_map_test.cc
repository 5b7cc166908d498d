// SPDX-License-Identifier: Apache-2.0
#include "control/compile/slot_map.h"

#include <gtest/gtest.h>

namespace headwater::control {
namespace {

TEST(SlotMap, ANameKeepsItsSlot) {
  SlotMap slots(8);
  EXPECT_EQ(slots.take("a"), 0U);
  EXPECT_EQ(slots.take("b"), 1U);
  EXPECT_EQ(slots.take("a"), 0U);
}

TEST(SlotMap, AFreedSlotIsReusedOnlyWhenNoPlanWithItIsInUse) {
  SlotMap slots(1);
  EXPECT_EQ(slots.take("a"), 0U);
  slots.use(0);
  slots.end_plan(4);
  slots.end_plan(5);  // the first without it
  slots.settle(4);
  EXPECT_FALSE(slots.take("b").has_value()) << "the worker may still run generation 4";
  slots.settle(5);
  EXPECT_EQ(slots.take("b"), 0U);
}

TEST(SlotMap, ANameThatComesBackInTimeHasItsSlotStill) {
  SlotMap slots(2);
  EXPECT_EQ(slots.take("a"), 0U);
  EXPECT_EQ(slots.take("b"), 1U);
  slots.use(1);
  slots.end_plan(5);
  EXPECT_EQ(slots.take("a"), 0U);
  slots.settle(9);
  EXPECT_FALSE(slots.take("c").has_value()) << "it is a's again";
}

// A Plan that is refused leaves the slots of the one before as they were.
TEST(SlotMap, ACopyGoesItsOwnWay) {
  SlotMap slots(3);
  for (const char* name : {"a", "b"}) slots.use(slots.take(name).value());
  slots.end_plan(1);
  SlotMap copy = slots;
  EXPECT_EQ(copy.take("c"), 2U);
  copy.use(2);
  copy.end_plan(2);  // without a and b
  copy.settle(2);
  EXPECT_EQ(copy.take("d"), 1U);
  EXPECT_EQ(slots.take("a"), 0U);
  EXPECT_EQ(slots.take("b"), 1U);
  EXPECT_EQ(slots.take("e"), 2U);
}

TEST(SlotMap, FullSaysSo) {
  SlotMap slots(2);
  EXPECT_TRUE(slots.take("a").has_value());
  EXPECT_TRUE(slots.take("b").has_value());
  EXPECT_FALSE(slots.take("c").has_value());
}

}  // namespace
}  // namespace headwater::control
