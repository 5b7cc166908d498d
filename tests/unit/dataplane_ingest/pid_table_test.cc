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

TEST(PidTable, RemembersAsManyPidsAsAMultiplexHasThoughThePlanNamesOne) {
  PidTable table;
  table.adopt(naming(0x101), Instant{}, 0);
  for (std::uint16_t k = 0; k < PidTable::kOthers; ++k) table.of(pid(0x200 + k)).seam = k + 1U;
  for (std::uint16_t k = 0; k < PidTable::kOthers; ++k) EXPECT_EQ(table.of(pid(0x200 + k)).seam, k + 1U);
  EXPECT_EQ(table.known().size(), 1U);
  EXPECT_TRUE(table.of(pid(0x101)).action.routed);
  // One more puts the oldest out, and no other.
  table.of(pid(0x1000)).seam = 7;
  for (std::uint16_t k = 1; k < PidTable::kOthers; ++k) EXPECT_EQ(table.of(pid(0x200 + k)).seam, k + 1U);
  EXPECT_EQ(table.of(pid(0x1000)).seam, 7U);
  EXPECT_EQ(table.of(pid(0x200)).seam, 0U);
}

TEST(PidTable, WhatIsKnownOfAPidOutlivesThatThePlanNamesItOrNot) {
  PidTable table;
  table.adopt(naming(0x101), Instant{}, 0);
  table.of(pid(0x101)).seam = 3;
  table.of(pid(0x102)).seam = 4;
  table.adopt(naming(0x102), Instant{5}, 0);
  EXPECT_EQ(table.known().size(), 1U);
  EXPECT_EQ(table.known()[0].pid, pid(0x102));
  EXPECT_EQ(table.of(pid(0x102)).seam, 4U);
  EXPECT_EQ(table.known()[0].seen, Instant{5}) << "its time-out begins now";
  EXPECT_EQ(table.of(pid(0x101)).seam, 3U);
  EXPECT_FALSE(table.of(pid(0x101)).action.routed);
}

}  // namespace
}  // namespace headwater::dataplane
