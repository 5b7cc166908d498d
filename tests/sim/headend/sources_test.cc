// SPDX-License-Identifier: Apache-2.0
//
// Several senders to one group and port: each configured source is an input of its own.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/elementary.h"
#include "tests/support/headend/play.h"

namespace headwater::test {
namespace {

constexpr wire::Ipv4Address kFirst{0x0A000005}, kSecond{0x0A000006}, kStranger{0x0A000007};
constexpr wire::Ipv4Address kGroup{0xEF010101};  // 239.1.1.1

// The same PIDs and tables for all, so that nothing but the source tells them apart; the payload is each
// one's own.
std::vector<TimedPacket> stream_from(wire::Ipv4Address source, Instant start) {
  ProgramGenerator encoder({.programs = {television(11, 0x100, 2'000'000)},
                            .rate = 3'000'000,
                            .start = start,
                            .first_pcr = {},
                            .seed = source.value});
  return encoder.until(start + Ticks27::seconds(5));
}

TEST(Sources, OfOneGroupNeverMix) {
  Headend headend(R"(
ports: { p: { device: net_null0, address: 10.0.0.1/24 } }
inputs:
  a: { source: "udp://239.1.1.1:5000", port: p, from: 10.0.0.5 }
  b: { source: "udp://239.1.1.1:5000", port: p, from: 10.0.0.6 }
channels:
  - { id: one, name: One, number: 1, inputs: [a], outputs: [ { to: "udp://239.2.1.1:5000", port: p } ] }
  - { id: two, name: Two, number: 2, inputs: [b], outputs: [ { to: "udp://239.2.1.2:5000", port: p } ] }
)");
  const Instant start = headend.now();
  std::uint64_t strange = 0;
  for (const wire::Ipv4Address source : {kFirst, kSecond, kStranger}) {
    const std::vector<TimedPacket> packets = stream_from(source, start);
    play(headend, "p", {source, kGroup, 5000}, packets);
    if (source == kStranger) strange = (packets.size() + 6) / 7;
  }
  headend.run_until(start + Ticks27::seconds(6));
  EXPECT_EQ(headend.port_counters("p").drop_no_input.get(), strange);

  const struct {
    wire::Ipv4Address source;
    std::string input, out;
  } rows[] = {{kFirst, "a", "239.2.1.1"}, {kSecond, "b", "239.2.1.2"}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.input);
    std::vector<ts::Packet> sent;
    for (const TimedPacket& timed : stream_from(row.source, start)) sent.push_back(timed.packet);
    EXPECT_EQ(headend.input(row.input).packets.get(), sent.size());
    EXPECT_EQ(headend.input(row.input).cc_error.get(), 0U);
    const Elementary in = elementary_of(sent);
    const Elementary out = elementary_of(headend.packets_to(row.out));
    EXPECT_EQ(out.errors, 0U);
    for (const std::uint16_t pid : {std::uint16_t{0x101}, std::uint16_t{0x102}}) {
      ASSERT_TRUE(out.whole.contains(pid));
      EXPECT_EQ(compare_tail(out.whole.at(pid), in.whole.at(pid), 90), "") << "PID " << pid;
    }
  }
}

}  // namespace
}  // namespace headwater::test
