// SPDX-License-Identifier: Apache-2.0
//
// Several workers: frames go to the worker that owns their input, whatever queue brought them, and an output
// keeps its stream when it passes to another worker.
#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <random>
#include <utility>

#include "tests/sim/worker_fixture.h"

namespace headwater::test {
namespace {

constexpr std::uint32_t kStreams = 6;

Carriage carriage_of(std::uint32_t stream) {
  Carriage carriage;
  carriage.group.value += stream;
  carriage.rtp = stream % 2 == 1;
  return carriage;
}

dataplane::InputPlan input_on(std::uint32_t stream, std::uint32_t worker) {
  dataplane::InputPlan plan = input_plan(stream, carriage_of(stream));
  plan.worker = {worker};
  return plan;
}

dataplane::OutputPlan output_on(std::uint32_t slot, std::uint32_t input, std::uint32_t worker) {
  dataplane::OutputPlan plan =
      output_plan({.slot = slot, .input = input, .rtp = true}, television(1, 0x100, 1));
  plan.worker = {worker};
  return plan;
}

StreamPlan small_stream() {
  return television_stream(500'000);
}

// What left to the output's group, by whichever worker, in order.
std::vector<BoxDatagram> box_of(Rig& rig, std::uint32_t slot) {
  std::vector<BoxDatagram> all;
  for (std::size_t worker = 0; worker < rig.counters().max_workers(); ++worker) {
    const std::vector<BoxDatagram> before = std::exchange(all, {});
    std::ranges::merge(before, received(rig.port(1, worker).sent(), group_of(slot), kOutputPort, true),
                       std::back_inserter(all), {}, &BoxDatagram::at, &BoxDatagram::at);
  }
  return all;
}

void expect_one_rtp_sequence(const std::vector<BoxDatagram>& datagrams) {
  ASSERT_FALSE(datagrams.empty());
  for (std::size_t i = 1; i < datagrams.size(); ++i) {
    ASSERT_EQ(*datagrams[i].rtp_sequence, static_cast<std::uint16_t>(*datagrams[i - 1].rtp_sequence + 1))
        << "at " << datagrams[i].at.value / 27'000 << " ms";
  }
}

struct Sent {
  std::vector<std::vector<BoxDatagram>> boxes;
  std::uint64_t handed_over = 0;
};

// Streams come by any queue, as a NIC's hash has it, and their owners are others.
Sent run_streams(std::uint32_t workers) {
  Rig rig({.workers = workers});
  std::vector<dataplane::InputPlan> inputs;
  std::vector<dataplane::OutputPlan> outputs;
  std::vector<std::unique_ptr<Sender>> senders;
  for (std::uint32_t i = 0; i < kStreams; ++i) {
    inputs.push_back(input_on(i, i % workers));
    outputs.push_back(output_on(i, i, i % workers));
    senders.push_back(
        std::make_unique<Sender>(small_stream(), carriage_of(i), rig.port(0, (i * 5 + 1) % workers)));
  }
  rig.publish(plan_of(inputs, outputs));
  rig.run_until(ms(1));
  for (const auto& sender : senders) sender->send_until(ms(4'000));
  rig.run_until(ms(5'000));
  Sent run;
  for (std::uint32_t i = 0; i < kStreams; ++i) {
    run.boxes.push_back(box_of(rig, i));
    expect_same_payload(senders[i]->sent(), packets_of(run.boxes.back()), {{0x101, 0x101}, {0x102, 0x102}});
  }
  std::uint64_t taken_over = 0;
  for (std::uint32_t worker = 0; worker < workers; ++worker) {
    run.handed_over += rig.counters().worker({worker}).handed_over.get();
    taken_over += rig.counters().worker({worker}).taken_over.get();
  }
  EXPECT_EQ(taken_over, run.handed_over);
  return run;
}

class Crews : public testing::TestWithParam<std::uint32_t> {};

TEST_P(Crews, SendByteForByteWhatOneWorkerSends) {
  const Sent one = run_streams(1);
  const Sent crew = run_streams(GetParam());
  EXPECT_EQ(one.handed_over, 0U);
  EXPECT_GT(crew.handed_over, 500U);
  for (std::uint32_t i = 0; i < kStreams; ++i) {
    ASSERT_EQ(crew.boxes[i].size(), one.boxes[i].size()) << i;
    for (std::size_t k = 0; k < one.boxes[i].size(); ++k) {
      EXPECT_TRUE(crew.boxes[i][k].packets == one.boxes[i][k].packets) << i << ' ' << k;
      EXPECT_EQ(crew.boxes[i][k].rtp_sequence, one.boxes[i][k].rtp_sequence);
      // A frame that is handed over is heard a turn later.
      EXPECT_NEAR(static_cast<double>((crew.boxes[i][k].departure - one.boxes[i][k].departure).value), 0,
                  5'400)
          << i << ' ' << k;
    }
  }
}

TEST_P(Crews, RunTwiceAreTheSame) {
  EXPECT_EQ(run_streams(GetParam()).boxes, run_streams(GetParam()).boxes);
}

INSTANTIATE_TEST_SUITE_P(OfUpToFour, Crews, testing::Values(2U, 3U, 4U));

// Its channel goes over to an input that another worker owns. `late`: that adopts the Plan after the others.
void expect_moved_output(std::size_t late) {
  Rig rig({.workers = 2});
  Sender first(small_stream(), carriage_of(0), rig.port(0, 0));
  StreamPlan hour_later = small_stream();
  hour_later.first_pcr = Pcr{} + Ticks27::seconds(3'600);
  Sender second(hour_later, carriage_of(1), rig.port(0, 0));
  const auto inputs = std::vector{input_on(0, 0), input_on(1, 1)};
  rig.publish(plan_of(inputs, {output_on(0, 0, 0), output_on(1, 1, 1)}));
  first.send_until(ms(4'000));
  second.send_until(ms(4'000));
  rig.at(ms(2'000), [&] {
    rig.rest(late);
    rig.publish(plan_of(inputs, {output_on(0, 1, 1), output_on(1, 1, 1)}));
  });
  rig.at(ms(2'030), [&] { rig.rest(late, false); });
  rig.run_until(ms(5'000));
  const auto box = box_of(rig, 0);
  expect_one_rtp_sequence(box);
  EXPECT_EQ(elementary_of(packets_of(box)).errors, 0U) << "continuity counters go on";
  const std::vector<Instant> marked = discontinuities(box);
  ASSERT_EQ(marked.size(), 1U) << "ISO/IEC 13818-1 2.4.3.5: another time base";
  EXPECT_GE(marked.front(), ms(2'000));
  EXPECT_LE(marked.front(), ms(2'090)) << "the first PCR of the other input";
  EXPECT_GT(rig.output(0).drop_stopped.get(), 0U) << "of the old input, on its way";
  EXPECT_TRUE(received(rig.port(1, 0).sent(), group_of(0), kOutputPort, true).back().at < ms(2'031));
  EXPECT_GT(received(rig.port(1, 1).sent(), group_of(0), kOutputPort, true).size(), 50U);
  EXPECT_EQ(rig.plans_alive(), 1U);
}

TEST(Crew, AnOutputPassesToAnotherWorkerWithItsStream) {
  expect_moved_output(1);
}
TEST(Crew, ItsNewOwnerWaitsForTheOldOne) {
  expect_moved_output(0);
}

// Its tables change while it is between the two: what was due before that change goes out as well.
TEST(Crew, AChangeWhileAnOutputMovesLeavesNoGap) {
  Rig rig({.workers = 2});
  Sender first(small_stream(), carriage_of(0), rig.port(0, 0));
  Sender second(small_stream(), carriage_of(1), rig.port(0, 1));
  const auto inputs = std::vector{input_on(0, 0), input_on(1, 1)};
  rig.publish(plan_of(inputs, {output_on(0, 0, 0), output_on(1, 1, 1)}));
  first.send_until(ms(4'000));
  second.send_until(ms(2'010));
  const StreamPosition change{second.sent().size()};
  second.send_until(ms(4'000));
  rig.at(ms(2'000), [&] {
    rig.rest(0);
    rig.publish(plan_of(inputs, {output_on(0, 1, 1), output_on(1, 1, 1)}));
  });
  rig.at(ms(2'020), [&] {
    auto changed = output_on(0, 1, 1);
    changed.psi = output_plan({.slot = 0, .version = 1}, television(1, 0x100, 1)).psi;
    changed.effective_from = change;
    rig.publish(plan_of(inputs, {changed, output_on(1, 1, 1)}));
  });
  rig.at(ms(2'030), [&] { rig.rest(0, false); });
  rig.run_until(ms(4'000));
  std::vector<Instant> payload;
  for (const BoxDatagram& datagram : box_of(rig, 0)) {
    const bool any = std::ranges::find(datagram.packets, 0x101, pid_of) != datagram.packets.end();
    if (any) payload.push_back(datagram.at);
  }
  expect_intervals(payload, Ticks27::milliseconds(100));
}

TEST(Crew, FramesForAWorkerThatStandsStillAreCounted) {
  Rig rig({.workers = 2});
  Sender sender(television_stream(40'000'000), carriage_of(0), rig.port(0, 0));
  rig.publish(plan_of({input_on(0, 1)}, {output_on(0, 0, 1)}));
  rig.run_until(ms(1));
  sender.send_until(ms(3'000));
  rig.rest(1);
  rig.run_until(ms(2'500));
  const std::uint64_t lost = rig.counters().port({0}, {0}).drop_handover_full.get();
  EXPECT_GT(lost, 1'000U);
  EXPECT_EQ(rig.counters().refused({1}), lost) << "by whom";
  EXPECT_EQ(rig.counters().refused({0}), 0U);
  rig.rest(1, false);
  rig.run_until(ms(4'000));
}

TEST(Crew, FramesForAnInputThatIsNotHereYetAreCounted) {
  Rig rig({.workers = 2});
  Sender sender(small_stream(), carriage_of(0), rig.port(0, 0));
  sender.send_until(ms(1'000));
  rig.rest(1);
  rig.publish(plan_of({input_on(0, 1)}, {output_on(0, 0, 1)}));
  rig.run_until(ms(500));
  rig.publish(plan_of({}, {}));
  rig.run_until(ms(510));
  rig.rest(1, false);
  rig.run_until(ms(2'000));
  EXPECT_GT(rig.counters().worker({1}).drop_handover_stale.get(), 10U);
  EXPECT_LE(rig.input(0).datagrams.get(), 64U) << "in the turns between the two Plans";
}

// Inputs that keep their owners, outputs that go from any to any, workers that fall behind: of every slot
// there is one owner at any time, and nothing is lost from the ledgers (the rig looks at its end).
struct Churn {
  explicit Churn(unsigned seed) : random(seed) {}

  // `in_use`: by all workers. A slot that became free passes to another stream once all have seen it.
  dataplane::Plan next(std::uint32_t workers, std::uint64_t in_use) {
    ++generation;
    std::vector<dataplane::InputPlan> inputs;
    std::vector<dataplane::OutputPlan> outputs;
    for (std::uint32_t i = 0; i < kStreams; ++i) inputs.push_back(input_on(i, i % workers));
    for (std::uint32_t slot = 0; slot < 8; ++slot) {
      if (any(3) == 0 && (reads[slot] < kStreams || freed[slot] <= in_use)) {
        reads[slot] = any(kStreams + 1);
        if (reads[slot] == kStreams) freed[slot] = generation;
      }
      if (reads[slot] < kStreams) outputs.push_back(output_on(slot, reads[slot], reads[slot] % workers));
    }
    return plan_of(inputs, outputs);
  }
  std::uint32_t any(std::uint32_t count) { return static_cast<std::uint32_t>(random()) % count; }

  std::minstd_rand random;
  std::uint64_t generation = 0;
  std::array<std::uint32_t, 8> reads{};
  std::array<std::uint64_t, 8> freed{};  // generation
};

// Every stream, by another worker's queue than its owner's.
void send_all(Rig& rig, std::uint32_t workers, Instant until) {
  for (std::uint32_t i = 0; i < kStreams; ++i)
    Sender(small_stream(), carriage_of(i), rig.port(0, (i + 1) % workers)).send_until(until);
}

TEST(Crew, AnyChangesWithAnyoneLateLeaveOneOwnerOfEverySlot) {
  constexpr std::uint32_t kWorkers = 4;
  Rig rig({.workers = kWorkers});
  Churn churn(7);
  send_all(rig, kWorkers, ms(21'000));
  for (std::int64_t at = 0; at < 20'000; at += 20) {
    rig.at(ms(at), [&] {
      for (std::uint32_t worker = 0; worker < kWorkers; ++worker) rig.rest(worker, churn.any(4) == 0);
      rig.publish(churn.next(kWorkers, rig.in_use()));
    });
  }
  rig.at(ms(20'000), [&] {
    for (std::uint32_t worker = 0; worker < kWorkers; ++worker) rig.rest(worker, false);
  });
  rig.run_until(ms(22'000));
  EXPECT_EQ(rig.plans_alive(), 1U);
  for (std::uint32_t slot = 0; slot < 8; ++slot) {
    if (churn.reads[slot] >= kStreams) continue;
    EXPECT_GT(box_of(rig, slot).back().at, ms(21'000)) << slot;
  }
}

// The same changes with a thread for each: what the thread sanitizer looks at.
TEST(Crew, ThreadsHandFramesAndOutputsToEachOther) {
  constexpr std::uint32_t kWorkers = 4;
  Rig rig({.workers = kWorkers});
  Churn churn(11);
  send_all(rig, kWorkers, ms(3'000));
  for (std::int64_t at = 0; at < 2'500; at += 10)
    rig.at(ms(at), [&] { rig.publish(churn.next(kWorkers, rig.in_use())); });
  rig.run_threads_until(ms(3'500));
  std::uint64_t taken_over = 0;
  for (std::uint32_t worker = 0; worker < kWorkers; ++worker)
    taken_over += rig.counters().worker({worker}).taken_over.get();
  EXPECT_GT(taken_over, 1'000U);
  EXPECT_EQ(rig.in_use(), churn.generation);
}

}  // namespace
}  // namespace headwater::test
