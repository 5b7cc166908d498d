// SPDX-License-Identifier: Apache-2.0
//
// A port as a station on its network: answers ARP and ping, keeps its group memberships. Takes the frames
// that the dataplane punts, gives the frames that it is to inject. A frame that is malformed or not for this
// port is counted and forgotten. Control thread; time is an argument.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "control/membership/arp_responder.h"
#include "control/membership/host_membership.h"
#include "control/membership/igmp_filter.h"
#include "dataplane/wire/address.h"
#include "dataplane/wire/ethernet.h"
#include "psi/base/bytes.h"
#include "psi/base/ticks.h"

namespace headwater::control {

struct PortHostSettings {
  wire::MacAddress mac{};
  std::vector<wire::Ipv4Address> addresses{};  // the first is the source of reports; none: 0.0.0.0
  std::optional<std::uint16_t> vlan{};
  std::size_t mtu = 1500;
  std::uint64_t seed = 0;  // of the random delays: different on each host
};

struct PortHostCounters {
  std::uint64_t frames = 0;  // = arp + igmp + icmp + not_for_us + bad_ethernet + bad_ip + other_protocol
  std::uint64_t arp = 0, igmp = 0, icmp = 0;
  std::uint64_t not_for_us = 0;  // another MAC, another VLAN, another address
  std::uint64_t bad_ethernet = 0, bad_ip = 0;
  std::uint64_t other_protocol = 0;
  std::uint64_t echo_replies = 0;  // of icmp
  std::uint64_t bad_icmp = 0;      // of icmp: truncated, a wrong checksum, from no host
};

class PortHost {
 public:
  // Takes a whole frame, without its check sequence.
  using FrameSink = std::function<void(Bytes frame)>;

  PortHost(const PortHostSettings& settings, FrameSink sink);
  PortHost(const PortHost&) = delete;
  PortHost& operator=(const PortHost&) = delete;

  // At start and whenever the link has come up: announces the addresses, joins anew what is wanted.
  void link_up(Instant now);
  void set_memberships(Instant now, std::span<const Membership> wanted);
  // The port's own from now on: new addresses are announced; memberships move with it to another VLAN.
  void set_addresses(Instant now, const std::vector<wire::Ipv4Address>& addresses,
                     std::optional<std::uint16_t> vlan);
  // Before the end: leaves every group. Tick until settled() where the leaving shall be repeated, within
  // 1 s.
  void leave_all(Instant now);
  void handle_frame(Instant now, Bytes frame);
  void tick(Instant now);

  [[nodiscard]] std::optional<Instant> next_deadline() const;
  [[nodiscard]] bool settled() const { return membership_.settled(); }

  [[nodiscard]] const HostMembership& membership() const { return membership_; }
  [[nodiscard]] const ArpResponder& arp() const { return arp_; }
  [[nodiscard]] const IgmpDrops& igmp_drops() const { return filter_.drops(); }
  [[nodiscard]] const PortHostCounters& counters() const { return counters_; }

 private:
  void handle_ip(Instant now, const wire::EthernetView& ethernet);
  void handle_igmp(Instant now, const wire::Ipv4View& ip);
  void handle_icmp(const wire::EthernetView& ethernet, const wire::Ipv4View& ip);
  [[nodiscard]] bool is_own(wire::Ipv4Address address) const;
  void send_igmp(wire::Ipv4Address destination, Bytes message);
  void send_arp(wire::MacAddress destination, const wire::ArpMessage& message);

  PortHostSettings settings_;
  const FrameSink sink_;
  ArpResponder arp_;
  HostMembership membership_;
  IgmpFilter filter_;
  std::vector<Membership> wanted_;
  std::uint16_t identification_ = 0;
  PortHostCounters counters_;
};

}  // namespace headwater::control
