// SPDX-License-Identifier: Apache-2.0
//
// What an Input copies to control, and TR 101 290 priority 1 as it counts it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "datagrams.h"
#include "dataplane/ingest/input.h"
#include "dataplane/plan/ledger.h"
#include "frames.h"
#include "psi/base/crc32.h"
#include "psi/section/packetiser.h"

namespace headwater::dataplane {
namespace {

constexpr Pid kPmtPid = Pid::from_wire(0x1000);
constexpr Pid kVideo = Pid::from_wire(0x100);

// A section in long form with `body` between header and CRC_32.
ByteVector section(std::uint8_t table, std::uint16_t extension, std::uint8_t version, std::uint8_t number,
                   std::uint8_t last, const ByteVector& body, bool current = true) {
  ByteWriter out;
  const auto length = static_cast<std::uint16_t>(5 + body.size() + 4);
  out.u8(table).u16(static_cast<std::uint16_t>(0xB000 | length)).u16(extension);
  out.u8(static_cast<std::uint8_t>(0xC0 | (version << 1) | (current ? 1 : 0)))
      .u8(number)
      .u8(last)
      .bytes(body);
  out.u32(crc32_mpeg(out.view()));
  return std::move(out).take();
}

class InputPsiTest : public testing::Test {
 protected:
  explicit InputPsiTest(std::size_t ring = 1 << 16) : ring_(ring) {
    plan_.slot = {3};
    plan_.match = InputMatch{};
    plan_.history_frames = 4096;
    for (const Pid pid : {kPatPid, kSdtPid}) plan_.pids.set(pid, {.psi = true, .routed = false});
    plan_.pids.set(kPmtPid, {.psi = true, .routed = false, .watched = true});
    plan_.pids.set(kVideo, {.psi = false, .routed = true, .watched = true});
    plan_.pids.set(kTdtPid, {.psi = false, .routed = true});
    input_ = std::make_unique<Input>(plan_, counters_, ring_);
  }

  void adopt(const InputPlan& before, const InputPlan& after) {
    InputMemory memory(&before, after);
    input_->adopt(after, memory);
  }
  void send(Pid pid, const ByteVector& bytes) {
    const std::vector<ByteVector> sections{bytes};
    for (ts::Packet packet : psi::packetise(pid, sections)) {
      ts::set_continuity_counter(packet, continuity_[pid.value()]++);
      send(packet);
    }
  }
  void send(const ts::Packet& packet) {
    input_->receive(now_, pool_.make(packet), 0, 188);
    input_->tick(now_);
    for (const LedgerEquation& equation : ledger(counters_)) {
      ASSERT_EQ(equation.left_sum(), equation.right_sum()) << equation.name;
    }
  }
  // Video alone, a packet each 10 ms.
  void flow(Ticks27 time) {
    for (const Instant end = now_ + time; now_ < end; now_ = now_ + Ticks27::milliseconds(10)) {
      send(ts_packet(kVideo.value(), continuity_[kVideo.value()]++));
    }
  }
  std::optional<channel::PuntRing::Record> pop() {
    channel::PuntRing::Record record;
    if (!ring_.try_pop(record)) return std::nullopt;
    return record;
  }

