// SPDX-License-Identifier: Apache-2.0
#include "control/membership/arp_responder.h"

#include <algorithm>
#include <utility>

namespace headwater::control {

ArpResponder::ArpResponder(wire::MacAddress mac, std::vector<wire::Ipv4Address> addresses, Sink sink)
    : mac_(mac), addresses_(std::move(addresses)), sink_(std::move(sink)) {}

void ArpResponder::announce(Instant now) {
  announcements_left_ = kAnnouncements;
  announce_at_ = now;
  tick(now);
}

void ArpResponder::tick(Instant now) {
  if (!announce_at_ || *announce_at_ > now) return;
  send_announcements();
  announce_at_.reset();
  if (--announcements_left_ > 0) announce_at_ = now + kAnnounceInterval;
}

void ArpResponder::receive(Bytes payload) {
  const auto message = wire::ArpMessage::parse(payload);
  if (!message || message->sender_mac.is_multicast()) {
    ++counters_.malformed;
    return;
  }
  if (message->sender_mac == mac_) return;  // our own, come back
  const auto is_ours = [&](wire::Ipv4Address address) {
    return std::ranges::find(addresses_, address) != addresses_.end();
  };
  if (is_ours(message->sender)) {
    ++counters_.conflicts;
    rival_ = message->sender_mac;
  }
  if (message->operation != wire::ArpMessage::kRequest) return;
  ++counters_.requests;
  if (!is_ours(message->target)) return;
  // RFC 5227 2.1.1: a probe, from 0.0.0.0, is answered as any request, and so learns of the conflict.
  sink_(message->sender_mac, {.operation = wire::ArpMessage::kReply,
                              .sender_mac = mac_,
                              .sender = message->target,
                              .target_mac = message->sender_mac,
                              .target = message->sender});
  ++counters_.replies_sent;
}

void ArpResponder::send_announcements() {
  for (const wire::Ipv4Address address : addresses_) {
    sink_(wire::MacAddress::broadcast(), {.operation = wire::ArpMessage::kRequest,
                                          .sender_mac = mac_,
                                          .sender = address,
                                          .target_mac = {},
                                          .target = address});
    ++counters_.announcements_sent;
  }
}

}  // namespace headwater::control
