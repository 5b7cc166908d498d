// SPDX-License-Identifier: Apache-2.0
//
// Garbage on the wire beside good channels, and on their own addresses: it is dropped and counted by reason,
// each frame once; the good channels lose nothing.
//
// Each kind goes to the headend's MAC, and to the group's MAC where a snooping switch lets it pass. Linux
// bridges drop multicast whose IPv4 header or lengths are wrong (ip_mc_check_iphdr), and multicast from other
// sources than were joined: these go to the headend's MAC alone. Fragments are sent, but none reaches the
// port as such: net_af_packet's socket has the kernel reassemble them first (PACKET_FANOUT_FLAG_DEFRAG).
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <random>
#include <thread>

#include "dataplane/wire/ipv4.h"
#include "tests/system/headend_fixture.h"
#include "tests/system/raw_frames.h"

namespace headwater::test {
namespace {

using nlohmann::json;
using Random = std::minstd_rand;

// The first two channels are to be seen whole, the others get garbage as their streams.
constexpr std::string_view kLineup = R"(inputs:
  first-in: { source: "rtp://239.1.1.1:5000", port: west }
  second-in: { source: "udp://232.1.1.2:5000", port: west, from: 10.1.0.5 }
  rtp-victim: { source: "rtp://239.1.1.3:5000", port: west }
  udp-victim: { source: "udp://239.1.1.4:5000", port: west }
channels:
  - { name: First, number: 1, inputs: [first-in], outputs: [{ to: "rtp://239.2.1.1:5000", port: east }] }
  - { name: Second, number: 2, inputs: [second-in], outputs: [{ to: "udp://239.2.1.2:5000", port: east }] }
  - { name: Third, number: 3, inputs: [rtp-victim], outputs: [{ to: "rtp://239.2.1.3:5000", port: east }] }
  - { name: Fourth, number: 4, inputs: [udp-victim], outputs: [{ to: "udp://239.2.1.4:5000", port: east }] }
)";
constexpr wire::Ipv4Address kHeadend{0x0A01000A};   // 10.1.0.10
constexpr wire::Ipv4Address kEncoder{0x0A010005};   // 10.1.0.5
constexpr wire::Ipv4Address kStranger{0x0A010006};  // 10.1.0.6
constexpr wire::Ipv4Address kSecondGroup{0xE8010102};
constexpr wire::Ipv4Address kRtpVictim{0xEF010103};
constexpr wire::Ipv4Address kUdpVictim{0xEF010104};
constexpr unsigned kRounds = 60;
// A slot of the rig's receive ring has 2048 bytes, of which the kernel's own header takes 66: what is longer
// arrives cut.
constexpr std::size_t kLongestPayload = 2048 - 66 - kPayloadAt;
// Frames longer than Ethernet's 1514 bytes: 2000 bytes of UDP and their headers.
constexpr const char* kMtu = "2042";

std::vector<std::uint8_t> noise(Random& random, std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random() >> 8);
  return bytes;
}

std::size_t between(Random& random, std::size_t least, std::size_t most) {
  return least + random() % (most - least + 1);
}

// Seven packets of a PID that no one routes.
std::vector<std::uint8_t> packets_of_nobody() {
  std::vector<std::uint8_t> bytes(7 * ts::kPacketSize, 0xFF);
  for (std::size_t at = 0; at < bytes.size(); at += ts::kPacketSize) {
    bytes[at] = ts::kSyncByte;
    bytes[at + 1] = 0x1A;
    bytes[at + 3] = 0x10;
  }
  return bytes;
}

// What the second channel's encoder would send to its group.
RawFrame good(wire::MacAddress to, std::uint16_t port = 5000) {
  return udp_frame({.to = to, .source = kEncoder, .destination = kSecondGroup, .port = port},
                   packets_of_nobody());
}

