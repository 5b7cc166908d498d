// SPDX-License-Identifier: Apache-2.0
//
// The headend as the switch and the senders see it: memberships that outlive the switch's memory because
// queries are answered, an address that answers ARP and ping, and an input that is sent to it alone.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstring>
#include <thread>

#include "dataplane/wire/address.h"
#include "dataplane/wire/checksum.h"
#include "dataplane/wire/ipv4.h"
#include "tests/system/headend_fixture.h"

namespace headwater::test {
namespace {

using nlohmann::json;

constexpr const char* kFirstJoin = "headend-hd0 239.1.1.1";
constexpr const char* kSecondJoin = "headend-hd0 232.1.1.2 10.1.0.5";

class SwitchTest : public HeadendLabTest {
 protected:
  void run(const std::string& host, const std::vector<std::string>& words) const {
    Process process = lab->run(host, words);
    ASSERT_EQ(process.wait(), 0) << process.errors();
  }

  // RFC 792: one echo request of `size` bytes, and whether its reply came. By this thread's network.
  static bool ping_once(wire::Ipv4Address address, std::uint16_t sequence, std::size_t size) {
    const int socket = ::socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);
    if (socket < 0) return false;
    const timeval longest{.tv_sec = 2, .tv_usec = 0};
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof longest);
    std::vector<std::uint8_t> request(8 + size);
    request[0] = ICMP_ECHO;
    store_be16(&request[4], 0x4857);
    store_be16(&request[6], sequence);
    for (std::size_t at = 8; at < request.size(); ++at) request[at] = static_cast<std::uint8_t>(at);
    store_be16(&request[2], wire::Checksum().bytes(request).value());
    std::vector<std::uint8_t> reply = request;
    reply[0] = ICMP_ECHOREPLY;
    store_be16(&reply[2], 0);
    store_be16(&reply[2], wire::Checksum().bytes(reply).value());
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(address.value);
    const void* generic = &to;
    bool answered = sendto(socket, request.data(), request.size(), 0, static_cast<const sockaddr*>(generic),
                           sizeof to) == static_cast<ssize_t>(request.size());
    for (std::array<std::uint8_t, 2048> buffer; answered;) {
      const ssize_t got = recv(socket, buffer.data(), buffer.size(), 0);
      if (got < 0) answered = false;
      if (got < 0) break;
      const auto ip = wire::Ipv4View::parse(Bytes(buffer).first(static_cast<std::size_t>(got)));
      if (ip && ip->source() == address && std::ranges::equal(ip->payload(), reply)) break;
    }
    close(socket);
    return answered;
  }
};

TEST_F(SwitchTest, AnsweredQueriesKeepTheStreamComing) {
  // Centiseconds. The querier last: it begins with the intervals that it finds.
  run("west", {"ip", "link", "set", "br0", "type", "bridge", "mcast_querier", "0"});
  run("west", {"ip", "link", "set", "br0", "type", "bridge", "mcast_query_interval", "100",
               "mcast_query_response_interval", "50", "mcast_membership_interval", "300"});
  run("west", {"ip", "link", "set", "br0", "type", "bridge", "mcast_querier", "1"});
  make_rig();
  const std::string first = rig->folder().write("first.ts", service(1, 2));
  rig->start_daemon();
  rig->play({first, "rtp://239.1.1.1:5000", rig->folder().write("second.ts", service(2, 2)),
             "udp://232.1.1.2:5000"});
  ASSERT_TRUE(rig->wait_on_air()) << rig->log();
  ASSERT_TRUE(lab->wait_for_group("west", kFirstJoin));
  ASSERT_TRUE(lab->wait_for_group("west", kSecondJoin));
  Box box(*lab, HEADWATER_SETTOP, "box1", "rtp://239.2.1.1:5000", rig->folder().at("box.ts"));
  // Over two membership intervals, in which the joins themselves are forgotten.
  std::this_thread::sleep_for(std::chrono::milliseconds(6500));
  EXPECT_TRUE(lab->wait_for_group("west", kFirstJoin, true, {}));
  EXPECT_TRUE(lab->wait_for_group("west", kSecondJoin, true, {}));
  const auto packets = [&](const char* input) {
    return (*rig->ask({"input", "show", input}))["packets"].get<std::uint64_t>();
  };
  const std::uint64_t first_so_far = packets("first-in");
  const std::uint64_t second_so_far = packets("second-in");
  EXPECT_TRUE(wait_until([&] { return packets("first-in") > first_so_far; }, std::chrono::seconds(10)));
  EXPECT_TRUE(wait_until([&] { return packets("second-in") > second_so_far; }, std::chrono::seconds(10)));
  expect_clean(box.stop());
  expect_streams(box.packets(), packets_of(read_file(first)), rig->pids_of("first"), 2);
  expect_balance(6);
  // And that was because of the answers: without, the switch forgets.
  EXPECT_EQ(rig->end_daemon(SIGKILL), 128 + SIGKILL);
  EXPECT_TRUE(lab->wait_for_group("west", kFirstJoin, false));
  EXPECT_TRUE(lab->wait_for_group("west", kSecondJoin, false));
}

