// SPDX-License-Identifier: Apache-2.0
//
// Due times in the history, as a reader meets them: revised until it has taken a packet, fixed from then on.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#include "datagrams.h"
#include "dataplane/ingest/input.h"
#include "dataplane/plan/ledger.h"
#include "frames.h"

namespace headwater::dataplane {
namespace {

constexpr Pid kVideo = Pid::from_wire(0x100);
constexpr std::int64_t kPacketTicks = 10'150;  // 4 Mb/s
constexpr std::int64_t kStart = 1'000'000'000;
constexpr Ticks27 kDelay = Ticks27::milliseconds(200);

struct Datagram {
  std::int64_t arrival = 0;
  std::int64_t index = 0;  // of its first packet
  ByteVector payload;
};

// `count` datagrams of RTP with a PCR each 100 packets; arrival is sending plus uniform jitter.
std::vector<Datagram> network(std::int64_t count, std::int64_t jitter, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_int_distribution<std::int64_t> delay(0, jitter);
  std::vector<Datagram> out;
  unsigned continuity = 0;
  for (std::int64_t k = 0; k < count; ++k) {
    std::vector<ts::Packet> packets;
    for (std::int64_t index = 7 * k; index < 7 * k + 7; ++index) {
      if (index % 100 == 0) {
        packets.push_back(ts::make_pcr_packet(kVideo, Pcr::from_ticks(index * kPacketTicks),
                                              static_cast<std::uint8_t>((continuity + 15) & 0x0F)));
      } else {
        packets.push_back(ts_packet(kVideo.value(), continuity++));
      }
    }
    out.push_back({.arrival = kStart + 7 * k * kPacketTicks + delay(random),
                   .index = 7 * k,
                   .payload = rtp_payload(static_cast<std::uint16_t>(k), join(packets))});
  }
  std::ranges::sort(out, {}, [](const Datagram& each) { return std::pair(each.arrival, each.index); });
  return out;
}

struct Seen {
  double least = 1e18, greatest = -1e18;
  std::uint64_t packets = 0, backwards = 0, changed = 0;
  [[nodiscard]] double peak_to_peak_ms() const { return (greatest - least) / 27e3; }
};

// Feeds it all; reads each packet at its due time plus the delay. Looks at packets from second `from` on.
Seen run(const std::vector<Datagram>& datagrams, std::int64_t from_packet) {
  InputPlan plan;
  plan.match = InputMatch{};
  plan.encapsulation = Encapsulation::kRtp;
  plan.reorder_window = Ticks27::milliseconds(110);
  plan.history_frames = 1024;
  plan.pids.set(kVideo, {.psi = false, .routed = true});
  TestPool pool;
  channel::PuntRing ring(1 << 12);
  InputCounters counters;
  Input input(plan, counters, ring);
  History& history = input.history();
  History::Cursor cursor;
  Seen seen;
  Instant last{INT64_MIN};
  std::uint64_t taken_frame = UINT64_MAX;
  std::array<Instant, 7> taken_due{};

  for (const Datagram& datagram : datagrams) {
    const Instant now{datagram.arrival};
    input.tick(now);
    while (cursor.frame < history.end()) {
      const HistoryFrame& frame = history.at(cursor.frame);
      const HistoryPacket& packet = frame.packets[cursor.packet];
      if (packet.due + kDelay > now) break;
      if (packet.due < last) ++seen.backwards;
      last = packet.due;
      // What was taken of this frame before must not have moved since.
      if (taken_frame == cursor.frame) {
        for (std::uint32_t k = 0; k < cursor.packet; ++k) {
          if (frame.packets[k].due != taken_due[k]) ++seen.changed;
        }
      }
      taken_frame = cursor.frame;
      taken_due[cursor.packet] = packet.due;
      const std::uint64_t index = frame.stream_index + packet.place;
      if (static_cast<std::int64_t>(index) >= from_packet) {
        const auto off =
            static_cast<double>(packet.due.value - kStart - static_cast<std::int64_t>(index) * kPacketTicks);
        seen.least = std::min(seen.least, off);
        seen.greatest = std::max(seen.greatest, off);
        ++seen.packets;
      }
      if (++cursor.packet == frame.count) cursor = {.frame = cursor.frame + 1, .packet = 0};
      history.taken(cursor);
    }
    history.free_before(cursor.frame);
    EXPECT_GE(history.room(), input.room_needed());
    input.receive(now, pool.make(datagram.payload), 0, static_cast<std::uint16_t>(datagram.payload.size()));
    for (const LedgerEquation& equation : ledger(counters)) {
      EXPECT_EQ(equation.left_sum(), equation.right_sum()) << equation.name;
    }
    if (testing::Test::HasFailure()) break;
  }
  // Only what the very first packet had overtaken comes before the beginning.
  EXPECT_LT(counters.drop_rtp_late.get(), 10U);
  EXPECT_EQ(counters.cc_error.get(), 0U);
  return seen;
}

TEST(InputTiming, IsExactOnACleanNetwork) {
  const Seen seen = run(network(10'000, 0, 1), 0);
  EXPECT_GT(seen.packets, 68'000U);
  EXPECT_EQ(seen.backwards, 0U);
  EXPECT_EQ(seen.changed, 0U);
  EXPECT_LT(seen.peak_to_peak_ms(), 0.001);
}

TEST(InputTiming, TakesJitterOutOfReorderedRtp) {
  // 100 ms of it, two and a half minutes: the clock is not locked yet, and still its worst is a few
  // milliseconds.
  const Seen seen = run(network(57'000, Ticks27::milliseconds(100).value, 2), 2660LL * 60);
  EXPECT_EQ(seen.backwards, 0U);
  EXPECT_EQ(seen.changed, 0U);
  EXPECT_LT(seen.peak_to_peak_ms(), 10);
}

TEST(InputTiming, LeavesUnderAMillisecondOf20) {
  const Seen seen = run(network(45'000, Ticks27::milliseconds(20).value, 3), 2660LL * 100);
  EXPECT_EQ(seen.backwards, 0U);
  EXPECT_EQ(seen.changed, 0U);
  EXPECT_LT(seen.peak_to_peak_ms(), 1);
}

TEST(InputTiming, ShowsItsClockInTheGauges) {
  InputPlan plan;
  plan.match = InputMatch{};
  plan.encapsulation = Encapsulation::kRtp;
  TestPool pool;
  channel::PuntRing ring(1 << 12);
  InputCounters counters;
  Input input(plan, counters, ring);
  EXPECT_EQ(input.next_deadline(), Instant{INT64_MAX});
  input.tick(Instant{kStart});
  EXPECT_EQ(counters.timeline_state.get(), 0);
  EXPECT_EQ(counters.timeline_reference_pid.get(), -1);
  Instant now{kStart};
  for (const Datagram& datagram : network(8'000, 0, 4)) {
    now = Instant{datagram.arrival};
    input.history().free_before(input.history().end());
    input.receive(now, pool.make(datagram.payload), 0, static_cast<std::uint16_t>(datagram.payload.size()));
    input.tick(now);
  }
  EXPECT_EQ(counters.timeline_state.get(), 3);
  EXPECT_EQ(counters.timeline_reference_pid.get(), kVideo.value());
  EXPECT_NEAR(static_cast<double>(counters.timeline_drift_ppb.get()), 0, 5);
  EXPECT_EQ(counters.last_packet.get(), now.value);
  EXPECT_EQ(counters.history_frames.get(), 1);
  EXPECT_GT(input.next_deadline(), now);
}

}  // namespace
}  // namespace headwater::dataplane
