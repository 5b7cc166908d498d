// SPDX-License-Identifier: Apache-2.0
//
// What happens when something is short: the input, the device, buffers, history, time. Counted, bounded, and
// over when the cause is.
#include <gmock/gmock.h>

#include <map>

#include "tests/sim/worker_fixture.h"

namespace headwater::test {
namespace {

class Faults : public WorkerTest {
 protected:
  void start() { rig.publish(plan_of({input_plan(0, carriage)}, {output_plan({}, program)})); }
};

TEST_F(Faults, TablesGoOnWhileTheInputIsLostAndTheStreamReturns) {
  Sender sender(television_stream(), carriage, rig.port(0));
  start();
  sender.send_until(ms(2'000));
  sender.silent_until(ms(12'000));
  sender.send_until(ms(14'000));
  rig.run_until(ms(15'000));
  const auto datagrams = box(0);
  expect_intervals(starts_on(datagrams, kPatPid), Ticks27::milliseconds(100));
  std::size_t between = 0;
  std::size_t after = 0;
  for (const BoxDatagram& datagram : datagrams) {
    for (const ts::Packet& packet : datagram.packets) {
      if (pid_of(packet) != 0x101) continue;
      if (datagram.at > ms(2'300) && datagram.at < ms(12'100)) ++between;
      if (datagram.at > ms(12'100)) ++after;
    }
  }
  EXPECT_EQ(between, 0U);
  EXPECT_GT(after, 4'000U);
  expect_same_payload(sender.sent(), packets_of(datagrams), {});
  EXPECT_EQ(elementary_of(packets_of(datagrams)).packets.at(0x101),
            elementary_of(sender.sent()).packets.at(0x101));
}

TEST_F(Faults, AFullDeviceHoldsFramesThenCostsThemAndRecovers) {
  Sender sender(television_stream(), carriage, rig.port(0));
  start();
  sender.send_until(ms(10'000));
  rig.at(ms(1'000), [&] { rig.port(1).limit_sending(0); });
  rig.at(ms(1'500), [&] {
    EXPECT_EQ(rig.output(0).drop_tx_full.get(), 0U);
    EXPECT_GT(rig.output(0).held.get(), 1'000);
    EXPECT_GT(rig.counters().port({1}).tx_held.get(), 100);
    expect_balance();
  });
  rig.at(ms(6'000), [&] {
    EXPECT_GT(rig.output(0).drop_tx_full.get(), 1'000U);
    EXPECT_LE(rig.counters().port({1}).tx_held.get(), 1'024);
    expect_balance();
    rig.port(1).limit_sending(std::nullopt);
  });
  rig.run_until(ms(11'000));
  EXPECT_EQ(rig.output(0).held.get(), 0);
  EXPECT_GT(rig.output(0).late_departures.get(), 0U);
  std::size_t after = 0;
  for (const BoxDatagram& datagram : box(0)) {
    if (datagram.at < ms(6'100)) continue;
    EXPECT_EQ(datagram.at, datagram.departure);
    ++after;
  }
  EXPECT_GT(after, 1'000U);
}

TEST_F(Faults, AStoppedOutputTakesItsFramesOutOfTheQueue) {
  Sender sender(television_stream(), carriage, rig.port(0));
  const auto both = plan_of({input_plan(0, carriage)},
                            {output_plan({.slot = 0}, program), output_plan({.slot = 1}, program)});
  rig.publish(both);
  sender.send_until(ms(2'000));
  rig.at(ms(1'000), [&] { rig.port(1).limit_sending(0); });
  rig.at(ms(1'100), [&] {
    auto one = both;
    one.outputs.clear(0);
    rig.publish(one);
  });
  rig.at(ms(1'200), [&] {
    EXPECT_EQ(rig.output(0).held.get(), 0);
    EXPECT_GT(rig.output(1).held.get(), 0);
    expect_balance();
    rig.port(1).limit_sending(std::nullopt);
  });
  rig.run_until(ms(3'000));
  expect_same_payload(sender.sent(), packets_of(box(1)), {{0x101, 0x101}});
}

TEST_F(Faults, AHistoryTooShortForTheDelayExpelsAndCounts) {
  Sender sender(television_stream(), carriage, rig.port(0));
  auto input = input_plan(0, carriage);
  input.history_frames = 32;  // some 70 ms, where 200 are asked for
  rig.publish(plan_of({input}, {output_plan({}, program)}));
  sender.send_until(ms(3'000));
  rig.at(ms(2'000), [&] { expect_balance(); });
  rig.run_until(ms(4'000));
  EXPECT_GT(rig.output(0).expelled.get(), 1'000U);
  EXPECT_EQ(rig.input(0).drop_history_full.get(), 0U);
}

TEST_F(Faults, WithoutBuffersPacketsAreDroppedAndTheSequenceTellsReceivers) {
  Rig small({.port_frames = 64});
  Sender sender(television_stream(), carriage, small.port(0));
  auto output = output_plan({.rtp = true}, program);
  output.delay = Ticks27::milliseconds(60);  // what the input's 64 frames hold
  small.publish(plan_of({input_plan(0, carriage)}, {output}));
  sender.send_until(ms(1'000));
  small.at(ms(500), [&] { small.port(1).limit_sending(0); });
  small.at(ms(900), [&] { small.port(1).limit_sending(std::nullopt); });
  small.run_until(ms(2'000));
  EXPECT_GT(small.output(0).drop_no_buffer.get(), 0U);
  const auto datagrams = received(small.port(1).sent(), group_of(0), kOutputPort, true);
  ASSERT_FALSE(datagrams.empty());
  const auto span =
      static_cast<std::uint16_t>(*datagrams.back().rtp_sequence - *datagrams.front().rtp_sequence);
  EXPECT_EQ(span + 1U - datagrams.size(), small.counters().port({1}).drop_no_buffer.get());
}

// The most datagrams that come within 10 ms of each other, of those that come between two instants.
std::size_t densest(const std::vector<BoxDatagram>& datagrams, Instant from, Instant to) {
  std::size_t most = 0;
  for (std::size_t first = 0, last = 0; last < datagrams.size(); ++last) {
    if (datagrams[last].at < from || datagrams[last].at >= to) continue;
    while (datagrams[first].at < std::max(from, datagrams[last].at - Ticks27::milliseconds(10))) ++first;
    most = std::max(most, last - first + 1);
  }
  return most;
}

TEST_F(Faults, AWorkerThatStalledCatchesUpByAndByAndNeverBackToBack) {
  Sender sender(television_stream(), carriage, rig.port(0));
  start();
  sender.send_until(ms(3'000));
  rig.run_until(ms(1'000));
  rig.stall(Ticks27::milliseconds(60));
  rig.run_until(ms(4'000));
  const std::vector<BoxDatagram> datagrams = box(0);
  Instant caught_up = ms(0);
  for (const BoxDatagram& datagram : datagrams) {
    if (datagram.at != datagram.departure) caught_up = datagram.at;
  }
  EXPECT_GT(caught_up, ms(1'070));
  EXPECT_LT(caught_up, ms(1'150));
  const std::size_t usual = densest(datagrams, ms(1'500), ms(3'000));
  ASSERT_GT(usual, 2U);
  EXPECT_LE(densest(datagrams, ms(1'000), ms(1'500)), 4 * usual + 1);  // four times the pace at 60 ms
  EXPECT_GT(rig.output(0).late_departures.get(), 10U);
  EXPECT_GE(rig.output(0).greatest_lateness_ticks.get(), Ticks27::milliseconds(55).value);
  EXPECT_LE(rig.output(0).greatest_lateness_ticks.get(), Ticks27::milliseconds(61).value);
  expect_same_payload(sender.sent(), packets_of(box(0)), {{0x101, 0x101}, {0x102, 0x102}});
}

TEST_F(Faults, AStallIsCountedWithItsTime) {
  Sender sender(television_stream(), carriage, rig.port(0));
  start();
  sender.send_until(ms(5'000));
  rig.run_until(ms(1'000));
  EXPECT_EQ(rig.counters().worker().stalls.get(), 0U);
  rig.stall(Ticks27::milliseconds(90));
  rig.run_until(ms(2'000));
  EXPECT_EQ(rig.counters().worker().stalls.get(), 0U);
  rig.stall(Ticks27::milliseconds(1'500));
  rig.run_until(ms(5'000));
  EXPECT_EQ(rig.counters().worker().stalls.get(), 1U);
  const auto ticks = static_cast<std::int64_t>(rig.counters().worker().stall_ticks.get());
  EXPECT_GE(ticks, Ticks27::milliseconds(1'500).value);
  EXPECT_LE(ticks, Ticks27::milliseconds(1'502).value);
}

TEST_F(Faults, AWorkerThatGetsAQuarterOfItsCoreDoesNotFallBehindForEver) {
  Sender sender(television_stream(), carriage, rig.port(0));
  start();
  sender.send_until(ms(6'000));
  for (Instant at = ms(1'000); at < ms(5'000); at = at + Ticks27::milliseconds(20)) {
    rig.run_until(at + Ticks27::milliseconds(5));
    rig.stall(Ticks27::milliseconds(15));
  }
  rig.run_until(ms(7'000));
  EXPECT_EQ(rig.output(0).expelled.get(), 0U);
  EXPECT_LE(rig.output(0).greatest_lateness_ticks.get(), Ticks27::milliseconds(150).value);
  expect_same_payload(sender.sent(), packets_of(box(0)), {{0x101, 0x101}, {0x102, 0x102}});
}

TEST_F(Faults, LostDatagramsLeaveCleanCountersAndNothingElseIsMissing) {
  carriage.rtp = true;
  carriage.network = [](std::uint64_t n) -> std::optional<Ticks27> {
    if (n % 50 == 17) return std::nullopt;
    return Ticks27::milliseconds(n % 3 == 1 ? 9 : 1);  // overtaken by those behind it
  };
  Sender sender(television_stream(), carriage, rig.port(0));
  start();
  sender.send_until(ms(4'000));
  rig.run_until(ms(5'000));
  EXPECT_GT(rig.input(0).rtp_lost.get(), 10U);
  EXPECT_GT(rig.input(0).rtp_reordered.get(), 10U);
  const Elementary out = elementary_of(packets_of(box(0)));
  EXPECT_EQ(out.errors, 0U);
  EXPECT_EQ(out.packets.at(0x101), elementary_of(sender.sent()).packets.at(0x101));
}

// 40 outputs of one input, a device that takes a frame now and then, a short history, a slow worker.
TEST_F(Faults, EveryPacketOfAnOverloadedWorkerIsAccountedFor) {
  Sender sender(television_stream(), carriage, rig.port(0));
  std::vector<dataplane::OutputPlan> outputs;
  for (std::uint32_t slot = 0; slot < 40; ++slot) outputs.push_back(output_plan({.slot = slot}, program));
  auto input = input_plan(0, carriage);
  input.history_frames = 64;
  rig.publish(plan_of({input}, outputs));
  rig.set_latency(Ticks27::milliseconds(3));
  sender.send_until(ms(2'000));
  for (std::int64_t at = 0; at < 2'000; at += 10) {
    rig.at(ms(at), [&] {
      rig.port(1).limit_sending(100);
      expect_balance();
    });
  }
  rig.run_until(ms(3'000));
  EXPECT_GT(rig.output(17).expelled.get() + rig.output(17).drop_tx_full.get(), 0U);
}

}  // namespace
}  // namespace headwater::test
