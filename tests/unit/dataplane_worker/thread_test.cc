// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/thread.h"

#include <gmock/gmock.h>

#include <array>
#include <atomic>
#include <thread>

#include "dataplane/worker/crew.h"
#include "dataplane/worker/step.h"
#include "tests/support/core.h"

namespace headwater::dataplane {
namespace {

struct WorkerThreadTest : testing::TestWithParam<Polling> {
  channel::PlanRing plan;
  channel::PuntRing punt{4096};
  channel::InjectRing inject{4096};
  channel::CounterBlocks counters{1, 1, 1};
  WorkerClock clock;
  Crew crew{1, 1};
  WorkerLinks links{plan, punt, inject, counters, {}, {}, crew};
  Worker worker{links};

  void wait_for_loops(std::uint64_t more) {
    const std::uint64_t from = counters.worker().loops.get();
    while (counters.worker().loops.get() < from + more) std::this_thread::yield();
  }
};

TEST_P(WorkerThreadTest, TurnsTheWorkerUntilItIsStopped) {
  std::atomic<bool> started = false;
  const Instant before = clock.now();
  auto thread = WorkerThread::start(
      worker, clock,
      {.core = test::allowed_core(), .polling = GetParam(), .on_start = [&] { started = true; }});
  ASSERT_TRUE(thread.has_value()) << thread.error();
  wait_for_loops(100);
  EXPECT_TRUE(started);
  EXPECT_GE(counters.worker().heartbeat.get(), before.value);
  const Plan empty{.generation = 5, .ports = {}, .inputs = {}, .outputs = {}};
  Step step(links, Plan{}, empty);
  ASSERT_TRUE(plan.try_publish(&step));
  while (plan.in_use() != 5) std::this_thread::yield();
  (*thread)->stop();
  const std::uint64_t loops = counters.worker().loops.get();
  worker.run_once(clock.now());  // ours again
  EXPECT_EQ(counters.worker().loops.get(), loops + 1);
}

INSTANTIATE_TEST_SUITE_P(Polling, WorkerThreadTest, testing::Values(Polling::kBusy, Polling::kAdaptive));

TEST_F(WorkerThreadTest, ACoreThatIsNotThereIsNamed) {
  const auto thread = WorkerThread::start(worker, clock, {.core = 1'000'000, .on_start = {}});
  ASSERT_FALSE(thread.has_value());
  EXPECT_THAT(thread.error(), testing::HasSubstr("core 1000000"));
  EXPECT_EQ(counters.worker().loops.get(), 0U);
}

}  // namespace
}  // namespace headwater::dataplane
