// SPDX-License-Identifier: Apache-2.0
#include "psi/ts/pcr.h"

#include <gtest/gtest.h>

namespace headwater {
namespace {

TEST(Pcr, BaseAndExtension) {
  const Pcr pcr = Pcr::from_ticks(300 * 12345 + 67);
  EXPECT_EQ(pcr.base(), 12345U);
  EXPECT_EQ(pcr.extension(), 67);
}

TEST(Pcr, WrapsAt33BitsOf90Kilohertz) {
  EXPECT_EQ(Pcr::kWrap, 2'576'980'377'600);
  EXPECT_EQ(Pcr::from_ticks(Pcr::kWrap).value(), 0);
  EXPECT_EQ(Pcr::from_ticks(-1).value(), Pcr::kWrap - 1);
  EXPECT_EQ(Pcr::from_ticks(-Pcr::kWrap).value(), 0);
  EXPECT_EQ((Pcr::from_ticks(Pcr::kWrap - 10) + Ticks27{25}).value(), 15);
  EXPECT_EQ((Pcr::from_ticks(10) + Ticks27{-25}).value(), Pcr::kWrap - 15);
}

TEST(Pcr, TheDifferenceTakesTheShortWay) {
  const Pcr before = Pcr::from_ticks(Pcr::kWrap - 100);
  const Pcr after = Pcr::from_ticks(50);
  EXPECT_EQ((after - before).value, 150);
  EXPECT_EQ((before - after).value, -150);
  EXPECT_EQ((after - after).value, 0);
  EXPECT_EQ((Pcr::from_ticks(Pcr::kWrap / 2) - Pcr()).value, Pcr::kWrap / 2);
  EXPECT_EQ((Pcr::from_ticks(Pcr::kWrap / 2 + 1) - Pcr()).value, 1 - Pcr::kWrap / 2);
}

}  // namespace
}  // namespace headwater
