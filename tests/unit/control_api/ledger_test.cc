// SPDX-License-Identifier: Apache-2.0
#include "control/api/ledger.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace headwater::control::api {
namespace {

TEST(LedgerEntry, SettlesWhileTheWorkerCounts) {
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
  // On a busy machine the worker may lose its core within a burst for longer than a reading waits.
  int settled = 0;
  for (int i = 0; i < 200; ++i) settled += ledger_entry("a", counters).balanced() ? 1 : 0;
  stop = true;
  worker.join();
  EXPECT_GT(settled, 0);
  EXPECT_TRUE(ledger_entry("a", counters).balanced());
}

TEST(LedgerEntry, SaysWhatNeverBalances) {
  dataplane::OutputCounters counters;
  counters.copies_in.add(5);
  counters.offered.add(5);
  counters.emitted.add(4);
  const LedgerEntry entry = ledger_entry("x/0", counters);
  EXPECT_EQ(entry.kind, LedgerKind::kOutput);
  EXPECT_EQ(entry.name, "x/0");
  EXPECT_FALSE(entry.balanced());
  EXPECT_TRUE(entry.equations.at(0).balanced());
  EXPECT_FALSE(entry.equations.at(1).balanced());
}

}  // namespace
}  // namespace headwater::control::api
