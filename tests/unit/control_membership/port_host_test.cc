// SPDX-License-Identifier: Apache-2.0
// Whole frames in, whole frames out.
#include "control/membership/port_host.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <variant>

#include "dataplane/wire/arp.h"
#include "dataplane/wire/checksum.h"
#include "dataplane/wire/igmp.h"
#include "dataplane/wire/ipv4.h"

namespace headwater::control {
namespace {

using testing::IsEmpty;
using testing::SizeIs;
using wire::Ipv4Address;
using wire::MacAddress;
using Frame = std::vector<std::uint8_t>;

constexpr MacAddress kOurMac{{0x02, 0, 0, 0, 0, 1}};
constexpr MacAddress kTheirMac{{0x02, 0, 0, 0, 0, 2}};
constexpr Ipv4Address kOurs{0x0A01000A};    // 10.1.0.10
constexpr Ipv4Address kTheirs{0x0A010001};  // 10.1.0.1
constexpr Ipv4Address kNews{0xEF0A0101};    // 239.10.1.1
constexpr Instant kStart{27'000'000};

class PortHostTest : public testing::Test {
 protected:
  explicit PortHostTest(std::optional<std::uint16_t> vlan = std::nullopt)
      : host({.mac = kOurMac, .addresses = {kOurs}, .vlan = vlan, .seed = 3},
             [this](Bytes frame) { sent.emplace_back(frame.begin(), frame.end()); }) {}

  static Frame query(const wire::IgmpQuery& query, std::optional<std::uint16_t> vlan = std::nullopt) {
    return wire::build_igmp_frame(
        {.source_mac = kTheirMac, .source = kTheirs, .destination = wire::kAllSystems, .vlan = vlan},
        wire::build_igmp_query(query));
  }
  static Frame datagram(MacAddress to, const wire::Ipv4Fields& ip, const Frame& payload) {
    ByteWriter out;
    wire::append_ethernet_header(out, {.destination = to, .source = kTheirMac});
    wire::append_ipv4_header(out, ip, payload.size());
    out.bytes(payload);
    wire::pad_frame(out, false);
    return std::move(out).take();
  }
  void run_for(Ticks27 span) {
    const Instant until = now + span;
    for (auto next = host.next_deadline(); next && *next <= until; next = host.next_deadline()) {
      now = *next;
      host.tick(now);
    }
    now = until;
  }

