// SPDX-License-Identifier: Apache-2.0
#include "control/compile/parts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/control_lineup/programs.h"

namespace headwater::control {
namespace {

using namespace programs;  // NOLINT(google-build-using-namespace)
using ::testing::HasSubstr;

struct Parts : testing::Test {
  config::Configuration configuration;
  std::vector<PortFact> facts{{"east", {3}, {{2, 0, 0, 0, 0, 3}}}};
  config::Output output;
  config::Input input;

  Parts() {
    config::Port& port = configuration.ports.emplace_back();
    port.id = "east";
    port.vlan = 300;
    port.addresses.emplace_back().address = "10.2.0.10";
    configuration.ports.emplace_back().id = "down";
    output.port = "east";
    output.group = "239.20.0.1";
    output.udp_port = 5000;
    input.id = "in";
    input.port = "east";
    input.group = "232.1.1.1";
    input.udp_port = 5004;
  }
  std::expected<dataplane::Destination, std::string> destination() {
    const RtpNumbers rtp{0xCAFE, 77};
    return plan_destination(output, know_ports(configuration, facts), &rtp);
  }
  std::expected<dataplane::InputPlan, std::string> plan(std::uint64_t delay_ms = 200) {
    return plan_input(input, know_ports(configuration, facts), delay_ms);
  }
};

TEST_F(Parts, ADestinationTakesWhatIsLeftOutFromItsPort) {
  const auto planned = destination();
  ASSERT_TRUE(planned.has_value()) << planned.error();
  EXPECT_EQ(planned->port.index, 3U);
  EXPECT_EQ(planned->source, wire::Ipv4Address{0x0A02000A});
  EXPECT_EQ(planned->source_port, 5000);
  EXPECT_EQ(planned->group, wire::Ipv4Address{0xEF140001});
  EXPECT_EQ(planned->vlan, 300);
  EXPECT_EQ(planned->source_mac.bytes[5], 3);
  EXPECT_EQ(planned->ssrc, 0U) << "no RTP, no SSRC";
  output.rtp = true;
  output.from = "10.2.0.50";
  output.source_port = 6000;
  EXPECT_EQ(destination()->ssrc, 0xCAFEU);
  EXPECT_EQ(destination()->first_sequence, 77);
  EXPECT_EQ(destination()->source, wire::Ipv4Address{0x0A020032});
  EXPECT_EQ(destination()->source_port, 6000);
}

TEST_F(Parts, ADestinationCarriesItsOutputsTtlAndDscp) {
  output.ttl = 3;
  output.dscp = 40;
  EXPECT_EQ(destination()->ttl, 3);
  EXPECT_EQ(destination()->dscp, 40);
}

TEST_F(Parts, WhatCannotBeSentIsSaid) {
  output.group = "224.0.0.5";
  EXPECT_THAT(destination().error(), HasSubstr("224.0.0.5"));
  output.group = "10.1.1.1";
  EXPECT_FALSE(destination().has_value());
  output.group = "239.20.0.1";
  output.port = "down";
  EXPECT_THAT(destination().error(), HasSubstr("does not stand"));
  output.port = "north";
  EXPECT_THAT(destination().error(), HasSubstr("not in the configuration"));
  output.port = "east";
  configuration.ports[0].addresses.clear();
  EXPECT_THAT(destination().error(), HasSubstr("`from`"));
}

TEST_F(Parts, AnInputMatchesByAllThatIsGiven) {
  input.from = "10.1.0.5";
  input.kind = config::Input::Kind::kRtp;
  const auto planned = plan();
  ASSERT_TRUE(planned.has_value());
  EXPECT_EQ(planned->match->port.index, 3U);
  EXPECT_EQ(planned->match->destination, wire::Ipv4Address{0xE8010101});
  EXPECT_EQ(planned->match->udp_port, 5004);
  EXPECT_EQ(planned->match->source, wire::Ipv4Address{0x0A010005});
  EXPECT_EQ(planned->encapsulation, dataplane::Encapsulation::kRtp);
  input.kind = config::Input::Kind::kFile;
  EXPECT_FALSE(plan()->match.has_value());
}

// 200 + 100 + 20 + 50 ms. 80 Mb/s are 3.7 MB: 2811 frames of 1316 bytes, and a quarter more. Below 45 Mb/s,
// 8 Mb/s in frames of one packet are more: 1968.
TEST_F(Parts, TheHistoryHoldsDelayAndJitterAtTheGreatestRate) {
  EXPECT_EQ(frames_needed(input, 200), 1968U);
  input.max_rate = 80'000'000;
  EXPECT_EQ(frames_needed(input, 200), 3514U);
  input.max_rate = 4'000'000;
  EXPECT_EQ(frames_needed(input, 200), 984U);
  input.max_rate = 40'000'000;
  EXPECT_EQ(plan(200)->history_frames, 2048U);
  EXPECT_EQ(plan(2000)->history_frames, 16384U);
  input.max_rate = 1;
  EXPECT_EQ(plan(0)->history_frames, 64U);
  input.max_rate = UINT64_MAX;
  EXPECT_EQ(plan(UINT64_MAX)->history_frames, 1U << 30) << "in range; refused by its sum";
}

// 200 + 300 + 20 + 40 + 50 ms. 12 Mb/s are 915 kB: 695 frames, and a quarter more; and 25 frames a second,
// where packets are 40 ms apart.
TEST_F(Parts, TheHistoryOfAFileHoldsWhatItsFeederIsAhead) {
  input.kind = config::Input::Kind::kFile;
  input.jitter_ms = 0;
  input.reorder_ms = 0;
  input.max_rate = 12'000'000;
  EXPECT_EQ(frames_needed(input, 200), 884U);
  input.file_rate = 36'000'000;
  EXPECT_EQ(frames_needed(input, 200), 2622U) << "whichever is more";
  input.file_rate = 10'000;
  EXPECT_EQ(frames_needed(input, 200), 884U);
  input.max_rate = 100'000;
  EXPECT_EQ(frames_needed(input, 60'000), 2227U) << "60.41 s, 66 packets a second, at least 25 frames";
}

TEST_F(Parts, PidsOfAnInput) {
  const auto pids = plan_input_pids({pid(0x00), pid(0x11), pid(0x20), pid(0x21)},
                                    {{pid(0x101), true}, {pid(0x14)}, {pid(0x101)}}, {pid(0x20), pid(0x20)});
  EXPECT_EQ(pids[pid(0x20)], (dataplane::InputPidAction{.psi = true, .routed = false, .watched = true}));
  EXPECT_EQ(pids[pid(0x21)], (dataplane::InputPidAction{.psi = true, .routed = false}))
      << "of a program that no output takes";
  EXPECT_EQ(pids[pid(0x00)], (dataplane::InputPidAction{.psi = true, .routed = false}));
  EXPECT_EQ(pids[pid(0x11)], (dataplane::InputPidAction{.psi = true, .routed = false}));
  EXPECT_EQ(pids[pid(0x101)], (dataplane::InputPidAction{.psi = false, .routed = true, .watched = true}));
  EXPECT_EQ(pids[pid(0x14)], (dataplane::InputPidAction{.psi = false, .routed = true}));
  EXPECT_EQ(pids[pid(0x102)], dataplane::InputPidAction{});
  const auto atsc = plan_input_pids({pid(0x00), pid(0x11)}, {{pid(0x11)}}, {});
  EXPECT_EQ(atsc[pid(0x11)], (dataplane::InputPidAction{.psi = false, .routed = true})) << "video on 0x0011";
}

TEST(ChangeAt, ThePmtGoesBeforeTheSdtAndNotBeforeAPatThatNamesIt) {
  const TablesAt before{StreamPosition{1}, StreamPosition{1}, StreamPosition{1}};
  EXPECT_FALSE(change_at(before, before).has_value());
  EXPECT_EQ(change_at(before, {StreamPosition{2}, StreamPosition{3}, StreamPosition{4}}), StreamPosition{3});
  EXPECT_EQ(change_at(before, {StreamPosition{5}, StreamPosition{3}, StreamPosition{4}}), StreamPosition{5});
  EXPECT_EQ(change_at(before, {StreamPosition{1}, StreamPosition{3}, StreamPosition{4}}), StreamPosition{3});
  EXPECT_EQ(change_at(before, {StreamPosition{2}, StreamPosition{1}, StreamPosition{4}}), StreamPosition{2});
  EXPECT_EQ(change_at(before, {StreamPosition{1}, StreamPosition{1}, StreamPosition{4}}), StreamPosition{4});
}

}  // namespace
}  // namespace headwater::control
