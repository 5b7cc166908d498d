// SPDX-License-Identifier: Apache-2.0
#include "tools/headwaterd/drain.h"

#include <gtest/gtest.h>

#include <array>

#include "dataplane/channel/punt_ring.h"

namespace headwater::daemon {
namespace {

using dataplane::channel::PuntRing;

struct DrainTest : ::testing::Test {
  bool push() {
    const std::array<std::uint8_t, 60> frame{};
    dataplane::channel::PuntHeader header;
    header.slot = pushed++;
    return ring.try_push(header, frame);
  }
  PuntRing ring{1 << 16};
  std::uint32_t pushed = 0;
};

// A storm: whenever one is handled, the worker has pushed another.
TEST_F(DrainTest, AStormEndsAtTheBound) {
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(push());
  std::size_t handled = 0;
  EXPECT_EQ(drain(ring, 128,
                  [&](const PuntRing::Record&) {
                    ++handled;
                    if (handled < 10'000) push();
                  }),
            128U);
  EXPECT_EQ(handled, 128U);
}

TEST_F(DrainTest, TheRestComesNextTimeInOrder) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(push());
  std::uint32_t next = 0;
  const auto handle = [&](const PuntRing::Record& record) { EXPECT_EQ(record.header.slot, next++); };
  EXPECT_EQ(drain(ring, 3, handle), 3U);
  EXPECT_EQ(drain(ring, 3, handle), 2U);
  EXPECT_EQ(drain(ring, 3, handle), 0U);
  EXPECT_EQ(next, 5U);
}

}  // namespace
}  // namespace headwater::daemon
