// SPDX-License-Identifier: Apache-2.0
//
// DPDK in huge pages, as the appliance runs it. What was reserved stays so: a page taken back could be one
// that another test has just been promised.
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "dataplane/dpdk/eal.h"
#include "dataplane/dpdk/port.h"

namespace headwater::dataplane::dpdk {
namespace {

TEST(HugePages, PortLivesInThem) {
  if (geteuid() != 0) GTEST_SKIP() << "reserving huge pages needs root";
  if (!std::filesystem::exists("/sys/kernel/mm/hugepages/hugepages-2048kB")) {
    GTEST_SKIP() << "this kernel has no 2 MiB huge pages";
  }
  const auto eal = Eal::start({.memory = 32ULL << 20, .huge_pages = true, .devices = {}, .log = {}});
  ASSERT_TRUE(eal) << eal.error();
  PortCounters counters;
  auto port =
      DpdkPort::open({.id = "west", .device = "net_null0", .memory = 32ULL << 20, .index = {}}, counters);
  ASSERT_TRUE(port) << port.error();
  // 32 MiB less the pool's own tables, in elements of 2.4 KB.
  EXPECT_GT((*port)->frames_total(), 13000U);
  std::array<Frame, 64> frames;
  ASSERT_EQ((*port)->queue(0).allocate(frames), frames.size());
  frames[0].pool->release(frames);
  EXPECT_EQ((*port)->frames_free(), (*port)->frames_total());
}

}  // namespace
}  // namespace headwater::dataplane::dpdk
