// SPDX-License-Identifier: Apache-2.0
#include "dataplane/ingest/pid_table.h"

#include <gtest/gtest.h>

namespace headwater::dataplane {
namespace {

Pid pid(std::uint16_t value) {
  return Pid::from_wire(value);
}

PidMap<InputPidAction> naming(std::uint16_t value) {
  PidMap<InputPidAction> pids;
  pids.set(pid(value), {.psi = false, .routed = true, .watched = true});
  return pids;
}

void adopt(PidTable& table, std::uint16_t named, Instant now) {
  PidTable::Named next = PidTable::named_by(naming(named));
  table.adopt(next, now, 0);
}

TEST(PidTable, RemembersAsManyPidsAsAMultiplexHasThoughThePlanNamesOne) {
  PidTable table;
  adopt(table, 0x101, Instant{});
  for (std::uint16_t k = 0; k < PidTable::kOthers; ++k) table.of(pid(0x200 + k)).seam = k + 1U;
  for (std::uint16_t k = 0; k < PidTable::kOthers; ++k) EXPECT_EQ(table.of(pid(0x200 + k)).seam, k + 1U);
  EXPECT_EQ(table.named().size(), 1U);
  EXPECT_TRUE(table.of(pid(0x101)).action.routed);
  // One more puts the oldest out, and no other.
  table.of(pid(0x1000)).seam = 7;
  for (std::uint16_t k = 1; k < PidTable::kOthers; ++k) EXPECT_EQ(table.of(pid(0x200 + k)).seam, k + 1U);
  EXPECT_EQ(table.of(pid(0x1000)).seam, 7U);
  EXPECT_EQ(table.of(pid(0x200)).seam, 0U);
}

TEST(PidTable, WhatIsKnownOfAPidOutlivesThatThePlanNamesItOrNot) {
  PidTable table;
  adopt(table, 0x101, Instant{});
  table.of(pid(0x101)).seam = 3;
  table.of(pid(0x102)).seam = 4;
  adopt(table, 0x102, Instant{5});
  EXPECT_EQ(table.named().size(), 1U);
  EXPECT_EQ(table.named()[0].pid, pid(0x102));
  EXPECT_EQ(table.of(pid(0x102)).seam, 4U);
  EXPECT_EQ(table.named()[0].seen, Instant{5}) << "its time-out begins now";
  EXPECT_EQ(table.of(pid(0x101)).seam, 3U);
  EXPECT_FALSE(table.of(pid(0x101)).action.routed);
}

}  // namespace
}  // namespace headwater::dataplane
