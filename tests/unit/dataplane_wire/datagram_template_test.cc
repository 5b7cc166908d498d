// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/datagram_template.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace headwater::wire {
namespace {

using Message = std::vector<std::uint8_t>;

DatagramFields fields() {
  return {.source_mac = {{0x02, 0, 0, 0, 0, 1}},
          .destination_mac = MacAddress::for_group({0xEF140001}),
          .source = {0x0A020032},       // 10.2.0.50
          .destination = {0xEF140001},  // 239.20.0.1
          .source_port = 5004,
          .destination_port = 5000};
}

TEST(DatagramTemplateTest, WritesEveryByteOfTheHeaders) {
  DatagramFields with_all = fields();
  with_all.vlan = 300;
  with_all.rtp_ssrc = 0xCAFEBABE;
  const DatagramTemplate headers(with_all);
  ASSERT_EQ(headers.size(), 58U);
  EXPECT_EQ(headers.ip_offset(), 18U);
  Message frame(58 + 4);
  std::ranges::copy(Message{0x47, 0x1F, 0xFF, 0x10}, frame.begin() + 58);
  headers.write_headers(
      frame, {.identification = 7, .rtp_sequence = 0xFFFF, .rtp_timestamp = 0x01020304, .rtp_marker = true},
      UdpChecksum::kNone);
  const Message expected{
      0x01, 0x00, 0x5E, 0x14, 0x00, 0x01,                                // MAC of 239.20.0.1
      0x02, 0x00, 0x00, 0x00, 0x00, 0x01,                                // ours
      0x81, 0x00, 0x01, 0x2C,                                            // VID 300
      0x08, 0x00,                                                        // IPv4
      0x45, 0x88,                                                        // IHL 5, DSCP AF41
      0x00, 0x2C,                                                        // total length 44
      0x00, 0x07,                                                        // identification
      0x40, 0x00,                                                        // DF
      0x10, 0x11,                                                        // TTL 16, UDP
      0x70, 0xE9,                                                        // header checksum
      10,   2,    0,    50,   239,  20,   0, 1, 0x13, 0x8C, 0x13, 0x88,  // ports 5004, 5000
      0x00, 0x18, 0x00, 0x00,                                            // length 24, no checksum
      0x80, 0xA1, 0xFF, 0xFF,                                            // V=2; M, PT 33; sequence
      0x01, 0x02, 0x03, 0x04,                                            // timestamp
      0xCA, 0xFE, 0xBA, 0xBE,                                            // SSRC
      0x47, 0x1F, 0xFF, 0x10,                                            // payload, untouched
  };
  EXPECT_EQ(frame, expected);
}

// What it writes, the views read back, checksums and all, over every count of TS packets and many counters.
TEST(DatagramTemplateTest, ViewsAcceptWhatItWrites) {
  std::mt19937 random(7);
  for (const bool tagged : {false, true}) {
    for (const bool rtp : {false, true}) {
      DatagramFields with = fields();
      if (tagged) with.vlan = 1;
      if (rtp) with.rtp_ssrc = random();
      const DatagramTemplate headers(with);
      for (std::size_t packets = 0; packets <= 7; ++packets) {
        for (int repeat = 0; repeat < 50; ++repeat) {
          Message frame(headers.size() + packets * 188);
          for (std::uint8_t& byte : frame) byte = static_cast<std::uint8_t>(random());
          const Message payload(frame.begin() + static_cast<std::ptrdiff_t>(headers.size()), frame.end());
          const DatagramVariables variables{.identification = static_cast<std::uint16_t>(random()),
                                            .rtp_sequence = static_cast<std::uint16_t>(random()),
                                            .rtp_timestamp = static_cast<std::uint32_t>(random()),
                                            .rtp_marker = (random() & 1) != 0};
          headers.write_headers(frame, variables, UdpChecksum::kComputed);
          const auto ethernet = EthernetView::parse(frame);
          ASSERT_TRUE(ethernet);
          ASSERT_EQ(ethernet->vlan(), with.vlan);
          const auto ip = Ipv4View::parse(ethernet->payload());
          ASSERT_TRUE(ip.has_value());
          ASSERT_EQ(ip->identification(), variables.identification);
          const auto udp = UdpView::parse(*ip);
          ASSERT_TRUE(udp);
          ASSERT_NE(load_be16(&frame[headers.ip_offset() + 26]), 0);
          ASSERT_TRUE(udp->checksum_is_right());
          Bytes rest = udp->payload();
          if (rtp) {
            const auto view = RtpView::parse(rest);
            ASSERT_TRUE(view.has_value());
            ASSERT_EQ(view->sequence(), variables.rtp_sequence);
            ASSERT_EQ(view->timestamp(), variables.rtp_timestamp);
            ASSERT_EQ(view->marker(), variables.rtp_marker);
            ASSERT_EQ(view->ssrc(), *with.rtp_ssrc);
            rest = view->payload();
          }
          ASSERT_TRUE(std::ranges::equal(rest, payload));
        }
      }
    }
  }
}

// RFC 768: a checksum that comes out as zero is sent as FFFF.
TEST(DatagramTemplateTest, SendsAComputedZeroAsOnes) {
  const DatagramTemplate headers(fields());
  Message frame(headers.size() + 2);
  headers.write_headers(frame, {}, UdpChecksum::kComputed);
  const std::uint16_t checksum = load_be16(&frame[headers.ip_offset() + 26]);
  store_be16(&frame[headers.size()], checksum);  // the payload that makes the sum all ones
  headers.write_headers(frame, {}, UdpChecksum::kComputed);
  EXPECT_EQ(load_be16(&frame[headers.ip_offset() + 26]), 0xFFFF);
}

// What a device wants that adds the rest: the folded sum, not its complement.
TEST(DatagramTemplateTest, LeavesThePseudoHeadersSumForTheDevice) {
  const DatagramTemplate headers(fields());
  Message frame(headers.size() + 188);
  headers.write_headers(frame, {}, UdpChecksum::kPseudoHeader);
  // 0A02 + 0032 + EF14 + 0001 + 0011 + 00C4 (length 196)
  EXPECT_EQ(load_be16(&frame[headers.ip_offset() + 26]), 0xFA1E);
}

}  // namespace
}  // namespace headwater::wire
