// SPDX-License-Identifier: Apache-2.0
#include "control/compile/slot_pool.h"

#include <gtest/gtest.h>

namespace headwater::control {
namespace {

TEST(SlotPool, GivesEachSlotOnce) {
  SlotPool slots(2);
  EXPECT_EQ(slots.take(), 0U);
  EXPECT_EQ(slots.take(), 1U);
  EXPECT_EQ(slots.take(), std::nullopt);
}

TEST(SlotPool, ASlotIsReusedOnlyWhenNoPlanWithItIsInUse) {
  SlotPool slots(1);
  ASSERT_EQ(slots.take(), 0U);
  slots.give_back(0, 5);
  EXPECT_FALSE(slots.waits_for(4));
  slots.settle(4);
  EXPECT_EQ(slots.take(), std::nullopt) << "the worker may still run generation 4";
  EXPECT_TRUE(slots.waits_for(5));
  slots.settle(5);
  EXPECT_FALSE(slots.waits_for(5));
  EXPECT_EQ(slots.take(), 0U);
}

// What comes late of a slot's stream meets another one as late as can be.
TEST(SlotPool, TheSlotThatHasBeenFreeForLongestIsNext) {
  SlotPool slots(3);
  for (std::uint32_t slot = 0; slot < 3; ++slot) ASSERT_EQ(slots.take(), slot);
  slots.give_back(1, 5);
  slots.give_back(0, 6);
  slots.settle(6);
  EXPECT_EQ(slots.take(), 1U);
  EXPECT_EQ(slots.take(), 0U);
}

}  // namespace
}  // namespace headwater::control
