// SPDX-License-Identifier: Apache-2.0
//
// A slot that passes to another stream leaves nothing of the old one in its counters.
#include "dataplane/plan/clear.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "dataplane/plan/ledger.h"

namespace headwater::dataplane {
namespace {

template <typename Counters>
void expect_all_zero(const Counters& counters) {
  for (const LedgerEquation& equation : ledger(counters)) {
    for (const LedgerTerm& each : equation.left) EXPECT_EQ(each.value, 0) << each.name;
    for (const LedgerTerm& each : equation.right) EXPECT_EQ(each.value, 0) << each.name;
  }
  for (const LedgerTerm& each : events(counters)) EXPECT_EQ(each.value, 0) << each.name;
}

TEST(Clear, ZeroesEveryCounterOfAnOutput) {
  OutputCounters counters;
  for (Counter* each : {&counters.offered, &counters.copies_in, &counters.emitted, &counters.drop_stopped,
                        &counters.late_departures}) {
    each->add(5);
  }
  counters.plan_generation.set(9);
  clear(counters);
  expect_all_zero(counters);
  EXPECT_EQ(counters.plan_generation.get(), 0);
}

TEST(Clear, ZeroesEveryCounterOfAnInput) {
  InputCounters counters;
  for (Counter* each : {&counters.datagrams, &counters.packets, &counters.drop_sync, &counters.cc_error,
                        &counters.file_loops}) {
    each->add(5);
  }
  counters.timeline_state.set(3);
  clear(counters);
  expect_all_zero(counters);
  EXPECT_EQ(counters.timeline_state.get(), 0);
}

}  // namespace
}  // namespace headwater::dataplane
