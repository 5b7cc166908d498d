// SPDX-License-Identifier: Apache-2.0
#include "control/membership/igmp_filter.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace headwater::control {
namespace {

std::uint64_t& counter_of(IgmpDrops& drops, wire::IgmpError error) {
  switch (error) {
    case wire::IgmpError::kLength:
      return drops.length;
    case wire::IgmpError::kChecksum:
      return drops.checksum;
    case wire::IgmpError::kType:
      return drops.unknown_type;
    case wire::IgmpError::kGroup:
      break;
  }
  return drops.group;
}

// RFC 1122 3.2.1.3: what may not be a source. 0.0.0.0 may: RFC 4541 2.1.1 has switches query with it, and
// RFC 3376 4.2.13 hosts report with it.
bool is_no_source(wire::Ipv4Address address) {
  const bool zero_net = (address.value >> 24) == 0 && address.value != 0;
  return zero_net || (address.value >> 24) == 127 || (address.value >> 28) >= 0xE;
}

}  // namespace

IgmpFilter::IgmpFilter(std::vector<wire::Ipv4Address> addresses, IsMember is_member)
    : addresses_(std::move(addresses)), is_member_(std::move(is_member)) {}

std::optional<wire::IgmpMessage> IgmpFilter::accept(const wire::Ipv4View& ip) {
  if (std::uint64_t* const reason = reason_against(ip)) {
    ++*reason;
    return std::nullopt;
  }
  auto message = wire::parse_igmp(ip.payload());
  if (!message) {
    ++counter_of(drops_, message.error());
    return std::nullopt;
  }
  std::uint64_t* reason = nullptr;
  if (const auto* query = std::get_if<wire::IgmpQuery>(&*message)) {
    reason = reason_against(ip, *query);
  } else if (const auto* report = std::get_if<wire::IgmpOldReport>(&*message)) {
    // RFC 2236 9: sent to the group that it is about.
    if (ip.destination() != report->group) reason = &drops_.destination;
  }
  if (reason != nullptr) {
    ++*reason;
    return std::nullopt;
  }
  return std::move(*message);
}

std::uint64_t* IgmpFilter::reason_against(const wire::Ipv4View& ip) {
  if (ip.ttl() != 1) return &drops_.ttl;
  if (is_own(ip.source())) return &drops_.own_source;
  if (is_no_source(ip.source())) return &drops_.source;
  return nullptr;
}

std::uint64_t* IgmpFilter::reason_against(const wire::Ipv4View& ip, const wire::IgmpQuery& query) {
  // RFC 3376 9.1: hosts should ignore v2 and v3 queries without Router Alert, which routers would forward.
  if (query.version != wire::IgmpVersion::kV1 && !ip.has_router_alert()) return &drops_.router_alert;
  // RFC 3376 4.1.12: 224.0.0.1 or the group; accepted on any address of ours.
  const wire::Ipv4Address to = ip.destination();
  const bool for_us = to == wire::kAllSystems || to == query.group || is_own(to) || is_member_(to);
  return for_us ? nullptr : &drops_.destination;
}

bool IgmpFilter::is_own(wire::Ipv4Address address) const {
  return std::ranges::find(addresses_, address) != addresses_.end();
}

}  // namespace headwater::control
