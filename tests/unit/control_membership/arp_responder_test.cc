// SPDX-License-Identifier: Apache-2.0
#include "control/membership/arp_responder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

namespace headwater::control {
namespace {

using testing::IsEmpty;
using testing::SizeIs;
using wire::ArpMessage;
using wire::Ipv4Address;
using wire::MacAddress;

constexpr MacAddress kOurMac{{0x02, 0, 0, 0, 0, 1}};
constexpr MacAddress kTheirMac{{0x02, 0, 0, 0, 0, 2}};
constexpr Ipv4Address kOurs{0x0A01000A};
constexpr Ipv4Address kOursToo{0x0A010032};
constexpr Ipv4Address kTheirs{0x0A010001};

class ArpResponderTest : public testing::Test {
 protected:
  void hear(const ArpMessage& message) {
    ByteWriter out;
    message.append_to(out);
    arp.receive(out.view());
  }

  std::vector<std::pair<MacAddress, ArpMessage>> sent;
  ArpResponder arp{kOurMac, {kOurs, kOursToo}, [this](MacAddress to, const ArpMessage& message) {
                     sent.emplace_back(to, message);
                   }};
};

TEST_F(ArpResponderTest, AnswersForItsAddresses) {
  for (const Ipv4Address target : {kOurs, kOursToo}) {
    sent.clear();
    hear({.operation = ArpMessage::kRequest,
          .sender_mac = kTheirMac,
          .sender = kTheirs,
          .target_mac = {},
          .target = target});
    ASSERT_THAT(sent, SizeIs(1));
    EXPECT_EQ(sent[0].first, kTheirMac);
    EXPECT_EQ(sent[0].second, (ArpMessage{.operation = ArpMessage::kReply,
                                          .sender_mac = kOurMac,
                                          .sender = target,
                                          .target_mac = kTheirMac,
                                          .target = kTheirs}));
  }
}

TEST_F(ArpResponderTest, LeavesOtherAddressesToOthers) {
  hear({.operation = ArpMessage::kRequest,
        .sender_mac = kTheirMac,
        .sender = kTheirs,
        .target_mac = {},
        .target = {0x0A010063}});
  hear({.operation = ArpMessage::kReply,
        .sender_mac = kTheirMac,
        .sender = kTheirs,
        .target_mac = kOurMac,
        .target = kOurs});
  EXPECT_THAT(sent, IsEmpty());
  EXPECT_EQ(arp.counters().requests, 1U);
  EXPECT_EQ(arp.counters().conflicts, 0U);
}

TEST_F(ArpResponderTest, AnswersAProbe) {
  hear({.operation = ArpMessage::kRequest,
        .sender_mac = kTheirMac,
        .sender = {},
        .target_mac = {},
        .target = kOurs});
  EXPECT_THAT(sent, SizeIs(1));
}

TEST_F(ArpResponderTest, NoticesARival) {
  hear({.operation = ArpMessage::kRequest,
        .sender_mac = kTheirMac,
        .sender = kOurs,
        .target_mac = {},
        .target = kOurs});
  EXPECT_EQ(arp.counters().conflicts, 1U);
  EXPECT_EQ(arp.rival(), kTheirMac);
}

TEST_F(ArpResponderTest, IgnoresItsOwnMessagesAndGarbage) {
  hear({.operation = ArpMessage::kRequest,
        .sender_mac = kOurMac,
        .sender = kOurs,
        .target_mac = {},
        .target = kOurs});
  hear({.operation = ArpMessage::kRequest,
        .sender_mac = MacAddress::broadcast(),
        .sender = kTheirs,
        .target_mac = {},
        .target = kOurs});
  arp.receive({});
  EXPECT_THAT(sent, IsEmpty());
  EXPECT_EQ(arp.counters().conflicts, 0U);
  EXPECT_EQ(arp.counters().malformed, 2U);
}

// RFC 5227 2.3: two announcements of each address, 2 s apart.
TEST_F(ArpResponderTest, AnnouncesItsAddressesTwice) {
  const Instant start{1000};
  arp.announce(start);
  ASSERT_THAT(sent, SizeIs(2));
  EXPECT_EQ(sent[0].first, MacAddress::broadcast());
  EXPECT_EQ(sent[0].second, (ArpMessage{.operation = ArpMessage::kRequest,
                                        .sender_mac = kOurMac,
                                        .sender = kOurs,
                                        .target_mac = {},
                                        .target = kOurs}));
  EXPECT_EQ(sent[1].second.sender, kOursToo);
  EXPECT_EQ(arp.next_deadline(), start + Ticks27::seconds(2));
  arp.tick(start + Ticks27::seconds(2) - Ticks27{1});
  EXPECT_THAT(sent, SizeIs(2));
  arp.tick(start + Ticks27::seconds(2));
  EXPECT_THAT(sent, SizeIs(4));
  EXPECT_EQ(arp.next_deadline(), std::nullopt);
}

}  // namespace
}  // namespace headwater::control
