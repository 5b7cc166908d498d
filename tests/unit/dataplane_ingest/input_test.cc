// SPDX-License-Identifier: Apache-2.0
//
// An Input from datagram to history: what is kept, what is dropped and why; the ledger balances after every
// step.
#include "dataplane/ingest/input.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>

#include "datagrams.h"
#include "dataplane/plan/ledger.h"
#include "frames.h"

namespace headwater::dataplane {
namespace {

constexpr std::uint16_t kVideo = 0x100, kAudio = 0x101, kUnknown = 0x200;
constexpr std::uint16_t kHeaders = 42;  // Ethernet, IPv4, UDP: the payload's place in a frame

InputPlan plan_of(Encapsulation encapsulation, std::uint32_t frames = 64) {
  InputPlan plan;
  plan.slot = {3};
  plan.match = InputMatch{};
  plan.encapsulation = encapsulation;
  plan.history_frames = frames;
  plan.pids.set(kPatPid, {.psi = true, .routed = false});
  plan.pids.set(Pid::from_wire(kVideo), {.psi = false, .routed = true});
  plan.pids.set(Pid::from_wire(kAudio), {.psi = false, .routed = true});
  return plan;
}

class InputTest : public testing::Test {
 protected:
  void start(const InputPlan& plan) {
    plan_ = plan;
    input_ = std::make_unique<Input>(plan_, counters_, ring_);
  }
  void receive(Bytes payload) {
    ByteVector bytes(kHeaders, 0);
    bytes.insert(bytes.end(), payload.begin(), payload.end());
    input_->receive(now_, pool_.make(bytes), kHeaders, static_cast<std::uint16_t>(payload.size()));
    check_ledger();
    now_ = now_ + Ticks27::milliseconds(1);
  }
  void tick() {
    input_->tick(now_);
    check_ledger();
  }
  void check_ledger() {
    for (const LedgerEquation& equation : ledger(counters_)) {
      ASSERT_EQ(equation.left_sum(), equation.right_sum()) << equation.name;
    }
  }
  // Seven packets of `pid`, counters going on.
  ByteVector seven(std::uint16_t pid = kVideo) {
    std::vector<ts::Packet> packets;
    for (int k = 0; k < 7; ++k) packets.push_back(ts_packet(pid, continuity_++));
    return join(packets);
  }
  History& history() { return input_->history(); }

