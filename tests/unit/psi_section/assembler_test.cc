// SPDX-License-Identifier: Apache-2.0
#include "psi/section/assembler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "psi/section/packetiser.h"
#include "tests/unit/psi_section/sections.h"

namespace headwater::psi {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::make_section;
using Section = std::vector<std::uint8_t>;

const Pid kPid = Pid::from_wire(0x0100);

// One payload after the other into packets: 184 bytes each, shorter ones end in stuffing.
class Feed {
 public:
  explicit Feed(std::size_t max_section = kMaxPsiSection) : assembler(max_section) {}

  std::vector<Section> packet(bool unit_start, const Section& payload) {
    ts::Packet bytes;
    bytes.fill(0xFF);
    bytes[0] = 0x47;
    bytes[1] = unit_start ? 0x41 : 0x01;  // PID 0x0100
    bytes[2] = 0x00;
    bytes[3] = static_cast<std::uint8_t>(0x10 | (counter++ & 0x0F));
    std::ranges::copy(payload, bytes.begin() + 4);
    return push(bytes);
  }
  std::vector<Section> push(const ts::Packet& bytes) {
    std::vector<Section> sections;
    const auto view = ts::PacketView::parse(bytes);
    EXPECT_TRUE(view);
    assembler.push(*view,
                   [&](const SectionView& s) { sections.emplace_back(s.bytes().begin(), s.bytes().end()); });
    return sections;
  }

