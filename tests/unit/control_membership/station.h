// SPDX-License-Identifier: Apache-2.0
//
// A HostMembership in virtual time, with all that it sent, when and where to.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "control/membership/host_membership.h"

namespace headwater::control {

constexpr wire::Ipv4Address kNews{0xEF0A0101};      // 239.10.1.1
constexpr wire::Ipv4Address kSport{0xEF0A0102};     // 239.10.1.2
constexpr wire::Ipv4Address kFilm{0xE80A0101};      // 232.10.1.1, source-specific
constexpr wire::Ipv4Address kEncoderA{0x0A010005};  // 10.1.0.5
constexpr wire::Ipv4Address kEncoderB{0x0A010006};  // 10.1.0.6
constexpr wire::Ipv4Address kSwitch{0x0A010001};    // 10.1.0.1

constexpr Instant at_ms(std::int64_t milliseconds) {
  return Instant{} + Ticks27::milliseconds(milliseconds);
}

struct Sent {
  Instant at;
  wire::Ipv4Address destination;
  wire::IgmpMessage message;

  [[nodiscard]] std::vector<wire::IgmpGroupRecord> records() const {
    return std::get<wire::IgmpReport>(message).records;
  }
};

class Station {
 public:
  explicit Station(std::uint64_t seed = 1, std::size_t maximum = 1476)
      : membership(maximum, seed, [this](wire::Ipv4Address to, Bytes message) {
          sent.push_back({now, to, wire::parse_igmp(message).value()});
        }) {}

  void want(std::initializer_list<Membership> wanted) {
    membership.set_memberships(now, std::vector<Membership>(wanted));
  }
  void hear(const wire::IgmpQuery& query) { membership.receive(now, kSwitch, query); }
  // Ticks at each deadline up to `until`, and then is there.
  void run_until(Instant until) {
    for (auto next = membership.next_deadline(); next && *next <= until; next = membership.next_deadline()) {
      now = *next;
      membership.tick(now);
    }
    now = until;
    membership.tick(now);
  }
  void run_for(Ticks27 span) { run_until(now + span); }
  // What was sent since the last call.
  std::vector<Sent> take() {
    std::vector<Sent> taken;
    taken.swap(sent);
    return taken;
  }

  Instant now = at_ms(1000);
  std::vector<Sent> sent;
  HostMembership membership;
};

}  // namespace headwater::control
