// SPDX-License-Identifier: Apache-2.0
//
// Plans that change while the stream runs.
#include <gmock/gmock.h>

#include <algorithm>

#include "tests/sim/worker_fixture.h"

namespace headwater::test {
namespace {

class PlanChange : public WorkerTest {};

struct Bystander {
  std::vector<BoxDatagram> changed, untouched;
  std::vector<ts::Packet> sent;
};

// Two outputs of one input for 4 s; at 1.1 s the first one's video moves to 0x400 from the packet sent at
// 1.05 s on, all else shared as control/compile does.
Bystander run_two_outputs(bool with_change) {
  const ProgramSpec program = television(1, 0x100, 1);
  Rig rig;
  const Carriage carriage;
  Sender sender(television_stream(), carriage, rig.port(0));
  const auto input = input_plan(0, carriage);
  const auto bystander = output_plan({.slot = 1, .rtp = true}, program);
  rig.publish(plan_of({input}, {output_plan({.slot = 0}, program), bystander}));
  sender.send_until(ms(1'050));
  const StreamPosition from{sender.sent().size()};
  sender.send_until(ms(3'000));
  if (with_change) {
    rig.at(ms(1'100), [&] {
      auto changed = output_plan({.slot = 0, .version = 1, .moved = {{0x101, 0x400}}}, program);
      changed.effective_from = from;
      dataplane::Plan next = rig.plan();
      next.outputs.set(std::make_shared<const dataplane::OutputPlan>(changed));
      rig.publish(next);
    });
    rig.at(ms(1'150), [&] { EXPECT_EQ(rig.plans_alive(), 2U); });  // the old part still runs
  }
  rig.run_until(ms(4'000));
  EXPECT_EQ(rig.plans_alive(), 1U);
  EXPECT_EQ(rig.output(0).plan_generation.get(), with_change ? 2 : 1);
  EXPECT_EQ(rig.output(1).plan_generation.get(), 1);
  return {received(rig.port(1).sent(), group_of(0), kOutputPort, false),
          received(rig.port(1).sent(), group_of(1), kOutputPort, true), sender.sent()};
}

TEST_F(PlanChange, HoldsFromItsPacketOn) {
  const Bystander run = run_two_outputs(true);
  std::vector<std::uint16_t> order;
  for (const ts::Packet& packet : packets_of(run.changed)) {
    const std::uint16_t on = pid_of(packet);
    if ((on == 0x101 || on == 0x400) && (order.empty() || order.back() != on)) order.push_back(on);
  }
  EXPECT_THAT(order, testing::ElementsAre(0x101, 0x400));
  // Nothing is missing over the change, and nothing comes twice.
  Elementary out = elementary_of(packets_of(run.changed));
  auto whole = out.payload[0x101];
  whole.insert(whole.end(), out.payload[0x400].begin(), out.payload[0x400].end());
  EXPECT_TRUE(whole == elementary_of(run.sent).payload.at(0x101));
  EXPECT_EQ(out.errors, 0U);
  // At 1050 + 200 ms, the PMT no later than the first packet that it describes.
  const Instant first_moved = first_of(run.changed, 0x400);
  EXPECT_LE(first_of(run.changed, 0x20, 1), first_moved);
  EXPECT_GE(first_moved, ms(1'245));
  EXPECT_LE(first_moved, ms(1'255));
  expect_intervals(starts_on(run.changed, pid(0x20)), Ticks27::milliseconds(100));
}

// Discontinuity_indicator stands in the first PCR after either, and in no other.
TEST_F(PlanChange, AnotherDelayIsADiscontinuityOfThePcrAndOfNothingElse) {
  Sender sender(television_stream(), carriage, rig.port(0));
  const auto input = input_plan(0, carriage);
  const auto delayed = [&](std::int64_t milliseconds) {
    auto output = output_plan({.slot = 0}, program);
    output.delay = Ticks27::milliseconds(milliseconds);
    rig.publish(plan_of({input}, {output}));
  };
  delayed(1'000);
  sender.send_until(ms(6'000));
  rig.at(ms(2'000), [&] { delayed(200); });
  rig.at(ms(4'000), [&] { delayed(800); });
  rig.run_until(ms(7'000));
  const auto datagrams = box(0);
  EXPECT_EQ(elementary_of(packets_of(datagrams)).errors, 0U);
  EXPECT_GT(rig.output(0).drop_delay.get(), 1'000U) << "800 ms of 4.6 Mb/s";
  const std::vector<Instant> marked = discontinuities(datagrams);
  ASSERT_EQ(marked.size(), 2U);
  EXPECT_GE(marked[0], ms(2'000));
  EXPECT_LE(marked[0], ms(2'045));
  EXPECT_GE(marked[1], ms(4'600));
  EXPECT_LE(marked[1], ms(4'645));
  // No faster than the stream is.
  for (std::size_t i = 50; i < datagrams.size(); ++i)
    ASSERT_GE(datagrams[i].at - datagrams[i - 50].at, Ticks27::milliseconds(60)) << datagrams[i].at.value;
}

// A control that was late hands over two versions at once: the packets between them go by the first.
TEST_F(PlanChange, EachOfTwoThatComeAtOnceHasItsTurn) {
  Sender sender(television_stream(), carriage, rig.port(0));
  const auto input = input_plan(0, carriage);
  rig.publish(plan_of({input}, {output_plan({.slot = 0}, program)}));
  sender.send_until(ms(1'050));
  const StreamPosition from{sender.sent().size()};
  sender.send_until(ms(1'100));
  const StreamPosition next_from{sender.sent().size()};
  sender.send_until(ms(2'000));
  const auto moved = [&](std::uint8_t version, std::uint16_t to, StreamPosition at) {
    auto changed = output_plan({.slot = 0, .version = version, .moved = {{0x101, to}}}, program);
    changed.effective_from = at;
    rig.publish(plan_of({input}, {changed}));
  };
  rig.at(ms(1'110), [&] {
    moved(1, 0x400, from);
    moved(2, 0x500, next_from);
  });
  rig.run_until(ms(3'000));
  Elementary out = elementary_of(packets_of(box(0)));
  auto whole = out.payload[0x101];
  for (const std::uint16_t on : {std::uint16_t{0x400}, std::uint16_t{0x500}}) {
    ASSERT_FALSE(out.payload[on].empty()) << on;
    whole.insert(whole.end(), out.payload[on].begin(), out.payload[on].end());
  }
  EXPECT_TRUE(whole == elementary_of(sender.sent()).payload.at(0x101));
  EXPECT_GE(first_of(box(0), 0x500), ms(1'295));
}

// The newest Plan that still has the part that runs, however old that part is: what is freed is not held
// again.
TEST_F(PlanChange, APartThatWaitsHoldsTheNewestPlanWithTheOneThatRuns) {
  Sender sender(television_stream(), carriage, rig.port(0));
  const auto input = input_plan(0, carriage);
  rig.publish(plan_of({input}, {output_plan({.slot = 0}, program), output_plan({.slot = 1}, program)}));
  sender.send_until(ms(1'050));
  const StreamPosition from{sender.sent().size()};
  sender.send_until(ms(3'000));
  const auto change = [&](std::uint32_t slot, StreamPosition at) {
    auto changed = output_plan({.slot = slot, .version = 1, .moved = {{0x101, 0x400}}}, program);
    changed.effective_from = at;
    dataplane::Plan next = rig.plan();
    next.outputs.set(std::make_shared<const dataplane::OutputPlan>(changed));
    rig.publish(next);
  };
  rig.at(ms(1'000), [&] { change(1, {}); });
  rig.at(ms(1'050), [&] { EXPECT_EQ(rig.plan_ring().in_use(), 2U); });
  rig.at(ms(1'100), [&] { change(0, from); });
  rig.at(ms(1'150), [&] { EXPECT_EQ(rig.plan_ring().in_use(), 2U); });
  rig.run_until(ms(2'000));
  EXPECT_EQ(rig.plan_ring().in_use(), 3U);
}

TEST_F(PlanChange, TouchesNobodyElse) {
  const auto without = run_two_outputs(false).untouched;
  const auto with = run_two_outputs(true).untouched;
  ASSERT_GT(without.size(), 1'000U);
  EXPECT_TRUE(without == with) << "the other output changed in a byte or a tick";
}

TEST_F(PlanChange, AtAdoptionTheTablesLeaveAtOnce) {
  Sender sender(television_stream(), carriage, rig.port(0));
  const auto input = input_plan(0, carriage);
  rig.publish(plan_of({input}, {output_plan({}, program)}));
  sender.send_until(ms(2'000));
  rig.at(ms(1'033), [&] { rig.publish(plan_of({input}, {output_plan({.version = 7}, program)})); });
  rig.run_until(ms(2'000));
  EXPECT_EQ(first_of(box(0), 0x20, 7), ms(1'033));
}

TEST_F(PlanChange, AStoppedOutputIsSilentAndGoesOnWithItsCounters) {
  Sender sender(television_stream(), carriage, rig.port(0));
  const auto both = plan_of({input_plan(0, carriage)},
                            {output_plan({.slot = 0}, program), output_plan({.slot = 1}, program)});
  rig.publish(both);
  sender.send_until(ms(4'000));
  rig.at(ms(1'000), [&] {
    auto one = both;
    one.outputs.clear(0);
    rig.publish(one);
  });
  rig.at(ms(1'001), [&] {
    EXPECT_GT(rig.output(0).drop_stopped.get(), 100U);  // 200 ms of stream were on their way
    expect_balance();
  });
  rig.at(ms(2'000), [&] { rig.publish(both); });
  rig.run_until(ms(5'000));
  for (const BoxDatagram& datagram : box(0)) {
    EXPECT_TRUE(datagram.at < ms(1'001) || datagram.at >= ms(2'000)) << datagram.at.value;
  }
  EXPECT_EQ(rig.output(0).emitted.get(), packets_of(box(0)).size());
  expect_same_payload(sender.sent(), packets_of(box(1)), {{0x101, 0x101}, {0x102, 0x102}});
}

TEST_F(PlanChange, ASlotThatPassesToAnotherStreamStartsFromZero) {
  Sender sender(television_stream(), carriage, rig.port(0));
  rig.publish(plan_of({input_plan(0, carriage)}, {output_plan({}, program)}));
  sender.send_until(ms(1'000));
  rig.run_until(ms(1'000));
  EXPECT_GT(rig.output(0).emitted.get(), 0U);
  rig.publish(plan_of({}, {}));
  rig.run_until(ms(1'100));
  EXPECT_EQ(rig.port(0).frames_in_use(), 0U);  // the input let go of everything
  auto input = input_plan(0, carriage);
  input.life = 2;  // though its name is the same
  auto output = output_plan({}, program);
  output.id = "another";
  rig.publish(plan_of({input}, {output}));
  rig.run_until(ms(1'101));
  EXPECT_EQ(rig.input(0).packets.get(), 0U);
  EXPECT_EQ(rig.output(0).copies_in.get(), 0U);
}

TEST_F(PlanChange, AnOutputThatJoinsLateIsOnAirAtOnce) {
  Sender sender(television_stream(), carriage, rig.port(0));
  const auto input = input_plan(0, carriage);
  rig.publish(plan_of({input}, {output_plan({.slot = 0}, program)}));
  sender.send_until(ms(3'000));
  rig.at(ms(1'500), [&] {
    rig.publish(plan_of({input}, {output_plan({.slot = 0}, program), output_plan({.slot = 1}, program)}));
  });
  rig.run_until(ms(4'000));
  EXPECT_LE(first_of(box(1), 0x101), ms(1'503));  // by what the history holds already
  EXPECT_EQ(elementary_of(packets_of(box(1))).errors, 0U);
}

TEST_F(PlanChange, AnotherInputTakesOver) {
  Carriage second;
  second.group = {0xEFC80102};
  Sender a(television_stream(), carriage, rig.port(0));
  Sender b(television_stream(), second, rig.port(0));
  const std::vector inputs{input_plan(0, carriage), input_plan(1, second)};
  rig.publish(plan_of(inputs, {output_plan({.input = 0}, program)}));
  a.send_until(ms(1'000));
  b.send_until(ms(3'000));
  rig.at(ms(1'100), [&] { rig.publish(plan_of(inputs, {output_plan({.input = 1}, program)})); });
  rig.run_until(ms(4'000));
  EXPECT_EQ(rig.input(1).drop_history_full.get(), 0U);
  const auto datagrams = box(0);
  EXPECT_EQ(elementary_of(packets_of(datagrams)).errors, 0U);  // continuity goes on
  expect_intervals(starts_on(datagrams, kPatPid), Ticks27::milliseconds(100));
  Instant last = ms(1'050);
  for (const BoxDatagram& datagram : datagrams) {
    if (datagram.at < ms(1'050) || datagram.at > ms(3'000)) continue;
    EXPECT_LT((datagram.at - last).value, Ticks27::milliseconds(250).value) << last.value / 27'000;
    last = datagram.at;
  }
}

}  // namespace
}  // namespace headwater::test
