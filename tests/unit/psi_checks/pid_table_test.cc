// SPDX-License-Identifier: Apache-2.0
#include "psi/checks/pid_table.h"

#include <gtest/gtest.h>

#include "psi/checks/continuity_table.h"

namespace headwater::ts {
namespace {

TEST(PidTable, EveryPidHasItsOwnValue) {
  PidTable<std::uint16_t> table(PidTable<std::uint16_t>::kPages);
  for (std::uint16_t pid = 0; pid < Pid::kCount; ++pid) *table.get(Pid::from_wire(pid)) = pid;
  for (std::uint16_t pid = 0; pid < Pid::kCount; ++pid) EXPECT_EQ(*table.find(Pid::from_wire(pid)), pid);
}

TEST(PidTable, WithoutRoomThereIsNoValue) {
  PidTable<int> table(2);
  ASSERT_NE(table.get(Pid::from_wire(0x0000)), nullptr);
  ASSERT_NE(table.get(Pid::from_wire(0x1FFF)), nullptr);
  EXPECT_NE(table.get(Pid::from_wire(0x003F)), nullptr);  // the page of 0x0000
  EXPECT_EQ(table.get(Pid::from_wire(0x0040)), nullptr);
  EXPECT_EQ(table.find(Pid::from_wire(0x0040)), nullptr);
}

TEST(PidTable, ClearGivesFreshValuesAndTheRoomBack) {
  PidTable<int> table(1);
  *table.get(Pid::from_wire(0x0005)) = 7;
  table.clear();
  EXPECT_EQ(table.find(Pid::from_wire(0x0005)), nullptr);
  EXPECT_EQ(*table.get(Pid::from_wire(0x0105)), 0);
}

TEST(ContinuityTable, FollowsEachPidAndNoNulls) {
  ContinuityTable table(1);
  const auto next = [&table](std::uint16_t pid, std::uint8_t counter) {
    Packet bytes = make_null_packet();
    set_pid(bytes, Pid::from_wire(pid));
    set_continuity_counter(bytes, counter);
    return table.next(*PacketView::parse(bytes));
  };
  EXPECT_EQ(next(0x20, 1), Continuity::kFirst);
  EXPECT_EQ(next(0x21, 9), Continuity::kFirst);
  EXPECT_EQ(next(0x20, 2), Continuity::kExpected);
  EXPECT_EQ(next(0x21, 9), Continuity::kDuplicate);
  EXPECT_EQ(next(0x20, 4), Continuity::kError);
  EXPECT_EQ(next(0x1FFF, 0), std::nullopt);
  EXPECT_EQ(table.untracked(), 0U);
  EXPECT_EQ(next(0x40, 0), std::nullopt);  // the one page is 0x00..0x3F
  EXPECT_EQ(table.untracked(), 1U);
}

}  // namespace
}  // namespace headwater::ts
