// SPDX-License-Identifier: Apache-2.0
#include "tools/hwctl/units.h"

#include <gtest/gtest.h>

namespace headwater::hwctl {
namespace {

TEST(Units, BitRates) {
  EXPECT_EQ(bit_rate(0), "0");
  EXPECT_EQ(bit_rate(750), "750 b/s");
  EXPECT_EQ(bit_rate(1000), "1.00 kb/s");
  EXPECT_EQ(bit_rate(192'000), "192 kb/s");
  EXPECT_EQ(bit_rate(8'060'000), "8.06 Mb/s");
  EXPECT_EQ(bit_rate(12'034'000), "12.0 Mb/s");
  EXPECT_EQ(bit_rate(999'499), "999 kb/s");
  EXPECT_EQ(bit_rate(999'500), "1.00 Mb/s");    // not 1000 kb/s
  EXPECT_EQ(bit_rate(9'996'000), "10.0 Mb/s");  // not 10.00
  EXPECT_EQ(bit_rate(98'000'000'000), "98.0 Gb/s");
}

TEST(Units, LinkRates) {
  EXPECT_EQ(link_rate(10'000'000'000), "10 Gb/s");
  EXPECT_EQ(link_rate(2'500'000'000), "2.5 Gb/s");
  EXPECT_EQ(link_rate(100'000'000), "100 Mb/s");
}

TEST(Units, Bytes) {
  EXPECT_EQ(byte_count(0), "0 B");
  EXPECT_EQ(byte_count(27'000'000), "27.0 MB");
}

TEST(Units, Ages) {
  EXPECT_EQ(age(0), "0.0 s");
  EXPECT_EQ(age(1'250), "1.2 s");
  EXPECT_EQ(age(12'000), "12 s");
  EXPECT_EQ(age(200'000), "3 min 20 s");
  EXPECT_EQ(age(7'500'000), "2 h 5 min");
  EXPECT_EQ(age(93'784'000), "1 d 2 h");
}

TEST(Units, Lateness) {
  EXPECT_EQ(lateness(850), "850 µs");
  EXPECT_EQ(lateness(1'250), "1.25 ms");
  EXPECT_EQ(lateness(10'049), "10.04 ms");
}

}  // namespace
}  // namespace headwater::hwctl
