// SPDX-License-Identifier: Apache-2.0
#include "psi/checks/priority1.h"

#include <gtest/gtest.h>

#include <map>

namespace headwater::ts {
namespace {

using Kind = Priority1::Reference::Kind;
using Counters = Priority1::Counters;

constexpr std::uint16_t kPmt = 0x0020;
constexpr std::uint16_t kVideo = 0x0100;

// A stream in virtual time: a packet a millisecond, PAT and PMT every 100 ms, the rest video.
class Stream : public ::testing::Test {
 protected:
  void refer() {
    const Priority1::Reference references[] = {{Pid::from_wire(kPmt), Kind::kPmt},
                                               {Pid::from_wire(kVideo), Kind::kStream}};
    EXPECT_TRUE(check.refer(references, now));
  }
  Packet packet(std::uint16_t pid) {
    Packet bytes = make_null_packet();
    set_pid(bytes, Pid::from_wire(pid));
    set_continuity_counter(bytes, counters[pid]++);
    return bytes;
  }
  Packet table(std::uint16_t pid, std::uint8_t table_id) {
    Packet bytes = packet(pid);
    bytes[1] |= 0x40;     // unit start
    bytes[4] = 0x00;      // pointer_field
    bytes[5] = table_id;  // a section begins
    return bytes;
  }
  void push(const Packet& bytes) {
    check.push(bytes, now);
    now = now + Ticks27::milliseconds(1);
  }
  struct Omit {
    bool pat = false;
    bool pmt = false;
    bool video = false;
  };
  void play(int milliseconds, Omit omit) {
    for (int i = 0; i < milliseconds; ++i) {
      const int phase = i % 100;
      if (phase == 0 && !omit.pat) {
        push(table(0x0000, 0x00));
      } else if (phase == 1 && !omit.pmt) {
        push(table(kPmt, 0x02));
      } else {
        push(omit.video ? make_null_packet() : packet(kVideo));
      }
    }
  }
  void play(int milliseconds) { play(milliseconds, Omit()); }

  Instant now{1'000'000'000};
  Priority1 check{Priority1::Settings(), now};
  std::map<std::uint16_t, std::uint8_t> counters;
};

TEST_F(Stream, ACleanOneHasNoErrors) {
  refer();
  play(60'000);
  EXPECT_EQ(check.counters(), Counters());
  EXPECT_TRUE(check.in_sync());
}

TEST_F(Stream, PatAbsent) {
  refer();
  play(1'000);
  play(2'000, {.pat = true});  // the last PAT was 100 ms before: 500, 1000, 1500, 2000 ms without it
  EXPECT_EQ(check.counters(), Counters{.pat = 4});
  play(1'000);
  EXPECT_EQ(check.counters(), Counters{.pat = 4});
}

TEST_F(Stream, PatAbsentThoughNoPacketComes) {
  play(1'000);
  now = now + Ticks27::milliseconds(950);
  check.poll(now);
  EXPECT_EQ(check.counters(), Counters{.pat = 2});
}

TEST_F(Stream, AnotherTableOnPidZero) {
  play(100);
  push(table(0x0000, 0x02));
  EXPECT_EQ(check.counters(), Counters{.pat = 1});
}

TEST_F(Stream, ScrambledPidZero) {
  play(100);
  Packet bytes = table(0x0000, 0x00);
  bytes[3] |= 0x80;
  push(bytes);
  EXPECT_EQ(check.counters(), Counters{.pat = 1});
}

TEST_F(Stream, PmtAbsentAndScrambled) {
  refer();
  play(1'000);
  play(1'000, {.pmt = true});
  EXPECT_EQ(check.counters(), Counters{.pmt = 2});
  Packet bytes = table(kPmt, 0x02);
  bytes[3] |= 0xC0;
  push(bytes);
  EXPECT_EQ(check.counters(), Counters{.pmt = 3});
}

TEST_F(Stream, AnotherTableOnThePmtsPidDoesNotStandForIt) {
  refer();
  play(1'000);
  for (int i = 0; i < 10; ++i) {
    push(table(0x0000, 0x00));
    push(table(kPmt, 0xC0));  // SCTE's, or any private table
    for (int k = 0; k < 98; ++k) push(packet(kVideo));
  }
  EXPECT_EQ(check.counters(), Counters{.pmt = 2});
}

TEST_F(Stream, AReferencedPidAbsent) {
  refer();
  play(1'000);
  play(4'900, {.video = true});
  EXPECT_EQ(check.counters(), Counters());
  play(200, {.video = true});
  EXPECT_EQ(check.counters(), Counters{.pid = 1});
  play(10'000);
  EXPECT_EQ(check.counters(), Counters{.pid = 1});
}

TEST_F(Stream, WhatIsNotReferredToIsNotMissed) {
  play(1'000);
  play(20'000, {.pmt = true, .video = true});
  EXPECT_EQ(check.counters(), Counters());
}

TEST_F(Stream, ReferringAgainLetsTheTimeRunOn) {
  refer();
  play(1'000);
  for (int i = 0; i < 10; ++i) {
    play(300, {.pmt = true});
    refer();  // the PAT came again, unchanged
  }
  EXPECT_EQ(check.counters(), Counters{.pmt = 6});
  const Priority1::Reference only_video[] = {{Pid::from_wire(kVideo), Kind::kStream}};
  check.refer(only_video, now);
  play(3'000, {.pmt = true});
  EXPECT_EQ(check.counters(), Counters{.pmt = 6});
}

TEST_F(Stream, MoreReferencesThanRoom) {
  Priority1 small({.max_references = 1}, now);
  const Priority1::Reference references[] = {{Pid::from_wire(0x20), Kind::kPmt},
                                             {Pid::from_wire(0x21), Kind::kPmt}};
  EXPECT_FALSE(small.refer(references, now));
}

TEST_F(Stream, ContinuityOfEachPid) {
  play(500);
  ++counters[kVideo];
  play(500);
  ++counters[kPmt];
  play(500);
  EXPECT_EQ(check.counters(), Counters{.continuity = 2});
}

TEST_F(Stream, DamagedHeadersAreNotJudged) {
  play(500);
  Packet bytes = packet(kVideo);
  --counters[kVideo];
  bytes[1] |= 0x80;  // transport_error_indicator
  set_continuity_counter(bytes, 3);
  push(bytes);
  play(500);
  EXPECT_EQ(check.counters(), Counters());
}

TEST_F(Stream, OneBadSyncByte) {
  play(500);
  Packet bytes = packet(kVideo);
  --counters[kVideo];
  bytes[0] = 0xB8;
  push(bytes);
  play(500);
  EXPECT_EQ(check.counters(), Counters{.sync_byte = 1});
}

TEST_F(Stream, LostSyncSilencesTheRest) {
  refer();
  play(1'000);
  Packet bad = make_null_packet();
  bad[0] = 0x00;
  for (int i = 0; i < 10'000; ++i) push(bad);  // ten seconds without PAT, PMT and video
  EXPECT_EQ(check.counters(), (Counters{.sync_loss = 1, .sync_byte = 2}));
  EXPECT_FALSE(check.in_sync());
  counters[kVideo] = 5;  // whatever was lost meanwhile is no continuity error
  play(1'000);
  EXPECT_TRUE(check.in_sync());
  EXPECT_EQ(check.counters(), (Counters{.sync_loss = 1, .sync_byte = 2}));
}

}  // namespace
}  // namespace headwater::ts