struct Kind {
  const char* reason;     // a term of the port's ledger; null: does not reach it
  bool to_group = false;  // to the group's MAC too
  std::function<RawFrame(Random&, wire::MacAddress)> make;
};

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all{
      {"drop_truncated", false,
       [](Random& random, wire::MacAddress to) {
         RawFrame frame = good(to);
         frame.resize(between(random, 15, frame.size() - 1));
         return frame;
       }},
      {"drop_truncated", true,
       [](Random& random, wire::MacAddress to) {
         return udp_frame({.to = to, .source = kEncoder, .destination = kSecondGroup, .port = 5000},
                          noise(random, between(random, kLongestPayload + 1, 2000)));
       }},
      {"drop_ip_checksum", false,
       [](Random& random, wire::MacAddress to) {
         RawFrame frame = good(to);
         frame[kIpAt + 10] ^= static_cast<std::uint8_t>(between(random, 1, 254));
         return frame;
       }},
      {"drop_ip_header", false,
       [](Random& random, wire::MacAddress to) {
         RawFrame frame = good(to);
         switch (random() % 3) {
           case 0:  // IHL of fewer than 20 bytes
             frame[kIpAt] = static_cast<std::uint8_t>(0x40 + between(random, 0, 4));
             break;
           case 1:  // another version
             frame[kIpAt] = 0x65;
             break;
           default:  // total_length less than the header
             store_be16(&frame[kIpAt + 2], static_cast<std::uint16_t>(between(random, 0, 19)));
             right_ipv4_checksum(frame);
         }
         return frame;
       }},
      {nullptr, true,  // fragments: the kernel's to count
       [](Random& random, wire::MacAddress to) {
         RawFrame frame = good(to);
         // MF with offset 0, MF with one, the last with one.
         const auto offset = static_cast<std::uint16_t>(between(random, 1, 0x1FFF));
         const std::uint16_t first = 0x2000;
         const std::uint16_t kinds[] = {first, static_cast<std::uint16_t>(first | offset), offset};
         store_be16(&frame[kIpAt + 6], kinds[random() % 3]);
         right_ipv4_checksum(frame);
         return frame;
       }},
      {"drop_udp_checksum", true,
       [](Random& random, wire::MacAddress to) {
         RawFrame frame = good(to);
         frame[between(random, kPayloadAt, frame.size() - 1)] ^=
             static_cast<std::uint8_t>(between(random, 1, 254));
         return frame;
       }},
      {"drop_udp_length", true,
       [](Random& random, wire::MacAddress to) {
         RawFrame frame = good(to);
         const std::size_t whole = frame.size() - kUdpAt;
         const std::size_t length =
             random() % 2 == 0 ? between(random, 0, 7) : between(random, whole + 1, 65535);
         store_be16(&frame[kUdpAt + 4], static_cast<std::uint16_t>(length));
         return frame;
       }},
      {"drop_not_udp", true,
       [](Random& random, wire::MacAddress to) {
         constexpr std::uint8_t protocols[] = {0, 6, 41, 132, 255};
         return ipv4_frame({.to = to, .source = kEncoder, .destination = kSecondGroup},
                           protocols[random() % 5], noise(random, between(random, 0, 1480)));
       }},
      {"drop_no_input", true,  // options, many of them no options at all
       [](Random& random, wire::MacAddress to) {
         const RawFrame plain = good(to, 5999);
         return ipv4_frame({.to = to, .source = kEncoder, .destination = kSecondGroup}, wire::kProtocolUdp,
                           Bytes(plain).subspan(kUdpAt), noise(random, 4 * between(random, 1, 10)));
       }},
      {"drop_no_input", false,  // the group, but another source than the one that is listened to
       [](Random&, wire::MacAddress to) {
         return udp_frame({.to = to, .source = kStranger, .destination = kSecondGroup, .port = 5000},
                          packets_of_nobody());
       }},
      {"drop_not_ip", true,
       [](Random& random, wire::MacAddress to) {
         RawFrame frame = good(to);
         constexpr std::uint16_t types[] = {0x88B5, 0x8847, 0x9000};
         store_be16(&frame[12], types[random() % 3]);
         return frame;
       }},
      {"drop_other_mac", false,
       [](Random& random, wire::MacAddress) {
         return good({{0x02, 0, 0, 0, 1, static_cast<std::uint8_t>(random())}});
       }},
      {"drop_vlan", false,
       [](Random& random, wire::MacAddress to) {
         RawFrame frame = good(to);
         const auto id = static_cast<std::uint8_t>(between(random, 1, 255));
         const std::uint8_t tag[] = {0x81, 0x00, 0x00, id};
         frame.insert(frame.begin() + 12, std::begin(tag), std::end(tag));
         return frame;
       }},
      {"punted", false,  // IGMP: noise, seldom with a right checksum
       [](Random& random, wire::MacAddress to) {
         return ipv4_frame({.to = to, .source = kStranger, .destination = {0xE0000001}}, wire::kProtocolIgmp,
                           noise(random, between(random, 0, 200)));
       }},
      {"punted", false,  // ICMP
       [](Random& random, wire::MacAddress to) {
         return ipv4_frame({.to = to, .source = kStranger, .destination = kHeadend}, wire::kProtocolIcmp,
                           noise(random, between(random, 0, 1480)));
       }},
      {"drop_other_arp", false,  // of noise
       [](Random& random, wire::MacAddress to) {
         RawFrame frame = good(random() % 2 == 0 ? to : wire::MacAddress::broadcast());
         frame.resize(14);
         store_be16(&frame[12], 0x0806);
         const std::vector<std::uint8_t> more = noise(random, between(random, 0, 60));
         frame.insert(frame.end(), more.begin(), more.end());
         return frame;
       }},
  };
  return all;
}

