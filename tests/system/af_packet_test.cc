// SPDX-License-Identifier: Apache-2.0
//
// DpdkPort on af_packet in the lab: kernel sockets on one side, set-top boxes on the other, snooping switches
// between. Each case is a process, so that DPDK starts in each.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>
#include <thread>

#include "dataplane/dpdk/eal.h"
#include "dataplane/dpdk/port.h"
#include "dataplane/wire/datagram_template.h"
#include "dataplane/wire/igmp.h"
#include "dataplane/wire/udp.h"
#include "tests/support/program_generator.h"
#include "tests/system/lab.h"

namespace headwater::test {
namespace {

using dataplane::Frame;
using dataplane::dpdk::DpdkPort;
using dataplane::dpdk::Eal;
using Clock = std::chrono::steady_clock;
using ::testing::HasSubstr;

constexpr wire::Ipv4Address kWestAddress{0x0A01000A};  // 10.1.0.10
constexpr wire::Ipv4Address kEastAddress{0x0A02000A};  // 10.2.0.10
constexpr wire::Ipv4Address kSource{0x0A010005};       // 10.1.0.5
constexpr wire::Ipv4Address kOtherSource{0x0A010006};  // 10.1.0.6
constexpr wire::Ipv4Address kMarker{0xEF010109};       // 239.1.1.9, joined throughout
constexpr std::uint64_t kMemory = 32ULL << 20;

// A datagram as a port received it.
struct Received {
  wire::Ipv4Address source, destination;
  std::uint16_t port = 0;
  bool checksum = false;
  std::vector<std::uint8_t> payload;
};

class AfPacketTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto made = Lab::up();
    if (!made && made.error().skip) GTEST_SKIP() << made.error().text;
    ASSERT_TRUE(made) << made.error().text;
    lab = std::move(*made);
    auto started = Eal::start({.memory = 2 * kMemory, .huge_pages = false, .devices = {}, .log = {}});
    ASSERT_TRUE(started) << started.error();
    eal = std::move(*started);
    lab->on("headend", [&] {
      west = open("west", "net_af_packet0,iface=hd0", 0);
      east = open("east", "net_af_packet1,iface=hd1", 1);
    });
  }
  // Ports, DPDK, the lab: in that order.
  void TearDown() override {
    west.reset();
    east.reset();
    eal.reset();
    lab.reset();
  }

  std::unique_ptr<DpdkPort> open(const std::string& id, const std::string& device, std::uint32_t index) {
    auto port =
        DpdkPort::open({.id = id, .device = device, .memory = kMemory, .index = dataplane::PortIndex{index}},
                       counters.at(index));
    if (!port) throw std::runtime_error(port.error());
    return std::move(*port);
  }

  static void send(DpdkPort& port, Bytes bytes) {
    std::array<Frame, 1> frame;
    ASSERT_EQ(port.queue(0).allocate(frame), 1U);
    std::ranges::copy(bytes, frame[0].data);
    frame[0].length = static_cast<std::uint32_t>(bytes.size());
    const std::array<Instant, 1> departure{};
    ASSERT_EQ(port.queue(0).send(Instant{}, frame, departure), 1U);
  }

  void report(wire::IgmpRecordType type, wire::Ipv4Address group, std::vector<wire::Ipv4Address> sources) {
    const std::vector<wire::IgmpGroupRecord> records{
        {.type = type, .group = group, .sources = std::move(sources)}};
    for (const auto& message : wire::build_igmp_reports(records, 1480)) {
      send(*west,
           wire::build_igmp_frame(
               {.source_mac = west->mac(), .source = kWestAddress, .destination = wire::kAllIgmpv3Routers},
               message));
    }
  }

  // What the source's kernel sends.
  void send_from_source(wire::Ipv4Address from, wire::Ipv4Address group,
                        std::span<const std::uint8_t> payload) {
    lab->on("source", [&] {
      const int sender = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
      ASSERT_GE(sender, 0);
      const auto address = [](wire::Ipv4Address ip, std::uint16_t port) {
        sockaddr_in made{};
        made.sin_family = AF_INET;
        made.sin_port = htons(port);
        made.sin_addr.s_addr = htonl(ip.value);
        return made;
      };
      const sockaddr_in own = address(from, 0);
      const sockaddr_in to = address(group, 5000);
      const void* own_generic = &own;
      const void* to_generic = &to;
      EXPECT_EQ(bind(sender, static_cast<const sockaddr*>(own_generic), sizeof own), 0);
      EXPECT_EQ(sendto(sender, payload.data(), payload.size(), 0, static_cast<const sockaddr*>(to_generic),
                       sizeof to),
                static_cast<ssize_t>(payload.size()));
      close(sender);
    });
  }

