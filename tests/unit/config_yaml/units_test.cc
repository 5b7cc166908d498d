// SPDX-License-Identifier: Apache-2.0
#include "config/yaml/units.h"

#include <gtest/gtest.h>

namespace headwater::config {
namespace {

TEST(Units, Integers) {
  EXPECT_EQ(parse_integer("0"), 0U);
  EXPECT_EQ(parse_integer("101"), 101U);
  EXPECT_EQ(parse_integer("0x1fFf"), 0x1FFFU);
  EXPECT_EQ(parse_integer("18446744073709551615"), UINT64_MAX);
  for (const char* bad : {"", "010", "00", "0x", "0xg", "-1", "+1", "1.0", "1 ", "1_000", "0b1", "0o17",
                          "18446744073709551616"}) {
    EXPECT_FALSE(parse_integer(bad)) << bad;
  }
}

TEST(Units, Times) {
  EXPECT_EQ(parse_milliseconds("200ms"), 200U);
  EXPECT_EQ(parse_milliseconds("2s"), 2000U);
  EXPECT_EQ(parse_milliseconds("0.25s"), 250U);
  EXPECT_EQ(parse_milliseconds("1.5m"), 90'000U);
  EXPECT_EQ(parse_milliseconds("0ms"), 0U);
  EXPECT_EQ(parse_milliseconds("1.50s"), 1500U);
  for (const char* bad : {"", "200", "ms", "200 ms", "0.0005s", "1.5ms", "-1s", ".5s", "1.s", "02s", "1.2.3s",
                          "1h", "99999999999999999999s", "18446744073709551615s", "1.0000000000s"}) {
    EXPECT_FALSE(parse_milliseconds(bad)) << bad;
  }
}

TEST(Units, Rates) {
  EXPECT_EQ(parse_rate("8M"), 8'000'000U);
  EXPECT_EQ(parse_rate("9.5M"), 9'500'000U);
  EXPECT_EQ(parse_rate("10G"), 10'000'000'000U);
  EXPECT_EQ(parse_rate("64k"), 64'000U);
  EXPECT_EQ(parse_rate("1234567"), 1'234'567U);
  EXPECT_EQ(parse_rate("1.234567M"), 1'234'567U);
  EXPECT_FALSE(parse_rate("1.2345678M")) << "finer than a bit";
  EXPECT_FALSE(parse_rate("8m"));
  EXPECT_FALSE(parse_rate("8Mbps"));
}

TEST(Units, Bytes) {
  EXPECT_EQ(parse_bytes("4G"), 4ULL << 30);
  EXPECT_EQ(parse_bytes("0.25G"), 256ULL << 20);
  EXPECT_FALSE(parse_bytes("512")) << "a unit must be said";
}

// RFC 2474 4.2.2.2, RFC 2597 6, RFC 3246 2.8.
TEST(Units, Dscp) {
  EXPECT_EQ(parse_dscp("af11"), 10);
  EXPECT_EQ(parse_dscp("AF41"), 34);
  EXPECT_EQ(parse_dscp("af43"), 38);
  EXPECT_EQ(parse_dscp("cs0"), 0);
  EXPECT_EQ(parse_dscp("cs5"), 40);
  EXPECT_EQ(parse_dscp("cs7"), 56);
  EXPECT_EQ(parse_dscp("ef"), 46);
  EXPECT_EQ(parse_dscp("be"), 0);
  EXPECT_EQ(parse_dscp("0x22"), 34);
  for (const char* bad : {"", "af44", "af51", "af01", "cs8", "64", "video", "010"})
    EXPECT_FALSE(parse_dscp(bad)) << bad;
}

TEST(Units, Endpoints) {
  const auto endpoint = parse_endpoint("rtp://239.1.2.3:5004");
  ASSERT_TRUE(endpoint) << endpoint.error();
  EXPECT_EQ(endpoint->scheme, "rtp");
  EXPECT_EQ(endpoint->address, 0xEF010203U);
  EXPECT_EQ(endpoint->port, 5004);
  for (const char* bad :
       {"", "239.1.2.3:5004", "udp:/239.1.2.3:1", "udp://239.1.2.3", "udp://239.1.2.3:", "udp://239.1.2.3:0",
        "udp://239.1.2.3:65536", "udp://@239.1.2.3:5000", "udp://[ff3e::1]:5000", "udp://name:5000",
        "udp://239.1.2.3:05000", "udp://239.1.2.3:5000?ttl=4"}) {
    EXPECT_FALSE(parse_endpoint(bad)) << bad;
  }
}

TEST(Units, Macs) {
  EXPECT_TRUE(is_station_mac("02:00:00:00:0a:0F"));
  for (const char* bad :
       {"", "00:00:00:00:00:00", "01:00:5e:00:00:01", "02-00-00-00-00-01", "02:00:00:00:00:1",
        "02:00:00:00:00:0g", "02:00:00:00:00:01:02", "2:00:00:00:00:001", "02:00:00:00:00:-1"}) {
    EXPECT_FALSE(is_station_mac(bad)) << bad;
  }
}

}  // namespace
}  // namespace headwater::config