  SectionAssembler assembler;
  std::uint8_t counter = 0;
};

Section operator+(Section a, const Section& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}
Section part(const Section& s, std::size_t from, std::size_t count) {
  const auto begin = s.begin() + static_cast<std::ptrdiff_t>(from);
  return {begin, begin + static_cast<std::ptrdiff_t>(count)};
}

TEST(SectionAssembler, WhatThePacketiserMadeComesOutAgain) {
  for (const std::size_t size : {12U, 182U, 183U, 184U, 366U, 367U, 368U, 1024U}) {
    const auto section = make_section(0x02, size, 0x47);
    Feed feed;
    std::vector<Section> seen;
    for (const auto& packet : packetise(kPid, std::vector<Section>{section})) {
      for (auto& s : feed.push(packet)) seen.push_back(std::move(s));
    }
    EXPECT_THAT(seen, ElementsAre(section)) << size;
    EXPECT_EQ(feed.assembler.errors().crc + feed.assembler.errors().malformed, 0U);
  }
}

TEST(SectionAssembler, SeveralSectionsInAPacket) {
  const auto a = make_section(0x42, 20);
  const auto b = make_section(0x46, 30);
  Feed feed;
  EXPECT_THAT(feed.packet(true, Section{0x00} + a + b), ElementsAre(a, b));
}

TEST(SectionAssembler, OneEndsAndTheNextBeginsInTheSamePacket) {
  const auto a = make_section(0x42, 200, 0xAA);
  const auto b = make_section(0x42, 50, 0xBB);
  Feed feed;
  EXPECT_THAT(feed.packet(true, Section{0x00} + part(a, 0, 183)), IsEmpty());
  // pointer_field 17: that many bytes of a come before b.
  EXPECT_THAT(feed.packet(true, Section{17} + part(a, 183, 17) + b), ElementsAre(a, b));
}

TEST(SectionAssembler, AHeaderCutByThePacketsEnd) {
  const auto a = make_section(0x42, 181, 0xAA);
  const auto b = make_section(0x42, 40, 0xBB);
  Feed feed;
  EXPECT_THAT(feed.packet(true, Section{0x00} + a + part(b, 0, 2)), ElementsAre(a));
  EXPECT_THAT(feed.packet(false, part(b, 2, 38)), ElementsAre(b));
}

TEST(SectionAssembler, JoinsInTheMiddle) {
  const auto a = make_section(0x42, 40, 0xAA);
  Feed feed;
  EXPECT_THAT(feed.packet(false, Section(184, 0x00)), IsEmpty());
  EXPECT_THAT(feed.packet(true, Section{3, 1, 2, 3} + a), ElementsAre(a));
  EXPECT_EQ(feed.assembler.errors().malformed, 0U);
}

TEST(SectionAssembler, ALostPacketLosesOnlyItsSection) {
  const auto a = make_section(0x42, 400, 0xAA);
  const auto b = make_section(0x42, 40, 0xBB);
  Feed feed;
  feed.packet(true, Section{0x00} + part(a, 0, 183));
  ++feed.counter;  // lost
  EXPECT_THAT(feed.packet(true, Section{33} + part(a, 367, 33) + b), ElementsAre(b));
  EXPECT_EQ(feed.assembler.errors().discontinuity, 1U);
  EXPECT_EQ(feed.assembler.errors().crc, 0U);
}

TEST(SectionAssembler, TheLegalRepetitionOfAPacketIsSkipped) {
  const auto a = make_section(0x42, 300, 0xAA);
  Feed feed;
  const auto packets = packetise(kPid, std::vector<Section>{a});
  EXPECT_THAT(feed.push(packets[0]), IsEmpty());
  EXPECT_THAT(feed.push(packets[0]), IsEmpty());
  EXPECT_THAT(feed.push(packets[1]), ElementsAre(a));
  EXPECT_THAT(feed.push(packets[1]), IsEmpty());
}

TEST(SectionAssembler, AdaptationOnlyPacketsAndTheirFieldsPass) {
  const auto a = make_section(0x42, 300, 0xAA);
  const auto packets = packetise(kPid, std::vector<Section>{a});
  Feed feed;
  EXPECT_THAT(feed.push(packets[0]), IsEmpty());
  EXPECT_THAT(feed.push(ts::make_pcr_packet(kPid, Pcr::from_ticks(0), 0)), IsEmpty());
  EXPECT_THAT(feed.push(packets[1]), ElementsAre(a));
}

TEST(SectionAssembler, AWrongCrcIsCountedAndTheNextSectionFound) {
  auto a = make_section(0x42, 20);
  a[10] ^= 1;
  const auto b = make_section(0x46, 30);
  Feed feed;
  EXPECT_THAT(feed.packet(true, Section{0x00} + a + b), ElementsAre(b));
  EXPECT_EQ(feed.assembler.errors().crc, 1U);
}

TEST(SectionAssembler, APointerBeyondThePacketIsMalformed) {
  const auto a = make_section(0x42, 20);
  Feed feed;
  EXPECT_THAT(feed.packet(true, Section{183} + a), IsEmpty());
  EXPECT_THAT(feed.packet(true, Section{0xFF} + a), IsEmpty());
  EXPECT_EQ(feed.assembler.errors().malformed, 2U);
  EXPECT_THAT(feed.packet(true, Section{0x00} + a), ElementsAre(a));
}

TEST(SectionAssembler, ASectionThatTheNextOneCutsOffIsMalformed) {
  const auto a = make_section(0x42, 400, 0xAA);
  const auto b = make_section(0x42, 20, 0xBB);
  Feed feed;
  feed.packet(true, Section{0x00} + part(a, 0, 183));
  EXPECT_THAT(feed.packet(true, Section{0x00} + b), ElementsAre(b));
  EXPECT_EQ(feed.assembler.errors().malformed, 1U);
}

TEST(SectionAssembler, TooLongForThisTable) {
  const auto a = make_section(0x50, 1025, 0xAA);
  Feed feed;
  for (const auto& packet : packetise(kPid, std::vector<Section>{a}))
    EXPECT_THAT(feed.push(packet), IsEmpty());
  EXPECT_EQ(feed.assembler.errors().malformed, 1U);

  Feed eit(kMaxSection);
  std::vector<Section> seen;
  for (const auto& packet : packetise(kPid, std::vector<Section>{a})) {
    for (auto& s : eit.push(packet)) seen.push_back(std::move(s));
  }
  EXPECT_THAT(seen, ElementsAre(a));
}

TEST(SectionAssembler, ScrambledAndDamagedPacketsGiveNothing) {
  const auto a = make_section(0x42, 20);
  auto packet = packetise(kPid, std::vector<Section>{a})[0];
  Feed feed;
  packet[3] |= 0x80;  // scrambled with the even key
  EXPECT_THAT(feed.push(packet), IsEmpty());
  packet[3] = 0x11;
  packet[1] |= 0x80;  // transport_error_indicator
  EXPECT_THAT(feed.push(packet), IsEmpty());
  packet[1] &= 0x7F;
  EXPECT_THAT(feed.push(packet), ElementsAre(a));
}

TEST(SectionAssembler, SurvivesAnyBytesAndRecovers) {
  std::mt19937 random(1);
  Feed feed;
  for (int i = 0; i < 20'000; ++i) {
    ts::Packet packet;
    std::ranges::generate(packet, [&] { return static_cast<std::uint8_t>(random()); });
    packet[0] = 0x47;
    packet[1] = static_cast<std::uint8_t>((packet[1] & 0x40) | 0x01);
    packet[2] = 0x00;
    packet[3] = static_cast<std::uint8_t>(0x10 | (feed.counter++ & 0x0F));
    feed.push(packet);
  }
  const auto a = make_section(0x42, 20);
  EXPECT_THAT(feed.packet(true, Section{0x00} + a), ElementsAre(a));
}

}  // namespace
}  // namespace headwater::psi
