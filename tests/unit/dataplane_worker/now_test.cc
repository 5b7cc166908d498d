// SPDX-License-Identifier: Apache-2.0
//
// The clock on the machine's real counter and real threads.
#include "dataplane/worker/now.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "dataplane/worker/system_clocks.h"

namespace headwater::dataplane {
namespace {

TEST(WorkerClock, IsTheSystemsMonotonicClockUntilTold) {
  const WorkerClock clock;
  const Instant before = ticks_of_nanoseconds(monotonic_nanoseconds());
  const Instant now = clock.now();
  const Instant after = ticks_of_nanoseconds(monotonic_nanoseconds());
  EXPECT_GE(now - before, Ticks27{-1});  // 0.027 is none of 2^-64
  EXPECT_LE(now - after, Ticks27{1});
}

TEST(WorkerClock, CountsTheTscByTheLine) {
  WorkerClock clock;
  const std::uint64_t from = read_tsc();
  const std::uint64_t rate = ticks_per_cycle(0.01);
  const ClockLine line{.from = from, .at_from = {1'000'000}, .fraction = 0, .before = rate, .after = rate};
  clock.publish(WorkerClock::Counter::kTsc, line);
  const Instant before = line.at(read_tsc());
  const Instant now = clock.now();
  EXPECT_GE(now, before);
  EXPECT_LE(now, line.at(read_tsc()));
}

TEST(WorkerClock, UtcIsWhatWasPublished) {
  WorkerClock clock;
  clock.publish(UtcMapping{.at = {5}, .utc = {1'700'000'000'000'000'000}});
  EXPECT_EQ(clock.utc().of({5 + 27'000'000}).unix_nanoseconds, 1'700'000'001'000'000'000);
}

// Whoever learns of an instant reads none that is earlier, though the rate changes by 1000 ppm all the time:
// readers hand each other the latest that any has seen.
TEST(WorkerClock, NeverGoesBackBetweenThreadsWhileItsRateChanges) {
  constexpr double kTicksPerCycle = 0.01;
  constexpr std::uint64_t kLead = 2'000'000;  // cycles: about a millisecond
  WorkerClock clock;
  const bool by_tsc = SystemClocks::real().judge_tsc().why_not.empty();
  const auto counter = by_tsc ? WorkerClock::Counter::kTsc : WorkerClock::Counter::kSystem;
  const auto cycles = [&] {
    return by_tsc ? read_tsc() : static_cast<std::uint64_t>(monotonic_nanoseconds());
  };
  const std::uint64_t rate = ticks_per_cycle(kTicksPerCycle);
  ClockLine line{.from = cycles(), .at_from = {0}, .fraction = 0, .before = rate, .after = rate};
  clock.publish(counter, line);

  std::atomic<std::int64_t> latest = 0;
  std::atomic<bool> stop = false;
  std::atomic<int> back = 0;
  std::atomic<std::uint64_t> reads = 0;
  const auto reader = [&] {
    while (!stop) {
      std::int64_t known = latest.load();
      const std::int64_t now = clock.now().value;
      if (now < known) ++back;
      while (known < now && !latest.compare_exchange_weak(known, now)) continue;
      ++reads;
    }
  };
  {
    std::vector<std::jthread> readers;
    for (int i = 0; i < 2; ++i) readers.emplace_back(reader);
    for (int turns = 0; turns < 300;) {
      const std::uint64_t from = cycles() + kLead;
      const ClockLine next =
          line.turned(from, ticks_per_cycle(kTicksPerCycle * (turns % 2 == 0 ? 1.001 : 0.999)));
      if (cycles() > from - kLead / 2) continue;
      clock.publish(counter, next);
      line = next;
      while (cycles() < from) std::this_thread::yield();
      ++turns;
    }
    stop = true;
  }
  EXPECT_EQ(back, 0);
  EXPECT_GT(reads, 300U);
}

}  // namespace
}  // namespace headwater::dataplane