  TestPool pool_;
  channel::PuntRing ring_;
  InputCounters counters_;
  InputPlan plan_;
  std::unique_ptr<Input> input_;
  Instant now_{1'000'000'000};
  std::array<std::uint8_t, Pid::kCount> continuity_{};
};

TEST_F(InputPsiTest, PuntsASectionOnceAndAgainWhenItChanges) {
  const ByteVector pat = section(0x00, 1, 0, 0, 0, {0, 1, 0xF0, 0x00});
  send(kPatPid, pat);
  const auto first = pop();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->header.kind, channel::PuntHeader::Kind::kSection);
  EXPECT_EQ(first->header.pid, 0);
  EXPECT_EQ(first->header.slot, 3U);
  EXPECT_EQ(first->header.at, now_);
  EXPECT_EQ(first->header.position, StreamPosition{0});
  EXPECT_EQ(first->bytes, pat);
  for (int k = 0; k < 5; ++k) send(kPatPid, pat);
  EXPECT_FALSE(pop());
  send(kPatPid, section(0x00, 1, 1, 0, 0, {0, 1, 0xF0, 0x00}));
  const auto changed = pop();
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->header.position, StreamPosition{6});
  EXPECT_EQ(counters_.sections_punted.get(), 2U);
  EXPECT_EQ(counters_.sections_unchanged.get(), 5U);
  EXPECT_EQ(counters_.psi.get(), 7U);
}

// A PAT that is another each time must not keep control from the other inputs.
TEST_F(InputPsiTest, TablesThatNeverStandStillAreThrottledAndThenFollowed) {
  const auto pat = [](std::uint16_t stream) { return section(0x00, stream, 0, 0, 0, {0, 1, 0xF0, 0x00}); };
  for (std::uint16_t k = 0; k < 5'000; ++k) {
    now_ = now_ + Ticks27::milliseconds(1);
    send(kPatPid, pat(k));
  }
  EXPECT_GT(counters_.sections_throttled.get(), 4'000U);
  EXPECT_GE(counters_.sections_punted.get(), 700U);  // the burst, and a hundred a second
  EXPECT_LE(counters_.sections_punted.get(), 760U);
  while (pop()) {
  }
  now_ = now_ + Ticks27::milliseconds(100);
  send(kPatPid, pat(4'999));
  EXPECT_TRUE(pop()) << "its next repetition comes through";
}

TEST_F(InputPsiTest, TellsApartProgramsAndSectionNumbersOfOnePid) {
  const ByteVector body(30, 0x5A);
  for (int round = 0; round < 3; ++round) {
    for (std::uint16_t program = 1; program <= 8; ++program) {
      send(kPmtPid, section(0x02, program, 0, 0, 0, body));
    }
    for (std::uint8_t number = 0; number < 4; ++number) send(kSdtPid, section(0x42, 1, 0, number, 3, body));
  }
  EXPECT_EQ(counters_.sections_punted.get(), 12U);
  EXPECT_EQ(counters_.sections_unchanged.get(), 24U);
}

TEST_F(InputPsiTest, LeavesOtherTablesAndTablesNotYetInForce) {
  const ByteVector body(30, 0);
  send(kSdtPid, section(0x46, 1, 0, 0, 0, body));  // SDT other
  send(kSdtPid, section(0x4A, 1, 0, 0, 0, body));  // BAT
  send(kPmtPid, section(0x02, 1, 1, 0, 0, body, false));
  send(kPmtPid, section(0xFC, 1, 1, 0, 0, body));  // SCTE-35 beside a PMT
  EXPECT_EQ(counters_.sections_punted.get(), 0U);
  EXPECT_EQ(counters_.pat_error.get(), 0U);
  send(kPmtPid, section(0x02, 1, 1, 0, 0, body));
  EXPECT_EQ(counters_.sections_punted.get(), 1U);
}

TEST_F(InputPsiTest, CountsDamagedSections) {
  ByteVector pat = section(0x00, 1, 0, 0, 0, {0, 1, 0xF0, 0x00});
  pat[9] ^= 1;
  send(kPatPid, pat);
  EXPECT_EQ(counters_.section_errors.get(), 1U);
  EXPECT_FALSE(pop());
}

TEST_F(InputPsiTest, CarriesASectionOverSeveralPackets) {
  const ByteVector pmt = section(0x02, 1, 0, 0, 0, ByteVector(700, 0x33));
  send(kPmtPid, pmt);
  const auto record = pop();
  ASSERT_TRUE(record);
  EXPECT_EQ(record->bytes, pmt);
}

// What comes on the PID of a PMT, with counters going on, before each repetition of a whole one.
struct HostileRow {
  const char* what;
  std::uint64_t errors;  // each time
  std::vector<ts::Packet> (*packets)();
};

void PrintTo(const HostileRow& row, std::ostream* to) {
  *to << row.what;
}

std::vector<ts::Packet> packets_with(const ByteVector& bytes) {
  const std::vector<ByteVector> sections{bytes};
  return psi::packetise(kPmtPid, sections);
}

ByteVector pmt_of_size(std::size_t size) {
  return section(0x02, 1, 0, 0, 0, ByteVector(size - 12, 0xFF));
}

// `off` bytes more than there are, or fewer.
ByteVector pmt_that_lies(int off) {
  ByteVector pmt = pmt_of_size(80);
  store_be16(&pmt[1], static_cast<std::uint16_t>(load_be16(&pmt[1]) + off));
  return pmt;
}

const HostileRow kHostile[] = {
    {"cut where the next one begins", 1,
     [] {
       auto packets = packets_with(pmt_of_size(300));
       packets.resize(1);
       return packets;
     }},
    {"cut by a packet that is lost", 1,
     [] {
       auto packets = packets_with(pmt_of_size(500));
       packets[1][1] |= 0x80;  // transport_error_indicator: it goes no further
       return packets;
     }},
    {"longer than a PMT may be", 1, [] { return packets_with(pmt_of_size(1025)); }},
    {"4098 bytes, of which few come", 1, [] { return packets_with({0x02, 0xBF, 0xFF, 0, 1, 0xC1, 0, 0}); }},
    {"too short for its own header", 1,
     [] { return packets_with({0x02, 0xB0, 0x08, 0, 1, 0xC1, 0, 0, 0, 0, 0}); }},
    {"longer than it says", 1, [] { return packets_with(pmt_that_lies(-10)); }},
    {"shorter than it says", 1, [] { return packets_with(pmt_that_lies(10)); }},
    {"pointed to behind the packet", 1,
     [] {
       auto packets = packets_with(pmt_of_size(80));
       packets[0][4] = 183;
       return packets;
     }},
    {"numbered beyond the last", 1, [] { return packets_with(section(0x02, 1, 0, 3, 1, ByteVector(8, 1))); }},
    {"of no length over and over", 61,
     [] {
       ByteVector sections;
       while (sections.size() + 3 <= 183) sections.insert(sections.end(), {0x02, 0xB0, 0x00});
       return packets_with(sections);
     }},
    {"of no length over and over in the short form", 0,
     [] {
       ByteVector sections;
       while (sections.size() + 3 <= 183) sections.insert(sections.end(), {0x02, 0x30, 0x00});
       return packets_with(sections);
     }},
};

class InputPsiHostileTest : public InputPsiTest, public testing::WithParamInterface<HostileRow> {};

TEST_P(InputPsiHostileTest, IsCountedAndHidesNoTableThatIsWhole) {
  const ByteVector whole = pmt_of_size(400);
  for (std::uint64_t round = 1; round <= 4; ++round) {
    for (ts::Packet packet : GetParam().packets()) {
      ts::set_continuity_counter(packet, continuity_[kPmtPid.value()]++);
      send(packet);
    }
    send(kPmtPid, whole);
    EXPECT_EQ(counters_.section_errors.get(), round * GetParam().errors);
    EXPECT_EQ(counters_.sections_punted.get(), 1U);
    EXPECT_EQ(counters_.sections_unchanged.get(), round - 1);
  }
  const auto record = pop();
  ASSERT_TRUE(record);
  EXPECT_EQ(record->bytes, whole);
}

INSTANTIATE_TEST_SUITE_P(Sections, InputPsiHostileTest, testing::ValuesIn(kHostile), [](const auto& row) {
  std::string name(row.param.what);
  std::ranges::replace_if(name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
});

class InputPsiFullRingTest : public InputPsiTest {
 protected:
  InputPsiFullRingTest() : InputPsiTest(64) {}
};

TEST_F(InputPsiFullRingTest, TriesAgainAtTheNextRepetition) {
  const ByteVector a = section(0x02, 1, 0, 0, 0, ByteVector(8, 1));
  const ByteVector b = section(0x02, 2, 0, 0, 0, ByteVector(8, 2));
  send(kPmtPid, a);
  send(kPmtPid, b);
  EXPECT_EQ(counters_.sections_punted.get(), 1U);
  EXPECT_EQ(counters_.sections_punt_full.get(), 1U);
  EXPECT_EQ(pop()->bytes, a);
  send(kPmtPid, a);
  send(kPmtPid, b);
  EXPECT_EQ(pop()->bytes, b);
  EXPECT_FALSE(pop());
}

TEST_F(InputPsiTest, CountsTablesThatStayAwayForHalfASecond) {
  const ByteVector pat = section(0x00, 1, 0, 0, 0, {0, 1, 0xF0, 0x00});
  const ByteVector pmt = section(0x02, 1, 0, 0, 0, ByteVector(8, 1));
  for (int k = 0; k < 20; ++k) {
    send(kPatPid, pat);
    send(kPmtPid, pmt);
    flow(Ticks27::milliseconds(400));
  }
  EXPECT_EQ(counters_.pat_error.get(), 0U);
  EXPECT_EQ(counters_.pmt_error.get(), 0U);
  for (int k = 0; k < 10; ++k) {
    send(kPatPid, pat);
    flow(Ticks27::milliseconds(200));
  }
  EXPECT_EQ(counters_.pat_error.get(), 0U);
  EXPECT_GE(counters_.pmt_error.get(), 2U);
  EXPECT_LE(counters_.pmt_error.get(), 4U);
  // A stream that stops has no table errors: that is another alarm.
  const std::uint64_t before = counters_.pat_error.get();
  for (int k = 0; k < 100; ++k) {
    now_ = now_ + Ticks27::milliseconds(100);
    input_->tick(now_);
  }
  EXPECT_EQ(counters_.pat_error.get(), before);
}

// A multiplex cut down to one program whose PAT still names the others.
TEST_F(InputPsiTest, MissesNoPmtThatNoOutputGoesBy) {
  InputPlan other = plan_;
  other.pids.set(kPmtPid, {.psi = true, .routed = false});
  adopt(plan_, other);
  flow(Ticks27::seconds(2));
  EXPECT_EQ(counters_.pmt_error.get(), 0U);
  EXPECT_GE(counters_.pat_error.get(), 2U);
  adopt(other, plan_);
  flow(Ticks27::seconds(2));
  EXPECT_GE(counters_.pmt_error.get(), 2U);
}

// EN 300 468 5.1.4: a TDT each 30 s.
TEST_F(InputPsiTest, WaitsForATdtAndNeverMissesIt) {
  flow(Ticks27::seconds(29));
  EXPECT_EQ(counters_.pid_error.get(), 0U);
}

TEST_F(InputPsiTest, CountsAWatchedPidThatIsMissing) {
  flow(Ticks27::seconds(1));
  EXPECT_EQ(counters_.pid_error.get(), 0U);
  // Only PAT from here on.
  for (int k = 0; k < 120; ++k) {
    send(kPatPid, section(0x00, 1, 0, 0, 0, {0, 1, 0xF0, 0x00}));
    now_ = now_ + Ticks27::milliseconds(100);
  }
  EXPECT_EQ(counters_.pid_error.get(), 2U);  // 12 s: after 5 and after 10
}

TEST_F(InputPsiTest, CountsWhatDoesNotBelongOnPidZero) {
  send(kPatPid, section(0x02, 1, 0, 0, 0, ByteVector(8, 1)));
  EXPECT_EQ(counters_.pat_error.get(), 1U);
  ts::Packet scrambled = ts_packet(0, continuity_[0]++);
  scrambled[3] |= 0xC0;
  send(scrambled);
  EXPECT_EQ(counters_.pat_error.get(), 2U);
  EXPECT_FALSE(pop());
}

}  // namespace
}  // namespace headwater::dataplane
