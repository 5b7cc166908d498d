// SPDX-License-Identifier: Apache-2.0
#include "control/api/ledger.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace headwater::control::api {
namespace {

using std::chrono::microseconds;

// Time that passes only by pausing.
struct FakeTime {
  microseconds passed{0};
  int pauses = 0;
  std::function<void()> meanwhile = [] {};
  SettleTime time() {
    return {.passed = [this] { return passed; },
            .pause =
                [this](microseconds pause) {
                  passed += pause;
                  ++pauses;
                  meanwhile();
                }};
  }
};

TEST(Ledger, SettlesWhileTheWorkerCounts) {
  dataplane::InputCounters counters;
  std::atomic<bool> stop{false};
  std::thread worker([&] {
    while (!stop.load()) {
      // A burst of eight packets, each counted where it comes in and again where it goes.
      for (int i = 0; i < 8; ++i) {
        counters.packets.add(1);
        counters.routed.add(1);
      }
      std::this_thread::sleep_for(std::chrono::microseconds(20));
    }
  });
  // On a busy machine the worker may lose its core within a burst for longer than all readings take.
  int balanced = 0;
  for (int i = 0; i < 200; ++i) balanced += settled({{"a", &counters}}).at(0).balanced() ? 1 : 0;
  stop = true;
  worker.join();
  EXPECT_GT(balanced, 0);
  EXPECT_TRUE(settled({{"a", &counters}}).at(0).balanced());
}

TEST(Ledger, SaysWhatNeverBalances) {
  dataplane::OutputCounters counters;
  counters.copies_in.add(5);
  counters.offered.add(5);
  counters.emitted.add(4);
  FakeTime fake;
  const LedgerEntry entry = settled({{"x/0", &counters}}, fake.time()).at(0);
  EXPECT_EQ(entry.kind, LedgerKind::kOutput);
  EXPECT_EQ(entry.name, "x/0");
  EXPECT_FALSE(entry.balanced());
  EXPECT_TRUE(entry.equations.at(0).balanced());
  EXPECT_FALSE(entry.equations.at(1).balanced());
}

// A thousand that do not balance take no longer than one.
TEST(Ledger, OneBudgetForAll) {
  std::vector<dataplane::InputCounters> counters(1000);
  std::vector<LedgerSource> sources;
  for (dataplane::InputCounters& each : counters) {
    each.packets.add(1);
    sources.push_back({"a", &each});
  }
  FakeTime fake;
  EXPECT_EQ(settled(sources, fake.time()).size(), 1000U);
  EXPECT_LE(fake.passed, SettleTime::kBudget + microseconds(2'000));
}

TEST(Ledger, EndsWhenTheLastHasSettled) {
  dataplane::InputCounters a;
  dataplane::InputCounters b;
  a.packets.add(1);
  b.packets.add(1);
  FakeTime fake;
  fake.meanwhile = [&] {
    if (fake.pauses == 2) a.routed.add(1);
    if (fake.pauses == 4) b.routed.add(1);
  };
  const auto entries = settled({{"a", &a}, {"b", &b}}, fake.time());
  EXPECT_TRUE(entries.at(0).balanced());
  EXPECT_TRUE(entries.at(1).balanced());
  EXPECT_EQ(fake.pauses, 4);
}

}  // namespace
}  // namespace headwater::control::api
