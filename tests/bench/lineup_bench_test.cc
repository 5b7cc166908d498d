// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/lineup_bench.h"

#include <gtest/gtest.h>

namespace headwater::bench {
namespace {

// That every channel is on air before and after is the bench's own condition.
TEST(LineupBench, SaysWhatEachCaseTakes) {
  const auto figures = measure_lineup({.channels = {3, 40}, .changes = 5});
  ASSERT_TRUE(figures) << figures.error();
  ASSERT_EQ(figures->size(), 26U);
  EXPECT_EQ(figures->front().of, "3 channels");
  EXPECT_EQ(figures->back().of, "40 channels");
  EXPECT_EQ(figures->back().metric, "the same, worker");
  for (const Figure& figure : *figures) {
    if (figure.unit != "ms") continue;
    EXPECT_GT(figure.value, 0) << figure.metric;
  }
}

}  // namespace
}  // namespace headwater::bench
