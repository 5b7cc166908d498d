// SPDX-License-Identifier: Apache-2.0
//
// Which IGMP messages a host believes: RFC 3376 4 and 9.1, RFC 2236 2 and 10. Each refusal is counted by its
// reason, since a querier that is not believed looks, from the NOC, like no querier at all. Control thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "dataplane/wire/address.h"
#include "dataplane/wire/igmp.h"
#include "dataplane/wire/ipv4.h"

namespace headwater::control {

struct IgmpDrops {
  std::uint64_t ttl = 0;  // not 1: it has come through a router
  std::uint64_t length = 0;
  std::uint64_t checksum = 0;
  std::uint64_t unknown_type = 0;  // RFC 3376 4: ignored
  std::uint64_t group = 0;         // not a group, or sources without one
  std::uint64_t own_source = 0;    // our own address: a loop in the network, or forged
  std::uint64_t source = 0;        // no host's address
  std::uint64_t router_alert = 0;  // a v2 or v3 query without the option
  std::uint64_t destination = 0;   // a query that is not for us, a report not sent to its group
};

class IgmpFilter {
 public:
  using IsMember = std::function<bool(wire::Ipv4Address group)>;

  // `addresses` are the port's own.
  IgmpFilter(std::vector<wire::Ipv4Address> addresses, IsMember is_member);

  void set_addresses(std::vector<wire::Ipv4Address> addresses) { addresses_ = std::move(addresses); }
  // `ip` is an IGMP datagram.
  std::optional<wire::IgmpMessage> accept(const wire::Ipv4View& ip);
  [[nodiscard]] const IgmpDrops& drops() const { return drops_; }

 private:
  [[nodiscard]] std::uint64_t* reason_against(const wire::Ipv4View& ip);
  [[nodiscard]] std::uint64_t* reason_against(const wire::Ipv4View& ip, const wire::IgmpQuery& query);
  [[nodiscard]] bool is_own(wire::Ipv4Address address) const;

  std::vector<wire::Ipv4Address> addresses_;
  const IsMember is_member_;
  IgmpDrops drops_;
};

}  // namespace headwater::control
