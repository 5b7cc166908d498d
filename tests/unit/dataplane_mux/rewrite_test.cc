// SPDX-License-Identifier: Apache-2.0
//
// What changes in a packet on its way out, and what must not.
#include "dataplane/mux/rewrite.h"

#include <gtest/gtest.h>

namespace headwater::dataplane {
namespace {

ts::Packet payload_packet(std::uint8_t control) {
  ts::Packet packet;
  packet.fill(0x5A);
  packet[0] = 0x47;
  packet[1] = 0x61;  // transport_error 0, start 1, priority 1, PID 0x0100
  packet[2] = 0x00;
  packet[3] = control;
  return packet;
}

TEST(CopyPacket, ChangesPidAndCounterAndNothingElse) {
  const ts::Packet from = payload_packet(0x97);  // scrambled even, payload, counter 7
  ts::Packet to{};
  ContinuityWriter continuity;
  copy_packet({from.data(), Pid::from_wire(0x1234)}, continuity, to);
  EXPECT_EQ(to[1], 0x60 | 0x12);  // the flags stay
  EXPECT_EQ(to[2], 0x34);
  EXPECT_EQ(to[3], 0x90);  // scrambling and control stay, the counter begins at 0
  EXPECT_TRUE(std::equal(from.begin() + 4, from.end(), to.begin() + 4));
}

TEST(CopyPacket, CounterAdvancesWithPayloadOnlyAndByPid) {
  struct Row {
    const char* what;
    std::uint16_t pid;
    std::uint8_t control;
    bool repeats;
    std::uint8_t counter;
  };
  constexpr Row kRows[] = {
      {"first", 0x100, 0x10, false, 0},
      {"payload", 0x100, 0x10, false, 1},
      {"legal repetition", 0x100, 0x10, true, 1},
      {"adaptation only", 0x100, 0x20, false, 1},
      {"payload again", 0x100, 0x30, false, 2},
      {"another PID", 0x101, 0x10, false, 0},
      {"back", 0x100, 0x10, false, 3},
  };
  ContinuityWriter continuity;
  for (const Row& row : kRows) {
    const ts::Packet from = payload_packet(row.control);
    ts::Packet to{};
    copy_packet({from.data(), Pid::from_wire(row.pid), row.repeats}, continuity, to);
    EXPECT_EQ(to[3] & 0x0F, row.counter) << row.what;
  }
}

TEST(CopyPacket, CounterWrapsAtSixteen) {
  ContinuityWriter continuity;
  const ts::Packet from = payload_packet(0x10);
  ts::Packet to{};
  for (int i = 0; i < 17; ++i) copy_packet({from.data(), Pid::from_wire(0x100)}, continuity, to);
  EXPECT_EQ(to[3] & 0x0F, 0);
}

TEST(CopyPacket, NullPacketsPassUntouched) {
  ts::Packet from = ts::make_null_packet();
  from[3] = 0x1B;
  ts::Packet to{};
  ContinuityWriter continuity;
  copy_packet({from.data(), kNullPid}, continuity, to);
  EXPECT_EQ(from, to);
}

TEST(CopyPacket, SeamSetsDiscontinuityAndKeepsThePcr) {
  const ts::Packet from = ts::make_pcr_packet(Pid::from_wire(0x100), Pcr::from_ticks(123'456'789), 4);
  ts::Packet to{};
  ContinuityWriter continuity;
  copy_packet({from.data(), Pid::from_wire(0x100), false, true}, continuity, to);
  EXPECT_EQ(to[5], 0x90);  // discontinuity_indicator beside PCR_flag
  EXPECT_TRUE(std::equal(from.begin() + 6, from.end(), to.begin() + 6));
}

}  // namespace
}  // namespace headwater::dataplane
