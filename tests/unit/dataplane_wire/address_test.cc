// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/address.h"

#include <gtest/gtest.h>

namespace headwater::wire {
namespace {

TEST(Ipv4AddressTest, ReadsDottedQuads) {
  EXPECT_EQ(Ipv4Address::parse("239.1.2.3"), Ipv4Address{0xEF010203});
  EXPECT_EQ(Ipv4Address::parse("0.0.0.0"), Ipv4Address{0});
  EXPECT_EQ(Ipv4Address::parse("255.255.255.255"), Ipv4Address{0xFFFFFFFF});
}

TEST(Ipv4AddressTest, RefusesWhatIsNone) {
  for (const char* text :
       {"", "239.1.2", "239.1.2.3.4", "239.1.2.256", "239.1.2.", ".1.2.3", "239.1.2.3 ", " 239.1.2.3",
        "239.01.2.3", "239.1.2.00", "239.1.-2.3", "239.1.+2.3", "239,1,2,3", "0xEF.1.2.3", "1.2.3.1000"}) {
    EXPECT_EQ(Ipv4Address::parse(text), std::nullopt) << text;
  }
}

TEST(Ipv4AddressTest, WritesWhatItReads) {
  for (const char* text : {"0.0.0.0", "10.1.0.5", "239.255.0.1", "255.255.255.255"}) {
    EXPECT_EQ(Ipv4Address::parse(text).value().to_string(), text);
  }
}

TEST(Ipv4AddressTest, KnowsItsRanges) {
  EXPECT_TRUE(Ipv4Address::parse("224.0.0.22")->is_link_local_multicast());
  EXPECT_FALSE(Ipv4Address::parse("224.0.1.22")->is_link_local_multicast());
  EXPECT_TRUE(Ipv4Address::parse("232.255.0.1")->is_source_specific());
  EXPECT_FALSE(Ipv4Address::parse("233.0.0.1")->is_source_specific());
  EXPECT_TRUE(Ipv4Address::parse("239.0.0.1")->is_multicast());
  EXPECT_FALSE(Ipv4Address::parse("240.0.0.1")->is_multicast());
  EXPECT_FALSE(Ipv4Address::parse("223.255.255.255")->is_multicast());
}

TEST(MacAddressTest, ReadsAndWrites) {
  const MacAddress mac{{0x02, 0xAB, 0x00, 0xCD, 0x0F, 0xF0}};
  EXPECT_EQ(MacAddress::parse("02:ab:00:CD:0f:F0"), mac);
  EXPECT_EQ(mac.to_string(), "02:ab:00:cd:0f:f0");
}

TEST(MacAddressTest, RefusesWhatIsNone) {
  for (const char* text : {"", "02:ab:00:cd:0f", "02:ab:00:cd:0f:f0:00", "02:ab:00:cd:0f:g0",
                           "02-ab-00-cd-0f-f0", "2:ab:00:cd:0f:f0:", "02:ab:00:cd:0f:f"}) {
    EXPECT_EQ(MacAddress::parse(text), std::nullopt) << text;
  }
}

// RFC 1112 6.4: only 23 bits of the group are in the MAC, so that 32 groups share one.
TEST(MacAddressTest, TakesTheLow23BitsOfAGroup) {
  const MacAddress expected{{0x01, 0x00, 0x5E, 0x7F, 0x02, 0x03}};
  EXPECT_EQ(MacAddress::for_group(*Ipv4Address::parse("239.255.2.3")), expected);
  EXPECT_EQ(MacAddress::for_group(*Ipv4Address::parse("232.127.2.3")), expected);
  EXPECT_TRUE(expected.is_multicast());
  EXPECT_TRUE(MacAddress::broadcast().is_multicast());
  EXPECT_FALSE((MacAddress{{0x02, 0, 0, 0, 0, 1}}.is_multicast()));
}

}  // namespace
}  // namespace headwater::wire
