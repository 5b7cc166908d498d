// SPDX-License-Identifier: Apache-2.0
//
// That the bench measures what it says: nothing lost, nothing allocated. Not how long it takes.
#include "tests/bench/dataplane_bench.h"

#include <gtest/gtest.h>

#include "dataplane/dpdk/eal.h"

namespace headwater::bench {
namespace {

void expect_sound(const DataplaneOptions& options) {
  const auto figures = measure_dataplane(options);
  ASSERT_TRUE(figures) << figures.error();
  EXPECT_EQ(figures->size(), 8U);
  for (const Figure& figure : *figures) {
    EXPECT_EQ(figure.bench, "dataplane");
    if (figure.metric == "time per TS packet") {
      EXPECT_GT(figure.value, 0);
    } else if (figure.metric == "allocations") {
      EXPECT_EQ(figure.value, 0) << figure.of;
    }
  }
}

constexpr DataplaneOptions::Ports kSynthetic = DataplaneOptions::Ports::kSynthetic;
constexpr DataplaneOptions::Ports kNullDevice = DataplaneOptions::Ports::kNullDevice;

DataplaneOptions two_cases(DataplaneOptions::Ports ports) {
  return {.ports = ports, .channels = {1, 20}, .runs = 1, .measured = Ticks27::milliseconds(500)};
}

TEST(DataplaneBench, RunsWithoutLossAndWithoutTheHeap) {
  expect_sound(two_cases(kSynthetic));
}

TEST(DataplaneBench, RunsOnTheNullDevice) {
  const DataplaneOptions options = two_cases(kNullDevice);
  const auto eal = dataplane::dpdk::Eal::start(
      {.memory = null_device_memory(options), .huge_pages = false, .devices = {}, .log = {}});
  ASSERT_TRUE(eal) << eal.error();
  expect_sound(options);
}

}  // namespace
}  // namespace headwater::bench