RawFrame to_rtp_victim(Bytes payload) {
  return udp_frame({.to = wire::MacAddress::for_group(kRtpVictim),
                    .source = kStranger,
                    .destination = kRtpVictim,
                    .port = 5000},
                   payload);
}

RawFrame to_udp_victim(Bytes payload) {
  return udp_frame({.to = wire::MacAddress::for_group(kUdpVictim),
                    .source = kStranger,
                    .destination = kUdpVictim,
                    .port = 5000},
                   payload);
}

// RTP: noise; a header that lies about CSRCs, extension or padding; another source, another time.
RawFrame rtp_garbage(Random& random) {
  std::vector<std::uint8_t> payload = noise(random, 12);
  const std::vector<std::uint8_t> stream = packets_of_nobody();
  switch (random() % 4) {
    case 0:
      return to_rtp_victim(noise(random, between(random, 1, 1400)));
    case 1:  // version 2, everything else anyhow, and too short for it
      payload[0] = static_cast<std::uint8_t>(0x80 | (payload[0] & 0x3F));
      payload.resize(between(random, 1, 12));
      return to_rtp_victim(payload);
    case 2:
      payload[0] = static_cast<std::uint8_t>(0x80 | (payload[0] & 0x3F));
      break;
    default:  // right, but for sequence, time and SSRC
      payload[0] = 0x80;
      payload[1] = 33;
      break;
  }
  payload.insert(payload.end(), stream.begin(), stream.end());
  return to_rtp_victim(payload);
}

// Of any size up to `longest`; or seven packets without their sync bytes.
RawFrame udp_garbage(Random& random, std::size_t longest) {
  if (random() % 2 == 0) return to_udp_victim(noise(random, between(random, 1, longest)));
  std::vector<std::uint8_t> payload = packets_of_nobody();
  for (std::size_t at = 0; at < payload.size(); at += ts::kPacketSize) {
    if (random() % 2 == 0) payload[at] = static_cast<std::uint8_t>(random() % 0x47);
  }
  return to_udp_victim(payload);
}

class GarbageTest : public HeadendLabTest {
 protected:
  // Both sides' terms of an entry of the ledger.
  std::map<std::string, std::int64_t> terms_of(const std::string& entry) const {
    std::map<std::string, std::int64_t> terms;
    const auto ledger = rig->ask({"ledger"});
    if (!ledger) return terms;
    for (const json& each : (*ledger)["entries"]) {
      if (each["name"] != entry) continue;
      for (const json& equation : each["equations"]) {
        for (const char* side : {"left", "right"}) {
          for (const auto& [name, value] : equation[side].items()) terms[name] = value;
        }
      }
    }
    return terms;
  }