  // UDP datagrams to port 5000 that reach the west port until there are `count`, or for `longest`.
  std::vector<Received> receive(std::size_t count, std::chrono::milliseconds longest) {
    std::vector<Received> all;
    const auto until = Clock::now() + longest;
    while (all.size() < count && Clock::now() < until) {
      std::array<Frame, 32> frames;
      const std::size_t got = west->queue(0).receive(Instant{}, frames);
      for (const Frame& frame : std::span(frames).first(got)) {
        const auto ethernet = wire::EthernetView::parse(frame.bytes());
        if (!ethernet || ethernet->ether_type() != wire::kEtherTypeIpv4) continue;
        const auto ip = wire::Ipv4View::parse(ethernet->payload());
        if (!ip || ip->protocol() != wire::kProtocolUdp) continue;
        const auto udp = wire::UdpView::parse(*ip);
        if (!udp || udp->destination_port() != 5000) continue;
        all.push_back({.source = ip->source(),
                       .destination = ip->destination(),
                       .port = udp->destination_port(),
                       .checksum = udp->checksum_is_right(),
                       .payload = {udp->payload().begin(), udp->payload().end()}});
      }
      if (got > 0) frames[0].pool->release(std::span(frames).first(got));
    }
    return all;
  }

  // What is not wanted was sent before: by one way and one queue it would arrive before the marker.
  void expect_nothing_before_the_marker() {
    send_from_source(kSource, kMarker, std::vector<std::uint8_t>(188, 0x47));
    const auto received = receive(1, std::chrono::seconds(10));
    ASSERT_EQ(received.size(), 1U) << "not even the marker came";
    EXPECT_EQ(received[0].destination, kMarker);
  }

  std::unique_ptr<Lab> lab;
  std::unique_ptr<Eal> eal;
  std::array<dataplane::PortCounters, 2> counters;
  std::unique_ptr<DpdkPort> west, east;
};

TEST_F(AfPacketTest, JoinedGroupArrivesWholeAndLeftOneNoMore) {
  const wire::Ipv4Address group{0xEF010101};  // 239.1.1.1
  const std::vector<std::uint8_t> payload(1316, 0x47);
  const std::size_t free_before = west->frames_free();

  report(wire::IgmpRecordType::kChangeToExclude, kMarker, {});
  report(wire::IgmpRecordType::kChangeToExclude, group, {});
  ASSERT_TRUE(lab->wait_for_group("west", "headend-hd0 239.1.1.9"));
  ASSERT_TRUE(lab->wait_for_group("west", "headend-hd0 239.1.1.1"));
  send_from_source(kSource, group, payload);
  const auto received = receive(1, std::chrono::seconds(10));
  ASSERT_EQ(received.size(), 1U);
  EXPECT_EQ(received[0].source, kSource);
  EXPECT_EQ(received[0].destination, group);
  EXPECT_TRUE(received[0].checksum);
  EXPECT_EQ(received[0].payload, payload);

  report(wire::IgmpRecordType::kChangeToInclude, group, {});
  ASSERT_TRUE(lab->wait_for_group("west", "headend-hd0 239.1.1.1", false));
  send_from_source(kSource, group, payload);
  expect_nothing_before_the_marker();
  EXPECT_EQ(west->frames_free(), free_before);
}

TEST_F(AfPacketTest, SourceSpecificJoinBringsThatSourceAlone) {
  const wire::Ipv4Address group{0xE80A0101};  // 232.10.1.1
  report(wire::IgmpRecordType::kChangeToExclude, kMarker, {});
  report(wire::IgmpRecordType::kAllowNewSources, group, {kSource});
  ASSERT_TRUE(lab->wait_for_group("west", "headend-hd0 239.1.1.9"));
  ASSERT_TRUE(lab->wait_for_group("west", "headend-hd0 232.10.1.1 10.1.0.5"));
  const std::vector<std::uint8_t> wanted(188, 0x47);
  const std::vector<std::uint8_t> other(376, 0x47);
  send_from_source(kOtherSource, group, other);
  send_from_source(kSource, group, wanted);
  const auto received = receive(1, std::chrono::seconds(10));
  ASSERT_EQ(received.size(), 1U);
  EXPECT_EQ(received[0].source, kSource);
  send_from_source(kOtherSource, group, other);
  expect_nothing_before_the_marker();
}

