// SPDX-License-Identifier: Apache-2.0
//
// The packet path takes no memory: every operator new in the turns of a running worker is counted, and there
// are none.
#include <gtest/gtest.h>

#include <array>

#include "dataplane/kernel/plain_pool.h"
#include "tests/support/heap/heap_use.h"
#include "tests/support/sim/plans.h"
#include "tests/support/sim/rig.h"
#include "tests/support/sim/sender.h"

namespace headwater::test {
namespace {

using dataplane::Frame;

// Delivers one prepared frame after the other and takes what it is given.
class PreparedPort : public dataplane::Port {
 public:
  std::size_t receive(Instant now, std::span<Frame> frames) override {
    std::size_t count = 0;
    for (; count < frames.size() && next < arrivals.size() && arrivals[next].first <= now; ++next, ++count) {
      if (pool.allocate(frames.subspan(count, 1)) == 0) break;
      std::copy(arrivals[next].second.begin(), arrivals[next].second.end(), frames[count].data);
      frames[count].length = static_cast<std::uint32_t>(arrivals[next].second.size());
    }
    return count;
  }
  std::size_t allocate(std::span<Frame> frames) override { return pool.allocate(frames); }
  std::size_t send(Instant /*now*/, std::span<const Frame> frames,
                   std::span<const Instant> /*departures*/) override {
    sent += frames.size();
    pool.release(frames);
    return frames.size();
  }

  dataplane::PlainPool pool{4096};
  std::vector<std::pair<Instant, std::vector<std::uint8_t>>> arrivals;
  std::size_t next = 0;
  std::size_t sent = 0;
};

TEST(Worker, TakesNoMemoryWhileItRuns) {
  PreparedPort west;
  PreparedPort east;
  Carriage carriage;
  carriage.rtp = true;
  StreamPosition from;
  {
    StreamPlan stream;
    const ProgramSpec program = television(1, 0x100, 4'000'000);
    stream.programs = {program};
    dataplane::MemoryPort port;
    Sender sender(stream, carriage, port);
    sender.send_until(Instant{} + Ticks27::milliseconds(1'500));
    from = {sender.sent().size()};
    sender.send_until(Instant{} + Ticks27::seconds(3));
    std::array<Frame, 1> frame;
    while (const auto arrival = port.next_arrival()) {
      ASSERT_EQ(port.receive(*arrival, frame), 1U);
      west.arrivals.emplace_back(*arrival, std::vector(frame[0].data, frame[0].data + frame[0].length));
      frame[0].pool->release(frame);
    }
  }
  const ProgramSpec program = television(1, 0x100, 1);
  const auto input = input_plan(0, carriage);
  auto moved = output_plan({.slot = 1, .version = 1, .moved = {{0x101, 0x300}}}, program);
  moved.effective_from = from;
  dataplane::Plan before =
      plan_of({input}, {output_plan({.slot = 0, .rtp = true}, program), output_plan({.slot = 1}, program)});
  before.generation = 1;
  dataplane::Plan after = before;
  after.outputs.set(std::make_shared<const dataplane::OutputPlan>(moved));
  after.generation = 2;

  dataplane::channel::PlanRing plan;
  dataplane::channel::PuntRing punt(1 << 20);
  dataplane::channel::InjectRing inject(1 << 12);
  dataplane::channel::CounterBlocks counters(2, 4, 4);
  const std::array<dataplane::Port*, 2> ports{&west, &east};
  dataplane::Worker worker({plan, punt, inject, counters, ports, {}});
  ASSERT_TRUE(plan.try_publish(&before));

  const std::vector<std::uint8_t> report(60, 1);
  Instant now;
  std::uint64_t requests = 0;
  const auto run_until = [&](Instant end) {
    const HeapUse at_start = heap_use();
    while (now < end) {
      worker.run_once(now);
      now = std::max(now + Ticks27::microseconds(20), std::min(worker.next_deadline(now), end));
    }
    requests += (heap_use() - at_start).requests;
  };
  worker.run_once(now);  // the new slots come to life
  run_until(Instant{} + Ticks27::milliseconds(1'600));
  ASSERT_TRUE(plan.try_publish(&after));  // a part changes at its packet, no slot is new
  ASSERT_TRUE(inject.try_push({.port = 1}, report));
  run_until(Instant{} + Ticks27::seconds(4));
  EXPECT_EQ(requests, 0U);
  EXPECT_EQ(counters.output({1}).plan_generation.get(), 2);
  EXPECT_GT(east.sent, 2'000U);
  EXPECT_EQ(counters.port({1}).injected.get(), 1U);
}

}  // namespace
}  // namespace headwater::test