  // Frames of 2000 bytes of payload pass from the source to the headend.
  void widen_the_network() const {
    for (const auto& [host, interface] :
         std::vector<std::pair<std::string, std::string>>{{"source", "eth0"},
                                                          {"west", "source-eth0"},
                                                          {"west", "headend-hd0"},
                                                          {"west", "br0"},
                                                          {"headend", "hd0"}}) {
      Process link = lab->run(host, {"ip", "link", "set", interface, "mtu", kMtu});
      ASSERT_EQ(link.wait(), 0) << link.errors();
    }
  }
};

TEST_F(GarbageTest, IsCountedByReasonAndTheGoodChannelsLoseNothing) {
  widen_the_network();
  make_rig(kLineup);
  const std::string first = rig->folder().write("first.ts", service(1, 2));
  const std::string second = rig->folder().write("second.ts", service(2, 2));
  rig->start_daemon();
  rig->play({first, "rtp://239.1.1.1:5000", second, "udp://232.1.1.2:5000"});
  ASSERT_TRUE(rig->wait_on_air()) << rig->log();
  for (const char* join : {"239.1.1.1", "232.1.1.2 10.1.0.5", "239.1.1.3", "239.1.1.4"})
    ASSERT_TRUE(lab->wait_for_group("west", fmt::format("headend-hd0 {}", join)));
  Box one(*lab, HEADWATER_SETTOP, "box1", "rtp://239.2.1.1:5000", rig->folder().at("one.ts"));
  Box two(*lab, HEADWATER_SETTOP, "box2", "udp://239.2.1.2:5000", rig->folder().at("two.ts"));

  const auto mac = wire::MacAddress::parse((*rig->ask({"port", "show", "west"}))["mac"].get<std::string>());
  ASSERT_TRUE(mac);
  const auto before = terms_of("west");
  std::map<std::string, std::int64_t> sent;
  const RawSender sender(*lab, "source", "eth0");
  Random random(1);
  for (unsigned round = 0; round < kRounds; ++round) {
    for (const Kind& kind : kinds()) {
      sender.send(kind.make(random, *mac));
      if (kind.to_group) sender.send(kind.make(random, wire::MacAddress::for_group(kSecondGroup)));
      if (kind.reason != nullptr) sent[kind.reason] += kind.to_group ? 2 : 1;
    }
    sender.send(rtp_garbage(random));
    sender.send(udp_garbage(random, kLongestPayload));
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }

  // Others punt too: the switch's queries.
  const auto grown = [&](const std::string& reason) { return terms_of("west")[reason] - before.at(reason); };
  for (const auto& [reason, count] : sent) {
    EXPECT_TRUE(wait_until([&] { return grown(reason) >= count; }, std::chrono::seconds(10)))
        << reason << ": " << grown(reason) << " of " << count;
    if (reason == "punted") continue;
    EXPECT_EQ(grown(reason), count) << reason;
  }
  EXPECT_EQ(grown("drop_punt_full"), 0);
  EXPECT_EQ(grown("drop_multi_segment"), 0);
  const auto rtp = terms_of("rtp-victim");
  EXPECT_EQ(rtp.at("datagrams"), kRounds);
  EXPECT_GT(rtp.at("drop_rtp_header"), 0);
  const auto udp = terms_of("udp-victim");
  EXPECT_EQ(udp.at("datagrams"), kRounds);
  EXPECT_GT(udp.at("drop_payload_size"), 0);
  EXPECT_GT(udp.at("drop_sync"), 0);

  // The good channels are still at it, and were whole throughout.
  EXPECT_TRUE(one.wait_recorded(one.recorded_bytes() + 100'000));
  EXPECT_TRUE(two.wait_recorded(two.recorded_bytes() + 100'000));
  EXPECT_TRUE(rig->daemon().running());
  expect_clean(one.stop());
  expect_clean(two.stop());
  expect_streams(one.packets(), packets_of(read_file(first)), rig->pids_of("first"), 1);
  expect_streams(two.packets(), packets_of(read_file(second)), rig->pids_of("second"), 1);
  expect_balance(8);
}

}  // namespace
}  // namespace headwater::test
