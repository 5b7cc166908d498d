// SPDX-License-Identifier: Apache-2.0
//
// What a switch and a firewall see of the datagrams: MAC addresses, TTL, DSCP, addresses and ports as they
// were configured.
#include <gtest/gtest.h>

#include <string>

#include "tests/support/headend/play.h"

namespace headwater::test {
namespace {

TEST(Headers, AreAsConfigured) {
  Headend headend(R"(
ports: { p: { device: net_null0, address: [10.0.0.1/24, 10.0.0.9/24] } }
inputs: { a: { source: "udp://239.1.1.1:5000", port: p } }
channels:
  - id: one
    name: One
    inputs: [a]
    outputs:
      - { to: "udp://239.2.1.1:5000", port: p, ttl: 3, dscp: 40, from: 10.0.0.9, source_port: 6000 }
      - { to: "rtp://239.2.1.2:5004", port: p, ttl: 255, dscp: 0, source_port: 1 }
      - { to: "udp://239.130.1.3:5006", port: p }
)");
  const Instant start = headend.now();
  ProgramGenerator encoder(
      {.programs = {television(11, 0x100, 2'000'000)}, .rate = 3'000'000, .start = start, .first_pcr = {}});
  play(headend, "p", {{0x0A000005}, {0xEF010101}, 5000}, encoder.until(start + Ticks27::seconds(2)));
  headend.run_until(start + Ticks27::seconds(3));

  struct Row {
    std::string group;
    bool rtp;
    int ttl, dscp;
    std::string source;
    int source_port, port;
    wire::MacAddress mac;
  };
  const Row rows[] = {
      {"239.2.1.1", false, 3, 40, "10.0.0.9", 6000, 5000, {{0x01, 0x00, 0x5E, 0x02, 0x01, 0x01}}},
      {"239.2.1.2", true, 255, 0, "10.0.0.1", 1, 5004, {{0x01, 0x00, 0x5E, 0x02, 0x01, 0x02}}},
      // RFC 1112 6.4: the low 23 bits of the group. AF41, and a source port that is the destination's.
      {"239.130.1.3", false, 16, 34, "10.0.0.1", 5006, 5006, {{0x01, 0x00, 0x5E, 0x02, 0x01, 0x03}}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.group);
    const std::vector<ReceivedDatagram> datagrams = headend.sent_to(row.group, row.rtp);
    EXPECT_GT(datagrams.size(), 200U);
    for (const ReceivedDatagram& datagram : datagrams) {
      ASSERT_EQ(datagram.ttl, row.ttl);
      ASSERT_EQ(datagram.dscp, row.dscp);
      ASSERT_EQ(datagram.source, wire::Ipv4Address::parse(row.source));
      ASSERT_EQ(datagram.source_port, row.source_port);
      ASSERT_EQ(datagram.port, row.port);
      ASSERT_EQ(datagram.destination_mac, row.mac);
    }
  }
}

}  // namespace
}  // namespace headwater::test
