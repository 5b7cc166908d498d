// SPDX-License-Identifier: Apache-2.0
//
// Answers ARP for a port's addresses, announces them, and notices when somebody else claims one: RFC 826,
// RFC 5227. Control thread; time is an argument.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "dataplane/wire/address.h"
#include "dataplane/wire/arp.h"
#include "psi/base/ticks.h"

namespace headwater::control {

struct ArpCounters {
  std::uint64_t requests = 0, replies_sent = 0, announcements_sent = 0;
  std::uint64_t malformed = 0;
  std::uint64_t conflicts = 0;  // another station said that one of our addresses is its own
};

class ArpResponder {
 public:
  using Sink = std::function<void(wire::MacAddress destination, const wire::ArpMessage& message)>;

  // RFC 5227 1.1.
  static constexpr unsigned kAnnouncements = 2;
  static constexpr Ticks27 kAnnounceInterval = Ticks27::seconds(2);

  ArpResponder(wire::MacAddress mac, std::vector<wire::Ipv4Address> addresses, Sink sink);

  void set_addresses(std::vector<wire::Ipv4Address> addresses) { addresses_ = std::move(addresses); }
  // RFC 5227 2.3: says which addresses are ours, so that neighbours and switches forget whoever had them.
  void announce(Instant now);
  void receive(Bytes payload);
  void tick(Instant now);
  [[nodiscard]] std::optional<Instant> next_deadline() const { return announce_at_; }
  [[nodiscard]] const ArpCounters& counters() const { return counters_; }
  // Whoever claimed an address of ours last.
  [[nodiscard]] std::optional<wire::MacAddress> rival() const { return rival_; }

 private:
  void send_announcements();

  const wire::MacAddress mac_;
  std::vector<wire::Ipv4Address> addresses_;
  const Sink sink_;
  unsigned announcements_left_ = 0;
  std::optional<Instant> announce_at_;
  std::optional<wire::MacAddress> rival_;
  ArpCounters counters_;
};

}  // namespace headwater::control
