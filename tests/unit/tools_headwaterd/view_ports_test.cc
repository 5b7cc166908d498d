// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/arp.h"
#include "dataplane/wire/ethernet.h"
#include "dataplane/wire/igmp.h"
#include "tests/unit/tools_headwaterd/view_fixture.h"

namespace headwater::daemon {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;

using ViewPorts = ViewTest;

TEST_F(ViewPorts, APortWithoutLinkSaysWhyAndWhatToDo) {
  begin_on_air(1);
  EXPECT_THAT(view->status().problems, IsEmpty());
  EXPECT_EQ(view->ports().at(0).link_trouble, "");
  devices.cut(0, "interface hd0 is down: `ip link set hd0 up`");
  pass(Watch::kInterval);
  EXPECT_THAT(view->status().problems, Contains("port \"p\": interface hd0 is down: `ip link set hd0 up`"));
  EXPECT_FALSE(view->ports().at(0).link_up);
  EXPECT_EQ(view->ports().at(0).link_trouble, "interface hd0 is down: `ip link set hd0 up`");
}

TEST_F(ViewPorts, DropsOfTheDeviceAreAProblemWhileTheyMove) {
  devices.states[0].drops = {.missed = 900, .no_buffer = 7};
  begin_on_air(1);
  pass(Watch::kInterval);
  EXPECT_THAT(view->status().problems, IsEmpty());
  devices.states[0].drops = {.missed = 910, .no_buffer = 9};
  pass(Watch::kInterval);
  EXPECT_THAT(
      view->status().problems,
      IsSupersetOf({"port \"p\": the device dropped 10 frames in the last minute: the worker did not take "
                    "them in time; its core is too busy, or others run on it",
                    "port \"p\": the device dropped 2 frames in the last minute: no frame was left in "
                    "the pool; make `memory` larger"}));
  carry(0);
  pass(Ticks27::seconds(60));
  EXPECT_THAT(view->status().problems, Not(Contains(HasSubstr("dropped"))));
  EXPECT_EQ(view->ports().at(0).device_drops, 12U);
}

TEST_F(ViewPorts, DropsOfTheDeviceAreBesideItsLedgerByKind) {
  devices.states[0].drops = {.missed = 900};
  begin_on_air(1);
  devices.states[0].drops = {.missed = 903, .no_buffer = 2, .receive_errors = 1, .send_errors = 4};
  pass(Watch::kInterval);
  const std::vector<api::LedgerEntry> ledger = view->ledger("p");
  ASSERT_EQ(ledger.size(), 1U);
  EXPECT_TRUE(ledger[0].balanced());
  std::map<std::string, std::int64_t> lost;
  for (const api::Term& event : ledger[0].events) {
    if (event.name.starts_with("device_")) lost[event.name] = event.value;
  }
  EXPECT_EQ(lost, (std::map<std::string, std::int64_t>{{"device_missed", 3},
                                                       {"device_no_buffer", 2},
                                                       {"device_receive_errors", 1},
                                                       {"device_send_errors", 4}}));
}

TEST_F(ViewPorts, WhatTheDeviceLetsThroughIsShown) {
  devices.states[0].driver = "net_ice";
  devices.states[0].reception = "promiscuous";
  devices.states[0].pause_frames = false;
  begin_on_air(1);
  EXPECT_EQ(view->ports().at(0).driver, "net_ice");
  EXPECT_EQ(view->ports().at(0).reception, "promiscuous");
  EXPECT_EQ(view->ports().at(0).pause_frames, false);
  EXPECT_THAT(view->status().problems, IsEmpty());
}

TEST_F(ViewPorts, ADeviceThatKeepsPauseFramesIsAProblem) {
  devices.states[0].pause_frames = true;
  begin_on_air(1);
  EXPECT_THAT(
      view->status().problems,
      Contains(HasSubstr("port \"p\": the device heeds pause frames and does not let that be changed")));
}

// It lets every group through, but no unicast for an address that is not its own.
TEST_F(ViewPorts, ADeviceThatIsNotPromiscuousTakesNoOtherMac) {
  config::Configuration configuration = control::make_configuration(1);
  configuration.inputs[0].from = "10.0.0.5";
  configuration.ports[0].mac = "02:00:00:00:00:77";
  devices.states[0].reception = "promiscuous";
  begin_on_air(configuration);
  EXPECT_THAT(view->status().problems, IsEmpty());
  devices.states[0].reception = "all_multicast";
  pass(Watch::kInterval);
  EXPECT_THAT(view->status().problems,
              Contains(HasSubstr("and not for the `mac` 02:00:00:00:00:77: leave `mac` out")));
}

// They stand beside the ledger's equation, not in it.
TEST_F(ViewPorts, WhatCouldNotBeSentIsAmongTheDrops) {
  begin_on_air(1);
  port_counters().drop_tx_full.add(3);
  port_counters().drop_no_buffer.add(2);
  port_counters().drop_no_input.add(1);
  std::map<std::string, std::int64_t> drops;
  const api::PortSnapshot port = view->ports().at(0);
  for (const api::Term& drop : port.drops) drops[drop.name] = drop.value;
  EXPECT_EQ(drops, (std::map<std::string, std::int64_t>{
                       {"drop_no_buffer", 2}, {"drop_no_input", 1}, {"drop_tx_full", 3}}));
}

TEST_F(ViewPorts, TheLinksSpeedIsTheDevicesWord) {
  devices.states[0].link_bps = 25'000'000'000;
  begin_on_air(1);
  EXPECT_EQ(view->ports().at(0).link_bps, 25'000'000'000U);
  devices.states[0].link_bps.reset();
  pass(Watch::kInterval);
  EXPECT_EQ(view->ports().at(0).link_bps, std::nullopt);
}

class ViewNetwork : public ViewTest {
 protected:
  static constexpr wire::MacAddress kTheirMac{{0x02, 0, 0, 0, 0, 0x99}};
  static constexpr wire::Ipv4Address kSwitch{0x0A000002};  // 10.0.0.2

  // The one input takes 232.1.0.1 from 10.0.0.5.
  void begin_source_specific(bool with_source = true) {
    config::Configuration configuration = control::make_configuration(1);
    if (with_source) configuration.inputs[0].from = "10.0.0.5";
    begin_on_air(configuration);
  }
  void hear(const wire::IgmpQuery& query) {
    neighbours->handle_frame(
        0, house.now,
        wire::build_igmp_frame({.source_mac = kTheirMac, .source = kSwitch, .destination = wire::kAllSystems},
                               wire::build_igmp_query(query)));
  }
  api::PortSnapshot port() { return view->ports().at(0); }
};

TEST_F(ViewNetwork, AnOlderQuerierLetsOnlyTheGroupBeSaid) {
  begin_source_specific();
  EXPECT_EQ(port().groups.at(0).state, api::GroupState::kJoined);
  hear({.version = wire::IgmpVersion::kV2});
  EXPECT_EQ(port().igmp_version, 2U);
  EXPECT_EQ(port().groups.at(0).source, "10.0.0.5");
  EXPECT_EQ(port().groups.at(0).state, api::GroupState::kByGroupOnly);
}

TEST_F(ViewNetwork, AGroupThatNeedsASourceIsAProblem) {
  begin_source_specific(false);
  EXPECT_EQ(port().groups.at(0).state, api::GroupState::kNeedsSource);
  EXPECT_THAT(view->status().problems, Contains(HasSubstr("group 232.1.0.1 is not joined")));
}

TEST_F(ViewNetwork, AQuerierThatIsSilentForTooLongIsAProblem) {
  begin_source_specific();
  hear({});
  pass(Ticks27::seconds(254));
  EXPECT_TRUE(port().igmp_querier_present);
  EXPECT_THAT(view->status().problems, Not(Contains(HasSubstr("querier"))));
  pass(Ticks27::seconds(2));
  EXPECT_EQ(port().igmp_querier, "10.0.0.2");
  EXPECT_EQ(port().igmp_querier_age_s, 256U);
  EXPECT_FALSE(port().igmp_querier_present);
  EXPECT_THAT(view->status().problems,
              Contains(HasSubstr("port \"p\": the IGMP querier 10.0.0.2 has been silent for 256 s")));
}

TEST_F(ViewNetwork, MessagesThatAreNotBelievedShowTheirReason) {
  begin_source_specific();
  std::vector<std::uint8_t> frame =
      wire::build_igmp_frame({.source_mac = kTheirMac, .source = kSwitch, .destination = wire::kAllSystems},
                             wire::build_igmp_query({}));
  // RFC 3376 9.1: after Ethernet's 14 bytes, IP's 20 and Router Alert's 4, the type of the message and its
  // code: a checksum that is wrong.
  frame[14 + 24 + 1] ^= 0xFF;
  neighbours->handle_frame(0, house.now, frame);
  ASSERT_EQ(port().igmp_drops.size(), 1U);
  EXPECT_EQ(port().igmp_drops[0].name, "checksum");
  EXPECT_EQ(port().igmp_drops[0].value, 1);
  EXPECT_EQ(port().igmp_querier, std::nullopt);
}

TEST_F(ViewNetwork, AStationThatClaimsOurAddressIsAProblem) {
  begin_source_specific();
  ByteWriter out;
  wire::append_ethernet_header(out, {.destination = wire::MacAddress::broadcast(),
                                     .source = kTheirMac,
                                     .vlan = {},
                                     .ether_type = wire::kEtherTypeArp});
  const wire::Ipv4Address ours = wire::Ipv4Address::parse("10.0.0.1").value();
  wire::ArpMessage{.operation = wire::ArpMessage::kRequest,
                   .sender_mac = kTheirMac,
                   .sender = ours,
                   .target_mac = {},
                   .target = ours}
      .append_to(out);
  wire::pad_frame(out, false);
  neighbours->handle_frame(0, house.now, std::move(out).take());
  pass(Watch::kInterval);
  EXPECT_EQ(port().arp_conflicts, 1U);
  EXPECT_EQ(port().arp_rival, "02:00:00:00:00:99");
  EXPECT_THAT(view->status().problems,
              Contains("port \"p\": another station, 02:00:00:00:00:99, claims an address of this port"));
  pass(Watch::kConflictWindow);
  EXPECT_THAT(view->status().problems, Not(Contains(HasSubstr("claims"))));
}

TEST_F(ViewNetwork, FramesOfControlThatHadNoRoomAreAProblem) {
  begin_source_specific();
  pass(Watch::kInterval);
  const std::vector<std::uint8_t> frame(1000);
  while (inject.try_push({.port = 0}, frame)) {
  }
  while (inject.try_push({.port = 0}, {})) {
  }
  neighbours->link_up(0, house.now);
  pass(Watch::kInterval);
  EXPECT_GT(port().frames_lost, 0U);
  EXPECT_THAT(view->status().problems, Contains(HasSubstr("frames of ARP or IGMP could not be sent")));
}

}  // namespace
}  // namespace headwater::daemon
