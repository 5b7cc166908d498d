// SPDX-License-Identifier: Apache-2.0
//
// A worker takes no memory and gives none back: every operator new and delete in its turns is counted, and
// there are none.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <memory>
#include <optional>

#include "dataplane/kernel/plain_pool.h"
#include "dataplane/worker/crew.h"
#include "dataplane/worker/step.h"
#include "tests/support/heap/heap_use.h"
#include "tests/support/sim/plans.h"
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

constexpr Instant kStart;

struct Stream {
  ProgramSpec program = television(1, 0x100, 4'000'000);
  Carriage carriage;
  StreamPosition at_half;  // a second and a half on

  // Three seconds, as the port will receive them.
  void send_to(PreparedPort& to) {
    StreamPlan stream;
    stream.programs = {program};
    dataplane::MemoryPort port;
    Sender sender(stream, carriage, port);
    sender.send_until(kStart + Ticks27::milliseconds(1'500));
    at_half = {sender.sent().size()};
    sender.send_until(kStart + Ticks27::seconds(3));
    std::array<Frame, 1> frame;
    while (const auto arrival = port.next_arrival()) {
      ASSERT_EQ(port.receive(*arrival, frame), 1U);
      to.arrivals.emplace_back(*arrival, std::vector(frame[0].data, frame[0].data + frame[0].length));
      frame[0].pool->release(frame);
    }
    std::ranges::sort(to.arrivals);
  }
};

// Two of them, and what their turns ask of the heap.
struct CountedWorkers {
  struct Hand {
    dataplane::channel::PlanRing plan;
    dataplane::channel::PuntRing punt{1 << 20};
    dataplane::channel::InjectRing inject{1 << 12};
    PreparedPort west, east;
    std::array<dataplane::Port*, 2> ports{&west, &east};
    std::optional<dataplane::WorkerLinks> links;
    std::unique_ptr<dataplane::Worker> worker;
  };

  CountedWorkers() {
    for (std::uint32_t index = 0; index < hands.size(); ++index) {
      Hand& hand = hands[index];
      hand.links.emplace(dataplane::WorkerLinks{.plan = hand.plan,
                                                .punt = hand.punt,
                                                .inject = hand.inject,
                                                .counters = counters,
                                                .ports = hand.ports,
                                                .feeds = {},
                                                .crew = crew,
                                                .index = {index}});
      hand.worker = std::make_unique<dataplane::Worker>(*hand.links);
    }
  }
  ~CountedWorkers() {
    for (Hand& hand : hands) hand.worker.reset();
  }
  CountedWorkers(const CountedWorkers&) = delete;
  CountedWorkers& operator=(const CountedWorkers&) = delete;

  void publish(dataplane::Plan plan) {
    plan.generation = plans.size() + 1;
    static const dataplane::Plan kNone;
    const dataplane::Plan& before = plans.empty() ? kNone : plans.back();
    plans.push_back(std::move(plan));
    for (Hand& hand : hands)
      ASSERT_TRUE(hand.plan.try_publish(&steps.emplace_back(*hand.links, before, plans.back())));
  }
  void run_until(Instant end) {
    for (; now < end; now = now + Ticks27::microseconds(200)) {
      const HeapUse before = heap_use();
      for (Hand& hand : hands) hand.worker->run_once(now);
      const HeapUse turn = heap_use() - before;
      requests += turn.requests;
      releases += turn.releases;
    }
  }

  dataplane::channel::CounterBlocks counters{2, 4, 4, 2};
  dataplane::Crew crew{2, 4};
  std::array<Hand, 2> hands;
  std::deque<dataplane::Plan> plans;
  std::deque<dataplane::Step> steps;
  Instant now = kStart;
  std::uint64_t requests = 0;
  std::uint64_t releases = 0;
};

// Of the slot, from the input, by the worker that owns that.
dataplane::OutputPlan output_of(const OutputSpec& spec, const Stream& stream) {
  dataplane::OutputPlan plan = output_plan(spec, stream.program);
  plan.worker = {spec.input};
  return plan;
}

// Whatever Plan comes: a stream that begins, changes at its packet, gets more PIDs, more tables, a longer
// history, moves to another worker's input, ends.
TEST(Worker, TakesNoMemoryAndGivesNoneBack) {
  CountedWorkers workers;
  PreparedPort& west = workers.hands[0].west;
  Stream first, second;
  first.carriage.rtp = true;
  second.carriage.group.value += 1;
  first.send_to(west);
  second.send_to(west);
  dataplane::InputPlan one = input_plan(0, first.carriage), two = input_plan(1, second.carriage);
  two.worker = {1};
  const OutputSpec kept{.slot = 0, .rtp = true};
  const auto run_to = [&](std::int64_t milliseconds) {
    workers.run_until(kStart + Ticks27::milliseconds(milliseconds));
  };

  workers.publish(plan_of({one}, {output_of(kept, first), output_of({.slot = 1}, first)}));
  run_to(1'000);
  workers.publish(plan_of({one, two}, {output_of(kept, first), output_of({.slot = 1}, first),
                                       output_of({.slot = 2, .input = 1}, second)}));
  run_to(1'200);
  ASSERT_TRUE(workers.hands[0].inject.try_push({.port = 1}, std::vector<std::uint8_t>(60, 1)));
  auto moved = output_of({.slot = 1, .version = 1, .moved = {{0x101, 0x300}}}, first);
  moved.effective_from = first.at_half;
  one.history_frames *= 4;
  workers.publish(
      plan_of({one, two}, {output_of(kept, first), moved, output_of({.slot = 2, .input = 1}, second)}));
  run_to(1'900);
  EXPECT_EQ(workers.counters.output({1}).plan_generation.get(), 3);
  auto more = output_of(kept, first);
  more.psi.push_back(pat_image(7, Pid::from_wire(0x40)));
  dataplane::Plan plan = plan_of({one, two}, {more, output_of({.slot = 1, .input = 1}, second)});
  auto watching = *plan.inputs.at(0);
  watching.pids.set(Pid::from_wire(0x40), {.psi = true});
  plan.inputs.set(std::make_shared<const dataplane::InputPlan>(watching));
  workers.publish(plan);
  run_to(2'400);
  EXPECT_EQ(workers.counters.output({1}).plan_generation.get(), 4);
  workers.publish(plan_of({two}, {output_of({.slot = 1, .input = 1}, second)}));
  run_to(4'000);

  EXPECT_EQ(workers.requests, 0U);
  EXPECT_EQ(workers.releases, 0U);
  EXPECT_GT(workers.hands[0].east.sent, 1'000U);
  EXPECT_GT(workers.hands[1].east.sent, 400U) << "frames were handed over, and an output too";
  EXPECT_EQ(workers.counters.port({1}).injected.get(), 1U);
  EXPECT_EQ(workers.counters.worker({1}).plans_adopted.get(), 5U);
}

}  // namespace
}  // namespace headwater::test
