// SPDX-License-Identifier: Apache-2.0
// IPv4, UDP and ICMP.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "dataplane/wire/checksum.h"
#include "dataplane/wire/icmp.h"
#include "dataplane/wire/ipv4.h"
#include "dataplane/wire/udp.h"

namespace headwater::wire {
namespace {

using Message = std::vector<std::uint8_t>;

// From 10.1.0.5:5004 to 239.10.1.1:5000, four bytes of payload.
const Message kDatagram{
    0x45, 0x88,              // version 4, IHL 5; DSCP 34
    0x00, 0x20,              // total length 32
    0x12, 0x34,              // identification
    0x40, 0x00,              // DF
    0x10, 0x11,              // TTL 16, UDP
    0x5E, 0x00,              // header checksum
    10,   1,    0,    5,     // source
    239,  10,   1,    1,     // destination
    0x13, 0x8C, 0x13, 0x88,  // UDP ports 5004, 5000
    0x00, 0x0C, 0x00, 0x00,  // UDP length 12, no checksum
    0x47, 0x1F, 0xFF, 0x10,
};

Message with_checksum(Message datagram) {
  // An IHL that lies is not followed beyond the end.
  const std::size_t header = std::min(std::size_t{4} * (datagram[0] & 0x0FU), datagram.size());
  store_be16(&datagram[10], 0);
  store_be16(&datagram[10], Checksum().bytes(Bytes(datagram).first(header)).value());
  return datagram;
}

TEST(Ipv4ViewTest, ReadsAHeader) {
  const auto view = Ipv4View::parse(kDatagram);
  ASSERT_TRUE(view.has_value());
  EXPECT_EQ(view->source().to_string(), "10.1.0.5");
  EXPECT_EQ(view->destination().to_string(), "239.10.1.1");
  EXPECT_EQ(view->protocol(), kProtocolUdp);
  EXPECT_EQ(view->ttl(), 16);
  EXPECT_EQ(view->dscp(), 34);
  EXPECT_EQ(view->identification(), 0x1234);
  EXPECT_EQ(view->header_size(), 20U);
  EXPECT_TRUE(view->options().empty());
  EXPECT_FALSE(view->has_router_alert());
  EXPECT_EQ(view->payload().size(), 12U);
}

TEST(Ipv4ViewTest, LeavesEthernetsPaddingOut) {
  Message padded = kDatagram;
  padded.resize(46);
  EXPECT_EQ(Ipv4View::parse(padded)->payload().size(), 12U);
}

TEST(Ipv4ViewTest, RefusesByReason) {
  struct Row {
    std::string what;
    Message bytes;
    Ipv4Error error;
  };
  const auto changed = [](std::size_t at, std::uint8_t value) {
    Message datagram = kDatagram;
    datagram[at] = value;
    return with_checksum(datagram);
  };
  Message wrong_sum = kDatagram;
  wrong_sum[11] ^= 1;
  const std::vector<Row> rows{
      {"nothing", {}, Ipv4Error::kTruncated},
      {"19 bytes", {kDatagram.begin(), kDatagram.begin() + 19}, Ipv4Error::kTruncated},
      {"total length beyond the bytes", {kDatagram.begin(), kDatagram.end() - 1}, Ipv4Error::kTruncated},
      {"version 6", changed(0, 0x65), Ipv4Error::kHeader},
      {"IHL 4", changed(0, 0x44), Ipv4Error::kHeader},
      {"IHL beyond total length", changed(0, 0x49), Ipv4Error::kHeader},
      {"total length 19", changed(3, 19), Ipv4Error::kHeader},
      {"checksum", wrong_sum, Ipv4Error::kChecksum},
      {"first fragment", changed(6, 0x20), Ipv4Error::kFragment},
      {"last fragment", changed(7, 0x01), Ipv4Error::kFragment},
      {"last fragment far on", changed(6, 0x10), Ipv4Error::kFragment},
  };
  for (const Row& row : rows) {
    const auto view = Ipv4View::parse(row.bytes);
    ASSERT_FALSE(view.has_value()) << row.what;
    EXPECT_EQ(view.error(), row.error) << row.what;
  }
}

TEST(Ipv4ViewTest, FindsRouterAlertAmongOptions) {
  const auto alert = [](const Message& options) {
    Message datagram(kDatagram.begin(), kDatagram.begin() + 20);
    datagram.insert(datagram.end(), options.begin(), options.end());
    datagram[0] = static_cast<std::uint8_t>(0x40 | (5 + options.size() / 4));
    datagram[3] = static_cast<std::uint8_t>(20 + options.size());
    return Ipv4View::parse(with_checksum(datagram)).value().has_router_alert();
  };
  EXPECT_TRUE(alert({0x94, 4, 0, 0}));
  EXPECT_TRUE(alert({1, 1, 1, 1, 0x94, 4, 0, 0}));                 // behind NOPs
  EXPECT_TRUE(alert({0x07, 7, 4, 0, 0, 0, 0, 0x94, 4, 0, 0, 0}));  // behind record route
  EXPECT_FALSE(alert({0, 0x94, 4, 0}));                            // behind the end of the list
  EXPECT_FALSE(alert({0x44, 0, 0x94, 4}));                         // option of length 0
  EXPECT_FALSE(alert({0x44, 9, 0, 0}));                            // option beyond the header
  EXPECT_FALSE(alert({1, 1, 1, 0x94}));                            // its length is not there
  EXPECT_FALSE(alert({0x94, 3, 0, 0}));
}

TEST(Ipv4BuildTest, WritesHeaders) {
  ByteWriter out;
  append_ipv4_header(out,
                     {.source = {0x0A010005},
                      .destination = {0xEF0A0101},
                      .protocol = 17,
                      .ttl = 16,
                      .dscp = 34,
                      .identification = 0x1234},
                     12);
  EXPECT_EQ(std::move(out).take(), Message(kDatagram.begin(), kDatagram.begin() + 20));
  ByteWriter alert;
  append_ipv4_header(alert,
                     {.source = {0x0A010005},
                      .destination = {0xE0000016},
                      .protocol = 2,
                      .ttl = 1,
                      .dscp = 48,
                      .router_alert = true},
                     0);
  const Message bytes = std::move(alert).take();
  ASSERT_EQ(bytes.size(), 24U);
  EXPECT_EQ(bytes[0], 0x46);
  EXPECT_EQ(bytes[1], 0xC0);
  ASSERT_TRUE(Ipv4View::parse(bytes).has_value());
  EXPECT_TRUE(Ipv4View::parse(bytes)->has_router_alert());
}

TEST(UdpViewTest, ReadsADatagram) {
  const auto view = UdpView::parse(Ipv4View::parse(kDatagram).value());
  ASSERT_TRUE(view);
  EXPECT_EQ(view->source_port(), 5004);
  EXPECT_EQ(view->destination_port(), 5000);
  EXPECT_EQ(Message(view->payload().begin(), view->payload().end()), (Message{0x47, 0x1F, 0xFF, 0x10}));
}

TEST(UdpViewTest, ChecksTheLength) {
  const auto parses = [](Message datagram, std::uint8_t total, std::uint8_t length) {
    datagram[3] = total;
    datagram[25] = length;
    datagram = with_checksum(datagram);
    return UdpView::parse(Ipv4View::parse(datagram).value()).has_value();
  };
  EXPECT_TRUE(parses(kDatagram, 32, 8));
  EXPECT_TRUE(parses(kDatagram, 32, 11));   // shorter than the datagram: the rest is left out
  EXPECT_FALSE(parses(kDatagram, 32, 7));   // less than the header
  EXPECT_FALSE(parses(kDatagram, 32, 13));  // more than there is
  EXPECT_FALSE(parses(kDatagram, 27, 8));   // no room for the header
}

TEST(UdpViewTest, ChecksTheChecksumWhereThereIsOne) {
  Message datagram = kDatagram;
  const auto right = [&] { return UdpView::parse(Ipv4View::parse(datagram).value())->checksum_is_right(); };
  EXPECT_TRUE(right());  // zero: none made
  // Pseudo header 0A01 0005 EF0A 0101 0011 000C, UDP 138C 1388 000C, payload 471F FF10 sum to 677F.
  datagram[26] = 0x98;
  datagram[27] = 0x80;
  EXPECT_TRUE(right());
  datagram[27] = 0x81;
  EXPECT_FALSE(right());
  datagram[27] = 0x80;
  datagram[31] ^= 0x40;
  EXPECT_FALSE(right());
}

TEST(IcmpTest, RepliesToAnEcho) {
  const Message request{8,    0,    0x75, 0x61,  // echo request, checksum
                        0x12, 0x34, 0x00, 0x01,  // identifier, sequence
                        'p',  'i'};
  const Message expected{0,    0,    0x7D, 0x61,  // echo reply: the type is gone from the sum
                         0x12, 0x34, 0x00, 0x01, 'p', 'i'};
  ByteWriter out;
  ASSERT_TRUE(append_echo_reply(out, request).has_value());
  EXPECT_EQ(std::move(out).take(), expected);
}

TEST(IcmpTest, RefusesByReason) {
  const auto error = [](const Message& message) {
    ByteWriter out;
    return append_echo_reply(out, message).error();
  };
  EXPECT_EQ(error({8, 0, 0xF7, 0xFF, 0, 0, 0}), IcmpError::kTruncated);
  EXPECT_EQ(error({8, 0, 0xF7, 0xFE, 0, 0, 0, 0}), IcmpError::kChecksum);
  EXPECT_EQ(error({0, 0, 0xFF, 0xFF, 0, 0, 0, 0}), IcmpError::kNotEchoRequest);  // a reply
  EXPECT_EQ(error({8, 1, 0xF7, 0xFE, 0, 0, 0, 0}), IcmpError::kNotEchoRequest);  // code 1
}

}  // namespace
}  // namespace headwater::wire
