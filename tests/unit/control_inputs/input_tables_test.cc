// SPDX-License-Identifier: Apache-2.0
#include "control/inputs/input_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "psi/dvbpsi/encode.h"
#include "tests/unit/control_lineup/programs.h"

namespace headwater::control {
namespace {

using namespace programs;  // NOLINT(google-build-using-namespace)
using ::testing::ElementsAre;

template <typename Table>
bool send(InputTables& tables, std::uint16_t on, const Table& table, Instant at) {
  bool changed = false;
  const auto sections = psi::encode(table);
  EXPECT_TRUE(sections.has_value());
  for (const auto& section : *sections) changed = tables.push(pid(on), section, packet_at(at), at) || changed;
  return changed;
}

TEST(InputTables, BeforeAnythingOnlyPatAndSdtAreAskedFor) {
  const InputTables tables;
  EXPECT_FALSE(tables.pat().has_value());
  EXPECT_TRUE(tables.programs().empty());
  EXPECT_THAT(tables.psi_pids(), ElementsAre(pid(0x00), pid(0x11)));
}

TEST(InputTables, ThePatBringsProgramsAndTheirPmtPids) {
  InputTables tables;
  EXPECT_TRUE(send(tables, 0x00, pat(0, {{1, 0x100}, {2, 0x200}}), at_ms(10)));
  EXPECT_THAT(tables.psi_pids(), ElementsAre(pid(0x00), pid(0x11), pid(0x100), pid(0x200)));
  EXPECT_FALSE(tables.programs().at(1).pmt.has_value());
  EXPECT_TRUE(send(tables, 0x100, pmt(1, 3, 0x101, {video(0x101)}), at_ms(20)));
  EXPECT_EQ(tables.programs().at(1).pmt->version, 3);
  EXPECT_EQ(tables.programs().at(1).at, packet_at(at_ms(20)));
  EXPECT_FALSE(tables.programs().at(2).pmt.has_value());
}

TEST(InputTables, ThePmtSaysWhenItsChangeWasComplete) {
  InputTables tables;
  send(tables, 0x00, pat(0, {{1, 0x100}}), at_ms(0));
  send(tables, 0x100, pmt(1, 0, 0x101, {video(0x101)}), at_ms(10));
  EXPECT_FALSE(send(tables, 0x100, pmt(1, 0, 0x101, {video(0x101)}), at_ms(110))) << "nothing new";
  EXPECT_EQ(tables.programs().at(1).at, packet_at(at_ms(10)));
  EXPECT_TRUE(send(tables, 0x100, pmt(1, 1, 0x101, {video(0x101), audio(0x102, "deu")}), at_ms(210)));
  EXPECT_EQ(tables.programs().at(1).at, packet_at(at_ms(210)));
  EXPECT_EQ(tables.programs().at(1).pmt->streams.size(), 2U);
}

TEST(InputTables, AProgramThatLeavesThePatIsForgotten) {
  InputTables tables;
  send(tables, 0x00, pat(0, {{1, 0x100}, {2, 0x200}}), at_ms(0));
  send(tables, 0x200, pmt(2, 0, 0x201, {video(0x201)}), at_ms(10));
  EXPECT_TRUE(send(tables, 0x00, pat(1, {{1, 0x100}}), at_ms(20)));
  EXPECT_FALSE(tables.programs().contains(2));
  EXPECT_THAT(tables.psi_pids(), ElementsAre(pid(0x00), pid(0x11), pid(0x100)));
  EXPECT_FALSE(send(tables, 0x200, pmt(2, 1, 0x201, {video(0x202)}), at_ms(30))) << "no program's";
}

// The dataplane punts a section once. A program that was away for less than a turn of control is not punted
// again: its PMT must be known still.
TEST(InputTables, AProgramThatIsBackAtOnceHasItsPmt) {
  InputTables tables;
  send(tables, 0x00, pat(0, {{1, 0x100}}), at_ms(0));
  send(tables, 0x100, pmt(1, 5, 0x101, {video(0x101)}), at_ms(10));
  send(tables, 0x00, pat(1, {{2, 0x200}}), at_ms(1000));
  send(tables, 0x00, pat(2, {{1, 0x100}}), at_ms(1500));
  ASSERT_TRUE(tables.programs().at(1).pmt.has_value());
  EXPECT_EQ(tables.programs().at(1).pmt->version, 5);
  EXPECT_EQ(tables.programs().at(1).at, packet_at(at_ms(1500)))
      << "it holds from the PAT on that brought it back";
}

TEST(InputTables, AProgramThatIsBackAfterLongWaitsForItsPmt) {
  InputTables tables;
  send(tables, 0x00, pat(0, {{1, 0x100}}), at_ms(0));
  send(tables, 0x100, pmt(1, 5, 0x101, {video(0x101)}), at_ms(10));
  send(tables, 0x00, pat(1, {{2, 0x200}}), at_ms(1000));
  send(tables, 0x00, pat(2, {{1, 0x100}}), at_ms(60'000));
  EXPECT_FALSE(tables.programs().at(1).pmt.has_value());
  send(tables, 0x100, pmt(1, 5, 0x101, {video(0x101)}), at_ms(60'100));
  EXPECT_TRUE(tables.programs().at(1).pmt.has_value());
}

// Two programs may share a PMT PID; the PMT of one may come before the PAT that names it.
TEST(InputTables, APmtThatCameBeforeItsPatEntryIsNotLost) {
  InputTables tables;
  send(tables, 0x00, pat(0, {{1, 0x100}}), at_ms(0));
  EXPECT_FALSE(send(tables, 0x100, pmt(2, 0, 0x201, {video(0x201)}), at_ms(10)));
  EXPECT_TRUE(send(tables, 0x00, pat(1, {{1, 0x100}, {2, 0x100}}), at_ms(20)));
  ASSERT_TRUE(tables.programs().at(2).pmt.has_value());
  EXPECT_EQ(tables.programs().at(2).pmt->pcr_pid, pid(0x201));
}

TEST(InputTables, APmtPidThatMovesIsFollowedAndTheOldPmtHoldsUntilTheNewOneCame) {
  InputTables tables;
  send(tables, 0x00, pat(0, {{1, 0x100}}), at_ms(0));
  send(tables, 0x100, pmt(1, 0, 0x101, {video(0x101)}), at_ms(10));
  EXPECT_TRUE(send(tables, 0x00, pat(1, {{1, 0x300}}), at_ms(20)));
  EXPECT_THAT(tables.psi_pids(), ElementsAre(pid(0x00), pid(0x11), pid(0x300)));
  ASSERT_TRUE(tables.programs().at(1).pmt.has_value());
  EXPECT_FALSE(send(tables, 0x100, pmt(1, 1, 0x101, {video(0x999)}), at_ms(25))) << "its old PID";
  // The same version_number with other content: it is another PID, so it counts.
  EXPECT_TRUE(send(tables, 0x300, pmt(1, 0, 0x101, {video(0x102)}), at_ms(30)));
  EXPECT_EQ(tables.programs().at(1).pmt->streams[0].pid, pid(0x102));
  EXPECT_EQ(tables.programs().at(1).at, packet_at(at_ms(30)));
}

TEST(InputTables, TheSdtIsTheActualOneOnly) {
  InputTables tables;
  const auto theirs = psi::encode(sdt(0, {service(1, "Eins", "ARD")}));
  EXPECT_FALSE(tables.push(pid(0x100), theirs->front(), packet_at(at_ms(0)), at_ms(0)))
      << "not on PID 0x0011";
  auto other = theirs->front();
  other[0] = 0x46;  // SDT other; its CRC_32 no longer fits, and it is not ours anyway
  EXPECT_FALSE(tables.push(pid(0x11), other, packet_at(at_ms(0)), at_ms(0)));
  EXPECT_FALSE(tables.sdt().has_value());
  EXPECT_TRUE(tables.push(pid(0x11), theirs->front(), packet_at(at_ms(5)), at_ms(5)));
  EXPECT_EQ(tables.sdt()->services.size(), 1U);
  EXPECT_EQ(tables.sdt_at(), packet_at(at_ms(5)));
}

TEST(InputTables, APmtPidThatCanCarryNoneIsNotAskedFor) {
  InputTables tables;
  send(tables, 0x00, pat(0, {{1, 0x1FFF}, {2, 0x0001}, {3, 0x0030}}), at_ms(0));
  EXPECT_EQ(tables.programs().size(), 3U);
  EXPECT_THAT(tables.psi_pids(), ElementsAre(pid(0x00), pid(0x11), pid(0x30)));
}

TEST(InputTables, WhatIsNoTableOfTheseIsPassedOver) {
  InputTables tables;
  EXPECT_FALSE(tables.push(pid(0x00), {}, packet_at(at_ms(0)), at_ms(0)));
  EXPECT_FALSE(tables.push(pid(0x00), std::vector<std::uint8_t>(1024, 0xFF), packet_at(at_ms(0)), at_ms(0)));
  const auto misplaced = psi::encode(pmt(1, 0, 0x101, {video(0x101)}));
  EXPECT_FALSE(tables.push(pid(0x00), misplaced->front(), packet_at(at_ms(0)), at_ms(0)))
      << "a PMT on the PAT's PID";
}

// 65536 program numbers on one PMT PID must not fill the memory.
TEST(InputTables, SectionsOfNoProgramAreKeptOnlySoMany) {
  InputTables tables;
  send(tables, 0x00, pat(0, {{1, 0x100}}), at_ms(0));
  send(tables, 0x100, pmt(1, 0, 0x101, {video(0x101)}), at_ms(1));
  for (std::uint16_t number = 2; number < 3000; ++number)
    send(tables, 0x100, pmt(number, 0, 0x101, {video(0x101)}), at_ms(2));
  EXPECT_TRUE(send(tables, 0x00, pat(1, {{1, 0x100}, {2999, 0x100}}), at_ms(3)));
  EXPECT_TRUE(tables.programs().at(2999).pmt.has_value()) << "a late one is still kept";
  send(tables, 0x00, pat(2, {{1, 0x100}, {2, 0x100}}), at_ms(4));
  EXPECT_FALSE(tables.programs().at(2).pmt.has_value()) << "an early one is gone";
}

}  // namespace
}  // namespace headwater::control
