// SPDX-License-Identifier: Apache-2.0
#include "psi/base/ticks.h"

#include <gtest/gtest.h>

namespace headwater {
namespace {

TEST(Ticks27, UnitsAndArithmetic) {
  EXPECT_EQ(Ticks27::seconds(1).value, 27'000'000);
  EXPECT_EQ(Ticks27::milliseconds(1).value, 27'000);
  EXPECT_EQ(Ticks27::microseconds(-2).value, -54);
  EXPECT_EQ(Ticks27::seconds(2) - Ticks27::milliseconds(500), Ticks27::milliseconds(1500));
  EXPECT_EQ(Ticks27::seconds(1) / 4 * 2, Ticks27::milliseconds(500));
  EXPECT_EQ(-Ticks27::seconds(1), Ticks27::seconds(-1));
  EXPECT_DOUBLE_EQ(Ticks27::milliseconds(1500).to_seconds(), 1.5);
}

TEST(Instant, APointAndItsDistances) {
  const Instant start{1000};
  const Instant later = start + Ticks27::seconds(1);
  EXPECT_EQ(later - start, Ticks27::seconds(1));
  EXPECT_EQ(start - later, Ticks27::seconds(-1));
  EXPECT_EQ(later - Ticks27::seconds(1), start);
  EXPECT_LT(start, later);
}

}  // namespace
}  // namespace headwater
