// SPDX-License-Identifier: Apache-2.0
// Ethernet and ARP.
#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "dataplane/wire/arp.h"
#include "dataplane/wire/ethernet.h"

namespace headwater::wire {
namespace {

using Message = std::vector<std::uint8_t>;

constexpr MacAddress kOurs{{0x02, 0, 0, 0, 0, 1}};
constexpr MacAddress kTheirs{{0x02, 0, 0, 0, 0, 2}};

TEST(EthernetViewTest, ReadsAnUntaggedFrame) {
  const Message frame{0x02, 0,    0, 0, 0, 1,  // destination
                      0x02, 0,    0, 0, 0, 2,  // source
                      0x08, 0x00,              // IPv4
                      0x45};
  const auto view = EthernetView::parse(frame);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->destination(), kOurs);
  EXPECT_EQ(view->source(), kTheirs);
  EXPECT_EQ(view->vlan(), std::nullopt);
  EXPECT_EQ(view->ether_type(), kEtherTypeIpv4);
  EXPECT_EQ(view->payload_offset(), 14U);
  EXPECT_EQ(view->payload().size(), 1U);
}

TEST(EthernetViewTest, ReadsATag) {
  Message frame{0x02, 0,    0, 0, 0, 1, 0x02, 0, 0, 0, 0, 2, 0x81, 0x00,  // 802.1Q
                0xC1, 0x2C,                                               // priority 6, VID 300
                0x08, 0x06};                                              // ARP
  auto view = EthernetView::parse(frame);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->vlan(), 300);
  EXPECT_EQ(view->ether_type(), kEtherTypeArp);
  EXPECT_EQ(view->payload_offset(), 18U);
  EXPECT_TRUE(view->payload().empty());
  // A priority tag alone is no VLAN.
  frame[14] = 0xC0;
  frame[15] = 0x00;
  view = EthernetView::parse(frame);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->vlan(), std::nullopt);
  EXPECT_EQ(view->ether_type(), kEtherTypeArp);
}

TEST(EthernetViewTest, ReportsASecondTagAsTheType) {
  const Message frame{0x02, 0,    0,    0,    0,    1,    0x02, 0,    0,    0,    0,
                      2,    0x81, 0x00, 0x00, 0x01, 0x81, 0x00, 0x00, 0x02, 0x08, 0x00};
  EXPECT_EQ(EthernetView::parse(frame)->ether_type(), kEtherTypeVlan);
}

TEST(EthernetViewTest, RefusesFramesShorterThanTheirHeader) {
  Message frame(13, 0);
  EXPECT_FALSE(EthernetView::parse(frame));
  frame.resize(17);
  frame[12] = 0x81;
  EXPECT_FALSE(EthernetView::parse(frame));
  frame.resize(18);
  EXPECT_TRUE(EthernetView::parse(frame));
}

TEST(EthernetBuildTest, WritesATagAndPads) {
  ByteWriter out;
  append_ethernet_header(
      out, {.destination = kOurs, .source = kTheirs, .vlan = 300, .priority = 6, .ether_type = 0x0806});
  pad_frame(out, true);
  const Message frame = std::move(out).take();
  EXPECT_EQ(frame.size(), 64U);
  const auto view = EthernetView::parse(frame);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->vlan(), 300);
  EXPECT_EQ(frame[14] >> 5, 6);
  EXPECT_EQ(view->ether_type(), kEtherTypeArp);
  ByteWriter plain;
  append_ethernet_header(plain, {});
  pad_frame(plain, false);
  EXPECT_EQ(plain.size(), 60U);
}

const Message kRequest{
    0x00, 0x01,                            // Ethernet
    0x08, 0x00,                            // IPv4
    6,    4,                               // lengths of the addresses
    0x00, 0x01,                            // request
    0x02, 0,    0, 0, 0, 2, 10, 1, 0, 2,   // sender
    0,    0,    0, 0, 0, 0, 10, 1, 0, 10,  // target: who has 10.1.0.10?
};

TEST(ArpMessageTest, ReadsARequestAndWritesItBack) {
  const auto message = ArpMessage::parse(kRequest);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->operation, ArpMessage::kRequest);
  EXPECT_EQ(message->sender_mac, kTheirs);
  EXPECT_EQ(message->sender, Ipv4Address{0x0A010002});
  EXPECT_EQ(message->target_mac, MacAddress{});
  EXPECT_EQ(message->target, Ipv4Address{0x0A01000A});
  ByteWriter out;
  message->append_to(out);
  EXPECT_EQ(std::move(out).take(), kRequest);
}

TEST(ArpMessageTest, RefusesWhatIsNotIpv4OverEthernet) {
  EXPECT_FALSE(ArpMessage::parse(Bytes(kRequest).first(27)));
  for (const std::size_t byte : {0U, 1U, 2U, 3U, 4U, 5U}) {
    Message other = kRequest;
    other[byte] = static_cast<std::uint8_t>(other[byte] + 1);
    EXPECT_FALSE(ArpMessage::parse(other)) << byte;
  }
}

}  // namespace
}  // namespace headwater::wire
