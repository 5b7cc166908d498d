// SPDX-License-Identifier: Apache-2.0
#include "dataplane/ingest/classify.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <tuple>

#include "datagrams.h"
#include "dataplane/plan/ledger.h"

namespace headwater::dataplane {
namespace {

constexpr wire::MacAddress kOurs{{0x02, 0, 0, 0, 0, 0x10}};
constexpr wire::MacAddress kOther{{0x02, 0, 0, 0, 0, 0x99}};
constexpr wire::Ipv4Address kAddress{0x0A01000A};   // 10.1.0.10
constexpr wire::Ipv4Address kGroup{0xEF010101};     // 239.1.1.1
constexpr wire::Ipv4Address kSsmGroup{0xE8010101};  // 232.1.1.1
constexpr wire::Ipv4Address kSourceA{0x0A000001}, kSourceB{0x0A000002}, kSourceC{0x0A000003};

void add_input(Plan& plan, std::uint32_t slot, std::optional<InputMatch> match) {
  auto input = std::make_shared<InputPlan>();
  input->slot = {slot};
  input->match = match;
  plan.inputs.set(std::move(input));
}

Plan test_plan() {
  Plan plan;
  plan.ports.push_back(std::make_shared<PortPlan>(
      PortPlan{.index = {0}, .id = "west", .mac = kOurs, .addresses = {kAddress}, .vlan = {}}));
  plan.ports.push_back(std::make_shared<PortPlan>(
      PortPlan{.index = {1}, .id = "east", .mac = kOurs, .addresses = {}, .vlan = 300}));
  add_input(plan, 0, InputMatch{{0}, kGroup, 5000, {}});
  add_input(plan, 1, InputMatch{{0}, kSsmGroup, 5000, kSourceA});
  add_input(plan, 2, InputMatch{{0}, kSsmGroup, 5000, kSourceB});
  add_input(plan, 3, InputMatch{{0}, kGroup, 5000, kSourceB});  // an exact one beside none
  add_input(plan, 4, InputMatch{{1}, kGroup, 5000, {}});
  add_input(plan, 5, InputMatch{{0}, kAddress, 6000, {}});  // unicast
  add_input(plan, 6, std::nullopt);                         // a file
  return plan;
}

Classifier test_classifier() {
  const Plan plan = test_plan();
  Classifier classifier(plan.ports.size(), plan.inputs.size());
  classifier.adopt_ports(plan);
  for (const auto& input : plan.inputs) classifier.add(*input);
  return classifier;
}

UdpSpec to(wire::Ipv4Address group, wire::Ipv4Address source = kSourceA) {
  return {.mac = wire::MacAddress::for_group(group),
          .source = source,
          .destination = group,
          .payload = ByteVector(188, 0x47)};
}

wire::ArpMessage arp(wire::Ipv4Address sender, wire::Ipv4Address target) {
  return {.sender_mac = kOther, .sender = sender, .target_mac = {}, .target = target};
}

struct Row {
  std::string what;
  std::uint32_t port;
  ByteVector frame;
  Classified::Verdict verdict;
  std::uint32_t input = 0;                    // where kInput
  Counter PortCounters::* counted = nullptr;  // where kDrop
};

// Mends the header checksum of an untagged frame after a change.
ByteVector with_ip(ByteVector frame, const std::function<void(std::uint8_t*)>& change, bool mend = true) {
  change(&frame[14]);
  if (mend) {
    store_be16(&frame[24], 0);
    const std::size_t size = std::size_t{4} * (frame[14] & 0x0F);
    store_be16(&frame[24],
               wire::Checksum()
                   .bytes(Bytes(frame).subspan(14, std::min<std::size_t>(size, frame.size() - 14)))
                   .value());
  }
  return frame;
}

std::vector<Row> rows() {
  using enum Classified::Verdict;
  std::vector<Row> rows;
  const ByteVector good = udp_frame(to(kGroup));
  const auto drop = [&rows](std::string what, ByteVector frame, Counter PortCounters::* counted,
                            std::uint32_t port = 0) {
    rows.push_back({std::move(what), port, std::move(frame), kDrop, 0, counted});
  };
  const auto take = [&rows](std::string what, const ByteVector& frame, std::uint32_t input,
                            std::uint32_t port = 0) {
    rows.push_back({std::move(what), port, frame, kInput, input, nullptr});
  };
  take("a group, any source", good, 0);
  take("the exact source wins over none", udp_frame(to(kGroup, kSourceB)), 3);
  take("source-specific, first source", udp_frame(to(kSsmGroup, kSourceA)), 1);
  take("source-specific, second source", udp_frame(to(kSsmGroup, kSourceB)), 2);
  drop("source-specific, a third source", udp_frame(to(kSsmGroup, kSourceC)), &PortCounters::drop_no_input);
  UdpSpec spec = to(kGroup);
  spec.options = true;
  take("IP options are skipped", udp_frame(spec), 0);
  spec = to(kGroup);
  spec.checksum = false;
  take("no UDP checksum", udp_frame(spec), 0);
  spec = to(kGroup);
  spec.vlan = 300;
  take("tagged, on a port in that VLAN", udp_frame(spec), 4, 1);
  drop("tagged, on a port without VLAN", udp_frame(spec), &PortCounters::drop_vlan);
  spec.vlan = 301;
  drop("another VLAN", udp_frame(spec), &PortCounters::drop_vlan, 1);
  drop("untagged, on a port in a VLAN", good, &PortCounters::drop_vlan, 1);
  spec.vlan = 0;
  take("a priority tag is no VLAN", udp_frame(spec), 0);
  spec = to(kAddress);
  spec.mac = kOurs;
  spec.port = 6000;
  take("unicast to us", udp_frame(spec), 5);
  spec.port = 6001;
  drop("unicast, another port", udp_frame(spec), &PortCounters::drop_no_input);
  spec.mac = kOther;
  drop("another station's MAC", udp_frame(spec), &PortCounters::drop_other_mac);
  spec = to(kGroup);
  spec.port = 5001;
  drop("another UDP port", udp_frame(spec), &PortCounters::drop_no_input);
  drop("another group", udp_frame(to({0xEF010102})), &PortCounters::drop_no_input);
  spec = to(kGroup);
  spec.payload.clear();
  take("an empty datagram", udp_frame(spec), 0);

  drop("nothing", {}, &PortCounters::drop_truncated);
  drop("half an Ethernet header", ByteVector(good.begin(), good.begin() + 13), &PortCounters::drop_truncated);
  drop("half an IP header", ByteVector(good.begin(), good.begin() + 30), &PortCounters::drop_truncated);
  drop("cut payload", ByteVector(good.begin(), good.end() - 1), &PortCounters::drop_truncated);
  ByteVector bytes = good;
  store_be16(&bytes[12], 0x86DD);
  drop("IPv6", bytes, &PortCounters::drop_not_ip);
  drop("IP version 5", with_ip(good, [](auto* ip) { ip[0] = 0x55; }), &PortCounters::drop_ip_header);
  drop("header of 16 bytes", with_ip(good, [](auto* ip) { ip[0] = 0x44; }), &PortCounters::drop_ip_header);
  drop("total length below the header", with_ip(good, [](auto* ip) { store_be16(ip + 2, 19); }),
       &PortCounters::drop_ip_header);
  drop("IP checksum", with_ip(good, [](auto* ip) { ip[8] ^= 1; }, false), &PortCounters::drop_ip_checksum);
  drop("more fragments", with_ip(good, [](auto* ip) { store_be16(ip + 6, 0x2000); }),
       &PortCounters::drop_fragment);
  drop("a later fragment", with_ip(good, [](auto* ip) { store_be16(ip + 6, 0x0010); }),
       &PortCounters::drop_fragment);
  drop("TCP", with_ip(good, [](auto* ip) { ip[9] = 6; }), &PortCounters::drop_not_udp);
  drop("ICMP to a group", with_ip(good, [](auto* ip) { ip[9] = 1; }), &PortCounters::drop_not_udp);
  drop("UDP length beyond IP", with_ip(good, [](auto* ip) { store_be16(ip + 24, 2000); }),
       &PortCounters::drop_udp_length);
  drop("UDP length of 7", with_ip(good, [](auto* ip) { store_be16(ip + 24, 7); }),
       &PortCounters::drop_udp_length);
  drop("no room for UDP", with_ip(good, [](auto* ip) { store_be16(ip + 2, 24); }),
       &PortCounters::drop_udp_length);
  bytes = good;
  bytes.back() ^= 1;
  drop("UDP checksum", bytes, &PortCounters::drop_udp_checksum);
  drop("a port that the plan has not", good, &PortCounters::drop_no_input, 7);

  rows.push_back({"IGMP", 0, with_ip(good, [](auto* ip) { ip[9] = 2; }), kPunt});
  spec = to(kAddress);
  spec.mac = kOurs;
  rows.push_back({"ICMP to us", 0, with_ip(udp_frame(spec), [](auto* ip) { ip[9] = 1; }), kPunt});
  const wire::Ipv4Address other{0x0A0000FE};
  rows.push_back({"ARP for us", 0, arp_frame(arp(other, kAddress)), kPunt});
  rows.push_back({"ARP of one who has our address", 0, arp_frame(arp(kAddress, other)), kPunt});
  drop("ARP for another", arp_frame(arp(other, {0x0A0000FD})), &PortCounters::drop_other_arp);
  bytes = arp_frame(arp(other, kAddress));
  bytes.resize(30);
  drop("ARP cut short", bytes, &PortCounters::drop_other_arp);
  return rows;
}

TEST(Classify, GivesEveryFrameItsVerdictAndOneCounter) {
  const Classifier classifier = test_classifier();
  for (const Row& row : rows()) {
    SCOPED_TRACE(row.what);
    PortCounters counters;
    const Classified got = classifier.classify({row.port}, row.frame, counters);
    EXPECT_EQ(got.verdict, row.verdict);
    EXPECT_EQ(counters.received.get(), 1U);
    EXPECT_EQ(counters.received_bytes.get(), row.frame.size());
    // The caller's.
    if (row.verdict == Classified::Verdict::kPunt) counters.punted.add();
    if (row.verdict == Classified::Verdict::kInput) counters.to_input.add();
    const LedgerEquation equation = ledger(counters).front();
    EXPECT_EQ(equation.left_sum(), equation.right_sum());
    if (row.verdict == Classified::Verdict::kInput) {
      EXPECT_EQ(got.input, InputSlot{row.input});
      EXPECT_EQ(std::size_t{got.payload_offset} + got.payload_length, row.frame.size());
      if (got.payload_length > 0) {
        EXPECT_EQ(row.frame[got.payload_offset], 0x47);
      }
    }
    if (row.counted != nullptr) {
      EXPECT_EQ((counters.*row.counted).get(), 1U);
    }
  }
}

TEST(Classify, TakesPaddingAndTrailersForNothing) {
  const Classifier classifier = test_classifier();
  UdpSpec spec = to(kGroup);
  spec.payload = {1, 2, 3};
  ByteVector frame = udp_frame(spec);
  frame.resize(60, 0xEE);
  PortCounters counters;
  const Classified got = classifier.classify({0}, frame, counters);
  EXPECT_EQ(got.verdict, Classified::Verdict::kInput);
  EXPECT_EQ(got.payload_length, 3);
}

TEST(Classify, DropsAllWithoutAPlan) {
  PortCounters counters;
  EXPECT_EQ(Classifier(1, 1).classify({0}, udp_frame(to(kGroup)), counters).verdict,
            Classified::Verdict::kDrop);
  EXPECT_EQ(counters.drop_no_input.get(), 1U);
}

TEST(Classify, SurvivesAnyBytes) {
  const Classifier classifier = test_classifier();
  std::mt19937 random(3);
  const ByteVector good = udp_frame(to(kGroup));
  PortCounters counters;
  for (int k = 0; k < 20'000; ++k) {
    ByteVector frame(good.begin(), good.begin() + std::uniform_int_distribution<int>(0, 230)(random));
    for (int flips = k % 8; flips > 0 && !frame.empty(); --flips) {
      frame[random() % std::min<std::size_t>(frame.size(), 48)] = static_cast<std::uint8_t>(random());
    }
    const Classified got = classifier.classify({0}, frame, counters);
    if (got.verdict == Classified::Verdict::kPunt) counters.punted.add();
    if (got.verdict == Classified::Verdict::kInput) {
      counters.to_input.add();
      ASSERT_LE(std::size_t{got.payload_offset} + got.payload_length, frame.size());
    }
  }
  EXPECT_TRUE(ledger(counters).front().balanced());
}

// Inputs come and go: what is left is found as if the others had never been.
TEST(InputTable, AgreesWithAPlainSearchOnAFullLineup) {
  std::mt19937 random(11);
  std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint16_t, std::uint32_t>, std::uint32_t> truth;
  InputTable table(10'000);
  const auto match_of = [](const auto& key) {
    const auto [port_index, group, port, source] = key;
    std::optional<wire::Ipv4Address> from;
    if (source != 0) from = wire::Ipv4Address{source};
    return InputMatch{{port_index}, {group}, port, from};
  };
  const auto below = [&random](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
  for (int round = 0; round < 4; ++round) {
    for (std::uint32_t slot = 0; slot < 10'000; ++slot) {
      // Neighbouring groups, some with sources, some sharing group and port.
      const std::uint32_t group = 0xEF000000 + slot % 7000;
      const std::uint16_t port = slot % 3 == 0 ? 5000 : 5004;
      const std::uint32_t source = slot % 4 == 0 ? 0x0A000000 + slot % 9 + 1 : 0;
      const auto key = std::tuple(slot % 2, group, port, source);
      if (truth.emplace(key, slot).second) table.add(match_of(key), {slot}, {slot % 5});
    }
    std::erase_if(truth, [&](const auto& each) {
      const bool goes = below(4) < static_cast<std::uint32_t>(round);
      if (goes) table.remove(match_of(each.first));
      return goes;
    });
    for (int k = 0; k < 50'000; ++k) {
      const std::uint32_t port_index = below(3);
      const std::uint32_t group = 0xEF000000 + below(7100);
      const std::uint16_t port = below(2) == 0 ? 5000 : 5004;
      const std::uint32_t source = 0x0A000000 + below(10) + 1;
      auto expected = truth.find(std::tuple(port_index, group, port, source));
      if (expected == truth.end()) expected = truth.find(std::tuple(port_index, group, port, 0U));
      const auto got = table.find({port_index}, {group}, port, {source});
      ASSERT_EQ(got.has_value(), expected != truth.end());
      if (got) {
        ASSERT_EQ(got->slot.index, expected->second);
        ASSERT_EQ(got->worker.index, expected->second % 5);
      }
    }
  }
}

}  // namespace
}  // namespace headwater::dataplane
