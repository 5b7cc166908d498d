// SPDX-License-Identifier: Apache-2.0
#include "control/publish/rates.h"

#include <gtest/gtest.h>

namespace headwater::control {
namespace {

constexpr Instant at_ms(std::int64_t ms) {
  return Instant{0} + Ticks27::milliseconds(ms);
}

TEST(RateMeter, ARateIsPacketsTimes1504BitsOverTheWindow) {
  RateMeter meter;
  meter.sample(at_ms(0), 100);
  EXPECT_EQ(meter.bits_per_second(), 0U);
  meter.sample(at_ms(500), 600);  // window not over
  EXPECT_EQ(meter.bits_per_second(), 0U);
  meter.sample(at_ms(2000), 2100);  // 2000 packets in 2 s
  EXPECT_EQ(meter.bits_per_second(), 1000U * 1504U);
  meter.sample(at_ms(3000), 2100);
  EXPECT_EQ(meter.bits_per_second(), 0U);
}

TEST(RateMeter, ACounterThatFellStartsAnew) {
  RateMeter meter;
  meter.sample(at_ms(0), 1'000'000);
  meter.sample(at_ms(1000), 10);
  EXPECT_EQ(meter.bits_per_second(), 0U);
  meter.sample(at_ms(2000), 20);
  EXPECT_EQ(meter.bits_per_second(), 10U * 1504U);
}

TEST(Rates, EachSlotHasItsOwn) {
  dataplane::channel::CounterBlocks counters(1, 2, 2);
  Rates rates(counters);
  rates.sample(at_ms(0));
  counters.input(dataplane::InputSlot{1}).packets.add(5000);
  counters.output(dataplane::OutputSlot{0}).emitted.add(4000);
  for (int ms = 10; ms <= 1000; ms += 10) rates.sample(at_ms(ms));
  EXPECT_EQ(rates.input(dataplane::InputSlot{0}), 0U);
  EXPECT_EQ(rates.input(dataplane::InputSlot{1}), 5000U * 1504U);
  EXPECT_EQ(rates.output(dataplane::OutputSlot{0}), 4000U * 1504U);
  EXPECT_EQ(rates.output(dataplane::OutputSlot{7}), 0U);
}

}  // namespace
}  // namespace headwater::control
