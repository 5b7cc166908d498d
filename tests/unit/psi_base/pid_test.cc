// SPDX-License-Identifier: Apache-2.0
#include "psi/base/pid.h"

#include <gtest/gtest.h>

#include <unordered_set>

namespace headwater {
namespace {

TEST(Pid, HasThirteenBits) {
  EXPECT_EQ(Pid::from(0x1FFF)->value(), 0x1FFF);
  EXPECT_EQ(Pid::from(0)->value(), 0);
  EXPECT_FALSE(Pid::from(0x2000));
  EXPECT_FALSE(Pid::from(0xFFFF));
}

TEST(Pid, FromTheWireTheUpperBitsAreNotItsOwn) {
  EXPECT_EQ(Pid::from_wire(0xE100).value(), 0x0100);
  EXPECT_EQ(Pid::from_wire(0xFFFF), kNullPid);
}

TEST(Pid, OrdersAndHashes) {
  EXPECT_LT(kPatPid, kNitPid);
  const std::unordered_set<Pid> pids{kPatPid, kSdtPid, Pid::from_wire(0)};
  EXPECT_EQ(pids.size(), 2U);
}

}  // namespace
}  // namespace headwater