  std::vector<Frame> sent;
  PortHost host;
  Instant now = kStart;
};

TEST_F(PortHostTest, SendsAJoinByteByByte) {
  host.set_memberships(now, std::vector<Membership>{{.group = kNews}});
  ASSERT_THAT(sent, SizeIs(1));
  const Frame expected{
      0x01, 0x00, 0x5E, 0x00, 0x00, 0x16,         // MAC of 224.0.0.22
      0x02, 0x00, 0x00, 0x00, 0x00, 0x01,         // ours
      0x08, 0x00,                                 // IPv4
      0x46, 0xC0,                                 // IHL 6, DSCP CS6
      0x00, 0x28, 0x00, 0x00, 0x40, 0x00,         // 40 bytes, identification 0, DF
      0x01, 0x02, 0xF9, 0xEE,                     // TTL 1, IGMP, checksum
      10,   1,    0,    10,   224,  0,    0, 22,  // from 10.1.0.10
      0x94, 0x04, 0x00, 0x00,                     // Router Alert
      0x22, 0x00, 0xE9, 0xF2,                     // v3 report, checksum
      0x00, 0x00, 0x00, 0x01,                     // one record
      0x04, 0x00, 0x00, 0x00, 239,  10,   1, 1,   // CHANGE_TO_EXCLUDE {} of 239.10.1.1
      0x00, 0x00, 0x00, 0x00, 0x00, 0x00,         // padding to 60 bytes
  };
  EXPECT_EQ(sent[0], expected);
}

TEST_F(PortHostTest, AnswersAQueryWithinItsTime) {
  host.set_memberships(now, std::vector<Membership>{{.group = kNews}});
  run_for(Ticks27::seconds(2));
  sent.clear();
  host.handle_frame(now, query({.max_response = Ticks27::seconds(1)}));
  EXPECT_THAT(sent, IsEmpty());
  run_for(Ticks27::seconds(1));
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(host.membership().querier()->address, kTheirs);
  EXPECT_EQ(host.counters().igmp, 1U);
}

// As the Linux bridge sends it (6.1, mcast_querier 1): from 0.0.0.0, and not padded on a veth pair.
TEST_F(PortHostTest, BelievesTheQuerierOfTheLinuxBridge) {
  const Frame frame{
      0x01, 0x00, 0x5E, 0x00, 0x00, 0x01, 0x1A, 0x26, 0x98, 0xE4, 0x14, 0xD9, 0x08, 0x00,  // to 224.0.0.1
      0x46, 0xC0, 0x00, 0x24, 0x00, 0x00, 0x40, 0x00, 0x01, 0x02, 0x04, 0x13,              // TTL 1, IGMP
      0,    0,    0,    0,    224,  0,    0,    1,    0x94, 0x04, 0x00, 0x00,              // Router Alert
      0x11, 0x0A, 0xEC, 0xF0, 0x00, 0x00, 0x00, 0x00, 0x02, 0x05, 0x00, 0x00,  // 1 s; QRV 2, QQI 5 s
  };
  host.handle_frame(now, frame);
  ASSERT_TRUE(host.membership().querier());
  EXPECT_EQ(host.membership().querier()->address, Ipv4Address{});
  EXPECT_EQ(host.membership().querier()->version, wire::IgmpVersion::kV3);
}

TEST_F(PortHostTest, AnswersArp) {
  ByteWriter out;
  wire::append_ethernet_header(
      out, {.destination = MacAddress::broadcast(), .source = kTheirMac, .ether_type = wire::kEtherTypeArp});
  wire::ArpMessage{
      .operation = 1, .sender_mac = kTheirMac, .sender = kTheirs, .target_mac = {}, .target = kOurs}
      .append_to(out);
  wire::pad_frame(out, false);
  host.handle_frame(now, out.view());
  ASSERT_THAT(sent, SizeIs(1));
  Frame expected{
      0x02, 0,    0,    0,    0, 2, 0x02, 0,    0, 0,  0, 1, 0x08, 0x06,  // to them, ARP
      0x00, 0x01, 0x08, 0x00, 6, 4, 0x00, 0x02,                           // reply
      0x02, 0,    0,    0,    0, 1, 10,   1,    0, 10,                    // 10.1.0.10 is ours
      0x02, 0,    0,    0,    0, 2, 10,   1,    0, 1,
  };
  expected.resize(60);
  EXPECT_EQ(sent[0], expected);
}

TEST_F(PortHostTest, AnswersPing) {
  const Frame echo{8, 0, 0x75, 0x61, 0x12, 0x34, 0, 1, 'p', 'i'};
  host.handle_frame(
      now, datagram(kOurMac, {.source = kTheirs, .destination = kOurs, .protocol = 1, .ttl = 60, .dscp = 10},
                    echo));
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_THAT(sent[0], SizeIs(60));
  const auto ethernet = wire::EthernetView::parse(sent[0]);
  EXPECT_EQ(ethernet->destination(), kTheirMac);
  EXPECT_EQ(ethernet->source(), kOurMac);
  const auto ip = wire::Ipv4View::parse(ethernet->payload());
  ASSERT_TRUE(ip.has_value());
  EXPECT_EQ(ip->source(), kOurs);
  EXPECT_EQ(ip->destination(), kTheirs);
  EXPECT_EQ(ip->dscp(), 10);
  EXPECT_EQ(ip->ttl(), 64);
  const Frame reply{0, 0, 0x7D, 0x61, 0x12, 0x34, 0, 1, 'p', 'i'};
  EXPECT_EQ(Frame(ip->payload().begin(), ip->payload().end()), reply);
  EXPECT_EQ(host.counters().echo_replies, 1U);
}

TEST_F(PortHostTest, CountsWhatItLeavesAlone) {
  const Frame echo{8, 0, 0x75, 0x61, 0x12, 0x34, 0, 1, 'p', 'i'};
  const auto ping = [&](Ipv4Address from, Ipv4Address to, MacAddress mac = kOurMac) {
    return datagram(mac, {.source = from, .destination = to, .protocol = 1}, echo);
  };
  host.handle_frame(now, Frame(13));
  EXPECT_EQ(host.counters().bad_ethernet, 1U);
  host.handle_frame(now, ping(kTheirs, kOurs, kTheirMac));   // another station's
  host.handle_frame(now, ping(kTheirs, wire::kAllSystems));  // to all
  host.handle_frame(now, query({}, 300));                    // in a VLAN
  EXPECT_EQ(host.counters().not_for_us, 3U);
  Frame broken = ping(kTheirs, kOurs);
  broken[24] ^= 1;  // the IPv4 header's checksum
  host.handle_frame(now, broken);
  EXPECT_EQ(host.counters().bad_ip, 1U);
  broken = ping(kTheirs, kOurs);
  broken[42] ^= 1;  // the echo's data
  host.handle_frame(now, broken);
  host.handle_frame(now, ping({0}, kOurs));
  host.handle_frame(now, ping(kNews, kOurs));
  EXPECT_EQ(host.counters().bad_icmp, 3U);
  host.handle_frame(now, datagram(kOurMac, {.source = kTheirs, .destination = kOurs, .protocol = 6}, {}));
  Frame other(60);
  other[0] = 0x01;   // to a group
  other[12] = 0x88;  // LLDP
  other[13] = 0xCC;
  host.handle_frame(now, other);
  EXPECT_EQ(host.counters().other_protocol, 2U);
  EXPECT_EQ(host.counters().icmp, 3U);
  EXPECT_EQ(host.counters().frames, 10U);
  EXPECT_THAT(sent, IsEmpty());
}

TEST_F(PortHostTest, AnnouncesAndJoinsAnewWhenTheLinkComesUp) {
  host.set_memberships(now, std::vector<Membership>{{.group = kNews}});
  run_for(Ticks27::seconds(5));
  sent.clear();
  host.link_up(now);
  ASSERT_THAT(sent, SizeIs(2));  // an announcement, a report
  EXPECT_EQ(wire::EthernetView::parse(sent[0])->ether_type(), wire::kEtherTypeArp);
  EXPECT_EQ(wire::EthernetView::parse(sent[0])->destination(), MacAddress::broadcast());
  EXPECT_EQ(wire::EthernetView::parse(sent[1])->destination(),
            MacAddress::for_group(wire::kAllIgmpv3Routers));
  run_for(Ticks27::seconds(5));
  EXPECT_THAT(sent, SizeIs(4));  // each once more
  EXPECT_EQ(host.next_deadline(), std::nullopt);
}

TEST_F(PortHostTest, LeavesAllAndSettles) {
  host.set_memberships(now, std::vector<Membership>{{.group = kNews}});
  run_for(Ticks27::seconds(5));
  sent.clear();
  host.leave_all(now);
  EXPECT_FALSE(host.settled());
  run_for(Ticks27::seconds(1));
  EXPECT_TRUE(host.settled());
  ASSERT_THAT(sent, SizeIs(2));
  for (const Frame& frame : sent) {
    const auto ip = wire::Ipv4View::parse(wire::EthernetView::parse(frame)->payload());
    const auto report = std::get<wire::IgmpReport>(wire::parse_igmp(ip->payload()).value());
    EXPECT_EQ(report.records,
              (std::vector<wire::IgmpGroupRecord>{{wire::IgmpRecordType::kChangeToInclude, kNews, {}}}));
  }
}

class TaggedPortHostTest : public PortHostTest {
 protected:
  TaggedPortHostTest() : PortHostTest(300) {}
};

TEST_F(TaggedPortHostTest, LivesInItsVlan) {
  host.set_memberships(now, std::vector<Membership>{{.group = kNews}});
  run_for(Ticks27::seconds(2));
  ASSERT_THAT(sent, SizeIs(2));
  EXPECT_EQ(wire::EthernetView::parse(sent[0])->vlan(), 300);
  EXPECT_THAT(sent[0], SizeIs(64));
  host.handle_frame(now, query({.max_response = {}}));       // untagged
  host.handle_frame(now, query({.max_response = {}}, 301));  // another's
  EXPECT_EQ(host.counters().not_for_us, 2U);
  EXPECT_THAT(sent, SizeIs(2));
  host.handle_frame(now, query({.max_response = {}}, 300));
  EXPECT_THAT(sent, SizeIs(3));
}

// RFC 3376 4.2.13.
TEST(PortHostWithoutAddressTest, ReportsFromZero) {
  std::vector<Frame> sent;
  PortHost host({.mac = kOurMac}, [&](Bytes frame) { sent.emplace_back(frame.begin(), frame.end()); });
  host.link_up(kStart);
  host.set_memberships(kStart, std::vector<Membership>{{.group = kNews}});
  ASSERT_THAT(sent, SizeIs(1));
  const auto ip = wire::Ipv4View::parse(wire::EthernetView::parse(sent[0])->payload());
  EXPECT_EQ(ip->source(), Ipv4Address{});
}

TEST_F(PortHostTest, AnotherAddressIsAnnouncedAndAnsweredFor) {
  constexpr Ipv4Address kOther{0x0A01000B};  // 10.1.0.11
  host.set_memberships(now, std::vector<Membership>{{.group = kNews}});
  run_for(Ticks27::seconds(2));
  sent.clear();
  host.set_addresses(now, {kOther}, std::nullopt);
  ASSERT_THAT(sent, SizeIs(1));
  const auto announced = wire::ArpMessage::parse(Bytes(sent[0]).subspan(14));
  ASSERT_TRUE(announced);
  EXPECT_EQ(announced->sender, kOther);
  EXPECT_EQ(announced->target, kOther);
  sent.clear();
  host.set_addresses(now, {kOther}, std::nullopt);
  EXPECT_THAT(sent, IsEmpty()) << "the same as before";
  host.handle_frame(now, query({}));
  run_for(Ticks27::seconds(11));
  ASSERT_FALSE(sent.empty());
  const auto ip = wire::Ipv4View::parse(Bytes(sent.back()).subspan(14));
  ASSERT_TRUE(ip);
  EXPECT_EQ(ip->source(), kOther);
}

TEST_F(PortHostTest, AnotherVlanIsLeftAndJoined) {
  host.set_memberships(now, std::vector<Membership>{{.group = kNews}});
  run_for(Ticks27::seconds(2));
  sent.clear();
  host.set_addresses(now, {kOurs}, 300);
  ASSERT_GE(sent.size(), 2U);
  std::vector<std::optional<std::uint16_t>> vlans;
  for (const Frame& frame : sent) {
    const auto ethernet = wire::EthernetView::parse(frame);
    ASSERT_TRUE(ethernet);
    if (ethernet->ether_type() == wire::kEtherTypeIpv4) vlans.push_back(ethernet->vlan());
  }
  ASSERT_GE(vlans.size(), 2U);
  EXPECT_EQ(vlans.front(), std::nullopt);
  EXPECT_EQ(vlans.back(), 300);
  EXPECT_TRUE(host.membership().is_member(kNews));
}

}  // namespace
}  // namespace headwater::control
