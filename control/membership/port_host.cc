// SPDX-License-Identifier: Apache-2.0
#include "control/membership/port_host.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "dataplane/wire/icmp.h"
#include "dataplane/wire/ipv4.h"

namespace headwater::control {
namespace {

constexpr std::size_t kIpv4HeaderWithRouterAlert = 24;

}  // namespace

PortHost::PortHost(const PortHostSettings& settings, FrameSink sink)
    : settings_(settings),
      sink_(std::move(sink)),
      arp_(settings.mac, settings.addresses,
           [this](wire::MacAddress to, const wire::ArpMessage& message) { send_arp(to, message); }),
      membership_(settings.mtu - kIpv4HeaderWithRouterAlert, settings.seed,
                  [this](wire::Ipv4Address to, Bytes message) { send_igmp(to, message); }),
      filter_(settings.addresses, [this](wire::Ipv4Address group) { return membership_.is_member(group); }) {}

void PortHost::link_up(Instant now) {
  arp_.announce(now);
  membership_.rejoin(now);
}

void PortHost::set_memberships(Instant now, std::span<const Membership> wanted) {
  wanted_.assign(wanted.begin(), wanted.end());
  membership_.set_memberships(now, wanted_);
}

void PortHost::set_addresses(Instant now, const std::vector<wire::Ipv4Address>& addresses,
                             std::optional<std::uint16_t> vlan) {
  if (addresses == settings_.addresses && vlan == settings_.vlan) return;
  const bool moves = vlan != settings_.vlan;
  if (moves) membership_.leave_all(now);
  settings_.addresses = addresses;
  settings_.vlan = vlan;
  arp_.set_addresses(addresses);
  filter_.set_addresses(addresses);
  arp_.announce(now);
  if (!moves) return;
  membership_.set_memberships(now, wanted_);
  membership_.rejoin(now);
}

void PortHost::leave_all(Instant now) {
  membership_.leave_all(now);
}

void PortHost::tick(Instant now) {
  arp_.tick(now);
  membership_.tick(now);
}

std::optional<Instant> PortHost::next_deadline() const {
  const auto arp = arp_.next_deadline();
  const auto membership = membership_.next_deadline();
  if (arp && membership) return std::min(*arp, *membership);
  return arp ? arp : membership;
}

void PortHost::handle_frame(Instant now, Bytes frame) {
  ++counters_.frames;
  const auto ethernet = wire::EthernetView::parse(frame);
  if (!ethernet) {
    ++counters_.bad_ethernet;
    return;
  }
  const bool for_us = ethernet->destination() == settings_.mac || ethernet->destination().is_multicast();
  if (!for_us || ethernet->vlan() != settings_.vlan) {
    ++counters_.not_for_us;
    return;
  }
  switch (ethernet->ether_type()) {
    case wire::kEtherTypeArp:
      ++counters_.arp;
      return arp_.receive(ethernet->payload());
    case wire::kEtherTypeIpv4:
      return handle_ip(now, *ethernet);
    default:
      ++counters_.other_protocol;
  }
}

void PortHost::handle_ip(Instant now, const wire::EthernetView& ethernet) {
  const auto ip = wire::Ipv4View::parse(ethernet.payload());
  if (!ip) {
    ++counters_.bad_ip;
    return;
  }
  switch (ip->protocol()) {
    case wire::kProtocolIgmp:
      ++counters_.igmp;
      return handle_igmp(now, *ip);
    case wire::kProtocolIcmp:
      // RFC 1122 3.2.2.6: an echo to a group or to all may be left unanswered, and is.
      if (!is_own(ip->destination())) break;
      ++counters_.icmp;
      return handle_icmp(ethernet, *ip);
    default:
      ++counters_.other_protocol;
      return;
  }
  ++counters_.not_for_us;
}

void PortHost::handle_igmp(Instant now, const wire::Ipv4View& ip) {
  const auto message = filter_.accept(ip);
  if (!message) return;
  if (const auto* query = std::get_if<wire::IgmpQuery>(&*message)) {
    membership_.receive(now, ip.source(), *query);
  } else if (const auto* report = std::get_if<wire::IgmpOldReport>(&*message)) {
    membership_.receive(now, *report);
  }
}

void PortHost::handle_icmp(const wire::EthernetView& ethernet, const wire::Ipv4View& ip) {
  // RFC 1122 3.2.1.3: a source that is no host's gets no answer.
  const bool from_host = ip.source().value != 0 && (ip.source().value >> 28) < 0xE;
  if (!from_host || ethernet.source().is_multicast()) {
    ++counters_.bad_icmp;
    return;
  }
  ByteWriter message;
  const auto replied = wire::append_echo_reply(message, ip.payload());
  if (!replied) {
    if (replied.error() != wire::IcmpError::kNotEchoRequest) ++counters_.bad_icmp;
    return;
  }
  ByteWriter frame;
  wire::append_ethernet_header(
      frame, {.destination = ethernet.source(), .source = settings_.mac, .vlan = settings_.vlan});
  // RFC 1122 3.2.2.6: from the address that was asked; RFC 1349 5.1: with its TOS.
  wire::append_ipv4_header(frame,
                           {.source = ip.destination(),
                            .destination = ip.source(),
                            .protocol = wire::kProtocolIcmp,
                            .dscp = ip.dscp(),
                            .identification = identification_++},
                           message.size());
  frame.bytes(message.view());
  wire::pad_frame(frame, settings_.vlan.has_value());
  ++counters_.echo_replies;
  sink_(frame.view());
}

bool PortHost::is_own(wire::Ipv4Address address) const {
  return std::ranges::find(settings_.addresses, address) != settings_.addresses.end();
}

void PortHost::send_igmp(wire::Ipv4Address destination, Bytes message) {
  // RFC 3376 4.2.13: 0.0.0.0 while there is no address.
  const wire::Ipv4Address source =
      settings_.addresses.empty() ? wire::Ipv4Address{} : settings_.addresses.front();
  sink_(wire::build_igmp_frame({.source_mac = settings_.mac,
                                .source = source,
                                .destination = destination,
                                .vlan = settings_.vlan,
                                .identification = identification_++},
                               message));
}

void PortHost::send_arp(wire::MacAddress destination, const wire::ArpMessage& message) {
  ByteWriter frame;
  wire::append_ethernet_header(frame, {.destination = destination,
                                       .source = settings_.mac,
                                       .vlan = settings_.vlan,
                                       .ether_type = wire::kEtherTypeArp});
  message.append_to(frame);
  wire::pad_frame(frame, settings_.vlan.has_value());
  sink_(frame.view());
}

}  // namespace headwater::control