  TestPool pool_;
  channel::PuntRing ring_{1 << 16};
  InputCounters counters_;
  InputPlan plan_;
  std::unique_ptr<Input> input_;
  Instant now_{1'000'000'000};
  unsigned continuity_ = 0;
};

TEST_F(InputTest, KeepsEachPacketOfADatagramWithItsPlaceAndPid) {
  start(plan_of(Encapsulation::kUdp));
  const std::vector<ts::Packet> packets{ts_packet(kVideo, 0), ts_packet(kAudio, 5), ts_packet(kUnknown, 0),
                                        ts::make_null_packet()};
  receive(join(packets));
  ASSERT_EQ(history().size(), 1U);
  const HistoryFrame& frame = history().at(0);
  ASSERT_EQ(frame.count, 4);
  const std::array<std::uint16_t, 4> pids{kVideo, kAudio, kUnknown, 0x1FFF};
  for (std::size_t k = 0; k < 4; ++k) {
    EXPECT_EQ(frame.packets[k].pid.value(), pids[k]);
    EXPECT_EQ(frame.packets[k].offset, kHeaders + 188 * k);
    EXPECT_EQ(frame.packets[k].place, k);
  }
  EXPECT_EQ(counters_.routed.get(), 2U);
  EXPECT_EQ(counters_.unrouted.get(), 1U);
  EXPECT_EQ(counters_.null.get(), 1U);
  EXPECT_EQ(counters_.packets.get(), 4U);
  EXPECT_EQ(counters_.bytes.get(), 4U * 188);
}

TEST_F(InputTest, FindsPacketsOf192And204Bytes) {
  start(plan_of(Encapsulation::kUdp));
  for (const auto& [stride, prefix] : {std::pair<std::size_t, std::size_t>{192, 4}, {192, 0}, {204, 0}}) {
    ByteVector payload(3 * stride, 0);
    for (std::size_t k = 0; k < 3; ++k) {
      const ts::Packet packet = ts_packet(kVideo, continuity_++);
      std::ranges::copy(packet, payload.begin() + static_cast<std::ptrdiff_t>(k * stride + prefix));
    }
    receive(payload);
    const HistoryFrame& frame = history().at(history().end() - 1);
    ASSERT_EQ(frame.count, 3);
    EXPECT_EQ(frame.packets[2].offset, kHeaders + 2 * stride + prefix);
  }
  EXPECT_EQ(counters_.routed.get(), 9U);
  EXPECT_EQ(counters_.cc_error.get(), 0U);
}

TEST_F(InputTest, CountsEachRejectByItsReason) {
  start(plan_of(Encapsulation::kUdp));
  receive(ByteVector(100, 0));  // no packets in it
  EXPECT_EQ(counters_.drop_payload_size.get(), 1U);

  ts::Packet damaged = ts_packet(kVideo, 0);
  damaged[0] = 0x48;
  ts::Packet error = ts_packet(kVideo, 0);
  error[1] |= 0x80;
  ts::Packet reserved = ts_packet(kVideo, 0);
  reserved[3] = 0x00;  // adaptation_field_control 00
  ts::Packet lying = ts_packet(kVideo, 0);
  lying[3] = 0x30;
  lying[4] = 200;  // adaptation_field_length beyond the packet
  receive(join(std::vector{ts_packet(kVideo, 0), damaged, ts_packet(kVideo, 1), error, reserved, lying}));
  EXPECT_EQ(counters_.drop_sync.get(), 1U);
  EXPECT_EQ(counters_.sync_byte_error.get(), 1U);
  EXPECT_EQ(counters_.ts_sync_loss.get(), 0U);
  EXPECT_EQ(counters_.drop_transport_error.get(), 1U);
  EXPECT_EQ(counters_.drop_malformed.get(), 2U);
  EXPECT_EQ(counters_.routed.get(), 2U);
  EXPECT_EQ(history().at(0).packets[1].place, 2);  // its place in the datagram, the damaged one counted

  ByteVector torn = seven();
  torn.resize(3 * 188 + 77);
  receive(torn);
  EXPECT_EQ(counters_.torn_bytes.get(), 77U);
  EXPECT_EQ(counters_.datagrams.get(), 3U);
  EXPECT_EQ(counters_.accepted.get(), 2U);

  // A datagram of nothing but rubbish is released at once.
  const int out = pool_.out();
  receive(ByteVector(3 * 188, 0));
  EXPECT_EQ(pool_.out(), out);
  EXPECT_EQ(counters_.drop_sync.get(), 4U);
}

TEST_F(InputTest, BelievesAStreamAgainAfterFivePackets) {
  start(plan_of(Encapsulation::kUdp));
  receive(seven());
  receive(ByteVector(2 * 188, 0));  // two sync bytes in a row: lost
  EXPECT_EQ(counters_.ts_sync_loss.get(), 1U);
  receive(seven());
  EXPECT_EQ(counters_.routed.get(), 7U + 3U);
  EXPECT_EQ(counters_.drop_sync.get(), 2U + 4U);
  receive(seven());
  EXPECT_EQ(counters_.routed.get(), 17U);
}

TEST_F(InputTest, MarksDuplicatesScramblingAndContinuity) {
  start(plan_of(Encapsulation::kUdp));
  ts::Packet scrambled = ts_packet(kAudio, 0);
  scrambled[3] |= 0x80;
  receive(join(std::vector{ts_packet(kVideo, 4), ts_packet(kVideo, 4), ts_packet(kVideo, 5), scrambled,
                           ts_packet(kVideo, 9), ts_packet(kUnknown, 1), ts_packet(kUnknown, 3)}));
  const HistoryFrame& frame = history().at(0);
  EXPECT_FALSE(frame.packets[0].duplicate);
  EXPECT_TRUE(frame.packets[1].duplicate);
  EXPECT_TRUE(frame.packets[3].scrambled);
  EXPECT_EQ(counters_.duplicate_packets.get(), 1U);
  EXPECT_EQ(counters_.scrambled.get(), 1U);
  EXPECT_EQ(counters_.cc_error.get(), 2U);  // 5 to 9; 1 to 3 on a PID that the plan does not name
}

TEST_F(InputTest, CountsTheLossOfFifteenPacketsAndSendsTheNextOn) {
  start(plan_of(Encapsulation::kUdp));
  ts::Packet next = ts_packet(kVideo, 4);
  next[20] = 1;
  next[187] = 2;
  receive(join(std::vector{ts_packet(kVideo, 4), next, ts_packet(kVideo, 5)}));
  EXPECT_FALSE(history().at(0).packets[1].duplicate);
  EXPECT_EQ(counters_.duplicate_packets.get(), 0U);
  EXPECT_EQ(counters_.cc_error.get(), 1U);
}

TEST_F(InputTest, KeepsContinuityOverANewPlan) {
  start(plan_of(Encapsulation::kUdp));
  receive(join(std::vector{ts_packet(kVideo, 7), ts_packet(kUnknown, 3)}));
  InputPlan next = plan_;
  next.pids.set(Pid::from_wire(kUnknown), {.psi = false, .routed = true});
  InputMemory memory(&plan_, next);
  input_->adopt(next, memory);
  receive(join(std::vector{ts_packet(kVideo, 8), ts_packet(kUnknown, 4)}));
  EXPECT_EQ(counters_.cc_error.get(), 0U);
  receive(join(std::vector{ts_packet(kVideo, 8 + 2), ts_packet(kUnknown, 4 + 2)}));
  EXPECT_EQ(counters_.cc_error.get(), 2U);
  EXPECT_EQ(counters_.routed.get(), 5U);
}

TEST_F(InputTest, DropsAndCountsWhenTheHistoryIsFull) {
  start(plan_of(Encapsulation::kUdp, 4));
  for (int k = 0; k < 6; ++k) receive(seven());
  EXPECT_EQ(history().size(), 4U);
  EXPECT_EQ(counters_.drop_history_full.get(), 14U);
  EXPECT_EQ(counters_.routed.get(), 28U);
  history().free_before(2);
  receive(seven());
  EXPECT_EQ(counters_.routed.get(), 35U);
  EXPECT_EQ(counters_.cc_error.get(), 0U);  // what was dropped here was received
}

TEST_F(InputTest, PutsRtpInOrderAndCountsWhatIsMissing) {
  start(plan_of(Encapsulation::kRtp));
  std::vector<ByteVector> datagrams;
  for (std::uint16_t k = 0; k < 8; ++k) datagrams.push_back(rtp_payload(k, seven()));
  receive(datagrams[0]);
  receive(datagrams[2]);
  EXPECT_EQ(counters_.datagrams_held.get(), 1);
  EXPECT_EQ(input_->room_needed(), 2U);
  EXPECT_EQ(input_->next_deadline(), now_ - Ticks27::milliseconds(1) + plan_.reorder_window);
  receive(datagrams[1]);
  receive(datagrams[1]);
  receive(datagrams[4]);
  EXPECT_EQ(history().size(), 3U);
  now_ = now_ + plan_.reorder_window;
  tick();
  EXPECT_EQ(history().size(), 4U);
  receive(datagrams[3]);
  EXPECT_EQ(counters_.rtp_reordered.get(), 1U);  // the late one is late, not reordered
  EXPECT_EQ(counters_.drop_rtp_duplicate.get(), 1U);
  EXPECT_EQ(counters_.rtp_lost.get(), 1U);
  EXPECT_EQ(counters_.drop_rtp_late.get(), 1U);
  EXPECT_EQ(counters_.cc_error.get(), 1U);
  EXPECT_EQ(counters_.datagrams_held.get(), 0);
  // Stream positions leave room for the seven that are missing.
  EXPECT_EQ(history().at(3).stream_index, 28U);
  for (std::uint64_t k = 0; k < 3; ++k) EXPECT_EQ(history().at(k).stream_index, 7 * k);
}

TEST_F(InputTest, FindsPacketsBehindCsrcAndExtensionAndBeforePadding) {
  start(plan_of(Encapsulation::kRtp));
  receive(full_rtp_payload(1, seven(kVideo)));
  receive(full_rtp_payload(2, seven(kAudio)));
  ASSERT_EQ(history().size(), 2U);
  for (std::uint64_t frame = 0; frame < 2; ++frame) {
    ASSERT_EQ(history().at(frame).count, 7);
    for (std::size_t k = 0; k < 7; ++k) {
      EXPECT_EQ(history().at(frame).packets[k].offset, kHeaders + kFullRtpHeader + 188 * k);
      EXPECT_EQ(history().at(frame).packets[k].pid.value(), frame == 0 ? kVideo : kAudio);
    }
  }
  EXPECT_EQ(counters_.accepted.get(), 2U);
  EXPECT_EQ(counters_.packets.get(), 14U);
  EXPECT_EQ(counters_.routed.get(), 14U);
  EXPECT_EQ(counters_.torn_bytes.get(), 0U);
  EXPECT_EQ(counters_.rtp_lost.get(), 0U);
}

TEST_F(InputTest, RefusesRtpThatCarriesNoTransportStream) {
  start(plan_of(Encapsulation::kRtp));
  receive(rtp_payload(1, seven()));
  receive(ByteVector(11, 0x80));  // half a header
  receive(seven());               // plain UDP: version 1 (0x47)
  EXPECT_EQ(counters_.drop_rtp_header.get(), 2U);
  receive(rtp_payload(2, ByteVector(100, 0x47)));  // no whole packet
  EXPECT_EQ(counters_.drop_payload_size.get(), 1U);
  receive(rtp_payload(40'000, ByteVector(1316, 0), 0, 9, 96));  // FEC: another type, and no sync byte
  EXPECT_EQ(counters_.drop_rtp_other.get(), 1U);
  receive(rtp_payload(7, ByteVector(24, 0), 0, 9, 72));  // RTCP: a sender report
  EXPECT_EQ(counters_.drop_rtp_other.get(), 2U);
  EXPECT_EQ(counters_.drop_rtp_header.get(), 2U);
  EXPECT_EQ(counters_.rtp_restarts.get(), 0U);
  receive(rtp_payload(2, seven(), 0, 1, 96));  // a sender with a number of its own
  EXPECT_EQ(counters_.accepted.get(), 2U);
  receive(rtp_payload(9'000, seven(), 0, 7));  // started again
  EXPECT_EQ(counters_.rtp_restarts.get(), 1U);
  EXPECT_EQ(counters_.accepted.get(), 3U);
}

TEST_F(InputTest, MarksTheSeamOfAFileOnce) {
  InputPlan plan = plan_of(Encapsulation::kUdp);
  plan.match.reset();
  start(plan);
  const Pcr pcr = Pcr::from_ticks(1'000'000);
  const auto feed = [&](std::span<const ts::Packet> packets, std::uint8_t seam, std::uint16_t torn = 0) {
    channel::FedFrame fed{.frame = pool_.make(join(packets)),
                          .count = static_cast<std::uint8_t>(packets.size()),
                          .seam = seam,
                          .torn_bytes = torn};
    for (std::size_t k = 0; k < packets.size(); ++k) {
      fed.due[k] = now_ + Ticks27{static_cast<std::int64_t>(k) * 1000};
    }
    input_->receive(now_, fed);
    check_ledger();
    now_ = now_ + Ticks27::milliseconds(1);
  };
  const Pid video = Pid::from_wire(kVideo), other = Pid::from_wire(kUnknown);
  feed(std::array{ts::make_pcr_packet(video, pcr, 4), ts_packet(kVideo, 5)}, 0);
  EXPECT_FALSE(history().at(0).packets[0].seam);
  EXPECT_EQ(history().at(0).packets[1].due, now_ - Ticks27::milliseconds(1) + Ticks27{1000});
  // The seam lies before the second packet; continuity starts anywhere behind it.
  feed(std::array{ts_packet(kVideo, 6), ts_packet(kVideo, 12), ts::make_pcr_packet(video, pcr, 12),
                  ts::make_pcr_packet(other, pcr, 3), ts::make_pcr_packet(video, pcr, 12)},
       0b10, 100);
  const auto& packets = history().at(1).packets;
  EXPECT_EQ(counters_.cc_error.get(), 0U);
  EXPECT_FALSE(packets[0].seam);
  EXPECT_FALSE(packets[1].seam);  // no PCR
  EXPECT_TRUE(packets[2].seam);
  EXPECT_TRUE(packets[3].seam);  // each PID once
  EXPECT_FALSE(packets[4].seam);
  EXPECT_EQ(counters_.file_loops.get(), 1U);
  EXPECT_EQ(counters_.torn_bytes.get(), 100U);
  EXPECT_EQ(counters_.accepted.get(), 2U);
  tick();
  EXPECT_EQ(counters_.timeline_state.get(), 3);
}

TEST_F(InputTest, NeverLosesAFrameOrTheBalanceOnAnyBytes) {
  std::mt19937 random(17);
  for (const Encapsulation encapsulation : {Encapsulation::kUdp, Encapsulation::kRtp}) {
    start(plan_of(encapsulation));
    for (int k = 0; k < 6'000; ++k) {
      ByteVector payload = seven(static_cast<std::uint16_t>(random() % 4 == 0 ? 0 : kVideo));
      if (encapsulation == Encapsulation::kRtp) {
        payload = rtp_payload(static_cast<std::uint16_t>(k + static_cast<int>(random() % 5)), payload);
      }
      if (random() % 3 == 0) payload.resize(random() % 1500);
      for (std::size_t flips = random() % 5; flips > 0 && !payload.empty(); --flips) {
        payload[random() % payload.size()] = static_cast<std::uint8_t>(random());
      }
      receive(payload);
      if (random() % 4 == 0) tick();
      if (history().room() < input_->room_needed()) history().free_before(history().end() - 8);
      if (HasFatalFailure()) return;
    }
    EXPECT_EQ(static_cast<std::size_t>(pool_.out()), history().size() + input_->room_needed() - 1);
    EXPECT_EQ(counters_.drop_history_full.get(), 0U);
    input_.reset();
    EXPECT_EQ(pool_.out(), 0);
  }
}

// What holds no packet that can be sent on is silence: the channel is not on air by it.
TEST_F(InputTest, OnlyDatagramsWithAValidPacketAreHeard) {
  start(plan_of(Encapsulation::kUdp));
  receive(ByteVector(100, 0));
  receive(ByteVector(std::size_t{7} * ts::kPacketSize, 0xAA));
  EXPECT_EQ(counters_.datagrams.get(), 2U);
  EXPECT_EQ(counters_.last_packet.get(), 0);
  const Instant then = now_ + Ticks27::milliseconds(5);
  for (int k = 0; k < 6; ++k) receive(seven());
  EXPECT_EQ(counters_.last_packet.get(), then.value);
  receive(ByteVector(std::size_t{7} * ts::kPacketSize, 0xAA));
  EXPECT_EQ(counters_.last_packet.get(), then.value);
}

TEST_F(InputTest, WhatWaitsForItsPlaceIsHeard) {
  start(plan_of(Encapsulation::kRtp));
  receive(rtp_payload(1, seven()));
  now_ = now_ + Ticks27::milliseconds(10);
  const Instant then = now_;
  receive(rtp_payload(3, seven()));
  EXPECT_EQ(counters_.datagrams_held.get(), 1);
  EXPECT_EQ(counters_.last_packet.get(), then.value);
}

}  // namespace
}  // namespace headwater::dataplane