// RFC 4607: a group is another channel from each source.
TEST_F(SwitchTest, TwoSourcesOnOneGroupDoNotMix) {
  make_rig(R"(inputs:
  one-in: { source: "udp://232.1.1.7:5000", port: west, from: 10.1.0.5 }
  two-in: { source: "udp://232.1.1.7:5000", port: west, from: 10.1.0.6 }
channels:
  - { name: One, number: 1, inputs: [one-in], outputs: [{ to: "udp://239.2.1.1:5000", port: east }] }
  - { name: Two, number: 2, inputs: [two-in], outputs: [{ to: "udp://239.2.1.2:5000", port: east }] }
)");
  const std::string one = rig->folder().write("one.ts", service(1, 2));
  const std::string two = rig->folder().write("two.ts", service(2, 2));
  rig->start_daemon();
  rig->play({one, "udp://232.1.1.7:5000"}, "10.1.0.5");
  rig->play({two, "udp://232.1.1.7:5000"}, "10.1.0.6");
  ASSERT_TRUE(rig->wait_on_air()) << rig->log();
  EXPECT_EQ((*rig->ask({"channel", "show", "one"}))["program"], 1);
  EXPECT_EQ((*rig->ask({"channel", "show", "two"}))["program"], 2);
  EXPECT_TRUE(lab->wait_for_group("west", "headend-hd0 232.1.1.7 10.1.0.5 10.1.0.6"));
  Box first(*lab, HEADWATER_SETTOP, "box1", "udp://239.2.1.1:5000", rig->folder().at("first.ts"));
  Box second(*lab, HEADWATER_SETTOP, "box2", "udp://239.2.1.2:5000", rig->folder().at("second.ts"));
  ASSERT_TRUE(first.wait_recorded(600'000));
  ASSERT_TRUE(second.wait_recorded(600'000));
  expect_clean(first.stop());
  expect_clean(second.stop());
  expect_streams(first.packets(), packets_of(read_file(one)), rig->pids_of("one"), 1);
  expect_streams(second.packets(), packets_of(read_file(two)), rig->pids_of("two"), 1);
  expect_balance(6);
}

TEST_F(SwitchTest, AddressAnswersAndTakesAUnicastInput) {
  make_rig(R"(inputs:
  alone-in: { source: "udp://10.1.0.10:5100", port: west }
channels:
  - { name: Alone, number: 1, inputs: [alone-in], outputs: [{ to: "udp://239.2.1.1:5000", port: east }] }
)");
  const std::string file = rig->folder().write("alone.ts", service(1, 2));
  rig->start_daemon();
  ASSERT_TRUE(wait_until([&] { return rig->ask({"status"}).has_value(); }, std::chrono::seconds(20)))
      << rig->log();
  lab->on("source", [] {
    const wire::Ipv4Address headend{0x0A01000A};
    EXPECT_TRUE(ping_once(headend, 1, 56));
    EXPECT_TRUE(ping_once(headend, 2, 1400));
    EXPECT_FALSE(ping_once({0x0A01000B}, 3, 56)) << "10.1.0.11 is nobody's";
  });
  Process neighbour = lab->run("source", {"ip", "-j", "neighbour", "show", "10.1.0.10"});
  ASSERT_EQ(neighbour.wait(), 0) << neighbour.errors();
  EXPECT_EQ(json::parse(neighbour.output())[0]["lladdr"], (*rig->ask({"port", "show", "west"}))["mac"]);

  rig->play({file, "udp://10.1.0.10:5100"});
  ASSERT_TRUE(rig->wait_on_air(1)) << rig->log();
  Box box(*lab, HEADWATER_SETTOP, "box1", "udp://239.2.1.1:5000", rig->folder().at("box.ts"));
  ASSERT_TRUE(box.wait_recorded(600'000));
  expect_clean(box.stop());
  expect_streams(box.packets(), packets_of(read_file(file)), rig->pids_of("alone"), 1);
  expect_balance(4);
}

}  // namespace
}  // namespace headwater::test
