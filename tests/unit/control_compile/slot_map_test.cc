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
  slots.keep_only({}, 5);  // generation 5 is the first without it
  slots.settle(4);
  EXPECT_FALSE(slots.take("b").has_value()) << "the worker may still run generation 4";
  slots.settle(5);
  EXPECT_EQ(slots.take("b"), 0U);
}

TEST(SlotMap, ANameThatComesBackInTimeHasItsSlotStill) {
  SlotMap slots(2);
  EXPECT_EQ(slots.take("a"), 0U);
  EXPECT_EQ(slots.take("b"), 1U);
  slots.keep_only({"b"}, 5);
  EXPECT_EQ(slots.take("a"), 0U);
  slots.settle(9);
  EXPECT_FALSE(slots.take("c").has_value()) << "it is a's again";
}

TEST(SlotMap, FullSaysSo) {
  SlotMap slots(2);
  EXPECT_TRUE(slots.take("a").has_value());
  EXPECT_TRUE(slots.take("b").has_value());
  EXPECT_FALSE(slots.take("c").has_value());
}

}  // namespace
}  // namespace headwater::control