TEST_F(AfPacketTest, BoxGetsTheChannelThatItJoinedAndNoOther) {
  const wire::Ipv4Address first{0xEF140001};   // 239.20.0.1
  const wire::Ipv4Address second{0xEF140002};  // 239.20.0.2
  constexpr std::size_t kDatagrams = 600;

  Process box1 = lab->run("box1", {HEADWATER_SETTOP, "udp://239.20.0.1:5000", "--datagrams",
                                   std::to_string(kDatagrams), "--seconds", "40"});
  Process box2 = lab->run("box2", {HEADWATER_SETTOP, "--joins", "239.20.0.2:5000"});
  Process box3 = lab->run("box3", {HEADWATER_SETTOP, "--joins"});
  ASSERT_TRUE(lab->wait_for_group("east", "box1-eth0 239.20.0.1"));
  ASSERT_TRUE(lab->wait_for_group("east", "box2-eth0 239.20.0.2"));

  StreamPlan plan;
  plan.programs = {television(101, 0x100, 6'000'000)};
  plan.programs[0].name = "First";
  plan.rate = 8'000'000;
  ProgramGenerator generator(plan);
  const auto begin = Clock::now();
  std::uint16_t identification = 0;
  for (std::size_t i = 0; i < kDatagrams; ++i) {
    std::vector<std::uint8_t> payload;
    Instant due;
    for (int packet = 0; packet < 7; ++packet) {
      const TimedPacket made = generator.next();
      if (packet == 0) due = made.sent;
      payload.insert(payload.end(), made.packet.begin(), made.packet.end());
    }
    std::this_thread::sleep_until(begin + std::chrono::microseconds((due - plan.start).value / 27));
    for (const wire::Ipv4Address group : {first, second}) {
      const wire::DatagramTemplate headers({.source_mac = east->mac(),
                                            .destination_mac = wire::MacAddress::for_group(group),
                                            .source = kEastAddress,
                                            .destination = group,
                                            .source_port = 5000,
                                            .destination_port = 5000});
      std::vector<std::uint8_t> frame(headers.size());
      frame.insert(frame.end(), payload.begin(), payload.end());
      headers.write_headers(frame, {.identification = identification++}, wire::UdpChecksum::kComputed);
      send(*east, frame);
    }
  }

  ASSERT_EQ(box1.wait(), 0) << box1.errors();
  const auto seen = nlohmann::json::parse(box1.output());
  EXPECT_EQ(seen["datagrams"], kDatagrams) << box1.output();
  EXPECT_EQ(seen["packets"], kDatagrams * 7);
  EXPECT_EQ(seen["socket_drops"], 0);
  EXPECT_EQ(seen["cc_errors"], 0);
  EXPECT_EQ(seen["sync_errors"], 0);
  EXPECT_EQ(seen["services"][0]["name"], "First");
  EXPECT_GT(seen["pids"].size(), 3U);

  for (Process* box : {&box2, &box3}) {
    box->signal(SIGTERM);
    ASSERT_EQ(box->wait(), 0) << box->errors();
  }
  const auto at_box2 = nlohmann::json::parse(box2.output());
  ASSERT_EQ(at_box2["groups"].size(), 1U) << box2.output();
  EXPECT_EQ(at_box2["groups"][0]["group"], "239.20.0.2:5000");
  EXPECT_EQ(at_box2["groups"][0]["frames"], kDatagrams);
  EXPECT_EQ(at_box2["frames_not_joined"], 0);
  EXPECT_TRUE(nlohmann::json::parse(box3.output())["groups"].empty()) << box3.output();
}

TEST_F(AfPacketTest, LinkTroubleIsTheInterfacesOwn) {
  lab->on("headend", [&] { EXPECT_TRUE(west->link().up); });
  ASSERT_EQ(lab->run("headend", {"ip", "link", "set", "hd0", "down"}).wait(), 0);
  lab->on("headend", [&] {
    EXPECT_FALSE(west->link().up);
    EXPECT_THAT(west->link().trouble, HasSubstr("interface hd0 is down"));
  });
  ASSERT_EQ(lab->run("headend", {"ip", "link", "set", "hd0", "up"}).wait(), 0);
  ASSERT_EQ(lab->run("west", {"ip", "link", "set", "headend-hd0", "down"}).wait(), 0);
  lab->on("headend", [&] { EXPECT_THAT(west->link().trouble, HasSubstr("interface hd0 has no carrier")); });
}

// The kernel takes a frame above the MTU from the device, counts nothing, and sends nothing.
TEST_F(AfPacketTest, AnMtuBelowADatagramIsTrouble) {
  lab->on("headend", [&] { EXPECT_EQ(west->link().trouble, ""); });
  ASSERT_EQ(lab->run("headend", {"ip", "link", "set", "hd0", "mtu", "1355"}).wait(), 0);
  lab->on("headend", [&] {
    EXPECT_TRUE(west->link().up);
    EXPECT_THAT(west->link().trouble, HasSubstr("interface hd0 has an MTU of 1355"));
  });
  ASSERT_EQ(lab->run("headend", {"ip", "link", "set", "hd0", "mtu", "1356"}).wait(), 0);
  lab->on("headend", [&] { EXPECT_EQ(west->link().trouble, ""); });
}

// The device's sockets stay with the interface that is gone.
TEST_F(AfPacketTest, AnInterfaceMadeAnewIsNotTheOneInUse) {
  ASSERT_EQ(lab->run("headend", {"ip", "link", "delete", "hd0"}).wait(), 0);
  lab->on("headend", [&] { EXPECT_THAT(west->link().trouble, HasSubstr("interface hd0 is gone")); });
  ASSERT_EQ(lab->run("headend", {"ip", "link", "add", "hd0", "type", "veth", "peer", "name", "other"}).wait(),
            0);
  ASSERT_EQ(lab->run("headend", {"ip", "link", "set", "hd0", "up"}).wait(), 0);
  lab->on("headend", [&] {
    EXPECT_FALSE(west->link().up);
    EXPECT_THAT(west->link().trouble, HasSubstr("interface hd0 was removed and made anew"));
  });
}

}  // namespace
}  // namespace headwater::test
