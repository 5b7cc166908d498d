// SPDX-License-Identifier: Apache-2.0
#include "psi/section/packetiser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/psi_section/sections.h"

namespace headwater::psi {
namespace {

using testing::make_section;
using Sections = std::vector<std::vector<std::uint8_t>>;

const Pid kPid = Pid::from_wire(0x1ABC);

TEST(Packetise, AShortSectionAndStuffing) {
  const auto section = make_section(0x00, 16);
  const auto packets = packetise(kPid, Sections{section});
  ASSERT_EQ(packets.size(), 1U);
  const Bytes packet(packets[0]);
  const std::vector<std::uint8_t> header{0x47, 0x5A, 0xBC, 0x10,
                                         0x00};  // unit start, PID, CC 0, pointer_field 0
  EXPECT_TRUE(std::ranges::equal(packet.first(5), header));
  EXPECT_TRUE(std::ranges::equal(packet.subspan(5, 16), section));
  EXPECT_TRUE(std::ranges::all_of(packet.subspan(21), [](std::uint8_t byte) { return byte == 0xFF; }));
}

TEST(Packetise, ASectionOverSeveralPackets) {
  // 183 bytes beside the pointer_field, then 184 a packet: 368 = 183 + 184 + 1.
  const auto section = make_section(0x02, 368, 0x55);
  const auto packets = packetise(kPid, Sections{section});
  ASSERT_EQ(packets.size(), 3U);
  EXPECT_EQ(packets[0][1] & 0x40, 0x40);
  EXPECT_EQ(packets[1][1] & 0x40, 0x00);
  EXPECT_EQ(packets[2][1] & 0x40, 0x00);
  EXPECT_EQ(packets[1][3], 0x11);
  EXPECT_EQ(packets[2][3], 0x12);
  EXPECT_EQ(packets[2][4], section.back());
  EXPECT_EQ(packets[2][5], 0xFF);
}

TEST(Packetise, EachSectionBeginsInAPacketOfItsOwn) {
  const auto packets = packetise(kPid, Sections{make_section(0x42, 30), make_section(0x42, 183)});
  ASSERT_EQ(packets.size(), 2U);
  for (const auto& packet : packets) {
    EXPECT_EQ(packet[1] & 0x40, 0x40);
    EXPECT_EQ(packet[4], 0x00);
  }
  EXPECT_EQ(packets[1][187], make_section(0x42, 183).back());  // full to the last byte
}

TEST(Packetise, TheContinuityCounterWraps) {
  const auto packets = packetise(kPid, Sections(20, make_section(0x42, 30)));
  ASSERT_EQ(packets.size(), 20U);
  for (std::size_t i = 0; i < packets.size(); ++i) EXPECT_EQ(packets[i][3] & 0x0F, i % 16);
}

}  // namespace
}  // namespace headwater::psi
