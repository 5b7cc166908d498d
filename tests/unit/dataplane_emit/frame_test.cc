// SPDX-License-Identifier: Apache-2.0
//
// Headers around the packets of an output, byte by byte.
#include "dataplane/emit/frame.h"

#include <gtest/gtest.h>

#include <array>

namespace headwater::dataplane {
namespace {

Destination destination() {
  Destination to;
  to.source_mac = {{0x02, 0, 0, 0, 0, 1}};
  to.source = {0x0A020032};  // 10.2.0.50
  to.source_port = 4000;
  to.group = {0xEF140001};  // 239.20.0.1
  to.group_port = 5000;
  to.ttl = 16;
  to.dscp = 34;
  return to;
}

struct Buffer {
  std::array<std::uint8_t, 1600> bytes{};
  Frame frame;
  Buffer() { frame.data = bytes.data(); }
  [[nodiscard]] std::uint16_t be16(std::size_t at) const { return load_be16(&bytes[at]); }
};

TEST(Framer, WritesEthernetIpv4AndUdp) {
  StreamRecord record;
  Framer framer{record};
  framer.address(destination());
  ASSERT_EQ(framer.payload_offset(), 14U + 20 + 8);
  Buffer out;
  std::fill_n(out.bytes.begin() + 42, 188, std::uint8_t{0x47});
  framer.finish(out.frame, 188, {0});

  EXPECT_EQ(out.frame.length, 42U + 188);
  const std::array<std::uint8_t, 14> ethernet{0x01, 0x00, 0x5E, 0x14, 0x00, 0x01,  // group, low 23 bits
                                              0x02, 0,    0,    0,    0,    1,    0x08, 0x00};
  EXPECT_TRUE(std::equal(ethernet.begin(), ethernet.end(), out.bytes.begin()));
  EXPECT_EQ(out.bytes[14], 0x45);         // IPv4, no options
  EXPECT_EQ(out.bytes[15], 34 << 2);      // DSCP AF41
  EXPECT_EQ(out.be16(16), 20 + 8 + 188);  // total length
  EXPECT_EQ(out.bytes[22], 16);           // TTL
  EXPECT_EQ(out.bytes[23], 17);           // UDP
  EXPECT_EQ(load_be32(&out.bytes[26]), 0x0A020032U);
  EXPECT_EQ(load_be32(&out.bytes[30]), 0xEF140001U);
  EXPECT_EQ(out.be16(34), 4000);
  EXPECT_EQ(out.be16(36), 5000);
  EXPECT_EQ(out.be16(38), 8 + 188);
  EXPECT_NE(out.be16(40), 0);  // a checksum is there
  EXPECT_EQ(out.bytes[42], 0x47);
}

TEST(Framer, WritesTheDestinationsOwnTtlAndDscp) {
  Destination to = destination();
  to.ttl = 3;
  to.dscp = 40;  // CS5
  StreamRecord record;
  Framer framer{record};
  framer.address(to);
  Buffer out;
  framer.finish(out.frame, 188, {0});
  EXPECT_EQ(out.bytes[15], 40 << 2);
  EXPECT_EQ(out.bytes[22], 3);
}

TEST(Framer, RtpCarriesTheDepartureAndCountsOn) {
  Destination to = destination();
  to.rtp = true;
  to.ssrc = 0xCAFEBABE;
  to.first_sequence = 65535;
  StreamRecord record;
  Framer framer{record};
  framer.address(to);
  ASSERT_EQ(framer.payload_offset(), 42U + 12);
  Buffer out;
  framer.finish(out.frame, 1316, {27'000'000});
  EXPECT_EQ(out.frame.length, 54U + 1316);
  EXPECT_EQ(out.bytes[42], 0x80);  // version 2
  EXPECT_EQ(out.bytes[43], 33);    // MP2T, no marker
  EXPECT_EQ(out.be16(44), 65535);
  EXPECT_EQ(load_be32(&out.bytes[46]), 90'000U);  // one second at 90 kHz
  EXPECT_EQ(load_be32(&out.bytes[50]), 0xCAFEBABEU);

  framer.finish(out.frame, 1316, {27'000'000 + 300});
  EXPECT_EQ(out.be16(44), 0);  // wrapped
  EXPECT_EQ(load_be32(&out.bytes[46]), 90'001U);

  framer.skip();
  to.vlan = 300;
  to.first_sequence = 7777;  // of the slot's first packet only
  framer.address(to);
  ASSERT_EQ(framer.payload_offset(), 18U + 20 + 8 + 12);
  framer.finish(out.frame, 188, {0});
  EXPECT_EQ(out.be16(48), 2);  // one was skipped, and a new Plan goes on
}

// As many parts may wait as like: each is addressed by its own destination when its turn comes.
TEST(Framer, GoesBackAndForthBetweenDestinations) {
  Destination rtp = destination();
  rtp.rtp = true;
  rtp.first_sequence = 100;
  Destination far = destination();
  far.ttl = 64;
  StreamRecord record;
  Framer framer{record};
  Buffer out;
  const auto ttl_to = [&](const Destination& to) {
    framer.address(to);
    framer.finish(out.frame, 188, {0});
    return out.bytes[22];
  };
  EXPECT_EQ(ttl_to(destination()), 16);
  EXPECT_EQ(ttl_to(far), 64);
  EXPECT_EQ(ttl_to(destination()), 16);
  EXPECT_EQ(ttl_to(rtp), 16);
  EXPECT_EQ(framer.payload_offset(), 14U + 20 + 8 + 12);
  EXPECT_EQ(out.be16(44), 100) << "RTP counts from its first datagram on";
  ttl_to(rtp);
  EXPECT_EQ(out.be16(44), 101);
}

}  // namespace
}  // namespace headwater::dataplane
