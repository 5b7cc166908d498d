// SPDX-License-Identifier: Apache-2.0
#include "control/membership/igmp_filter.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "dataplane/wire/checksum.h"
#include "psi/base/bytes.h"

namespace headwater::control {
namespace {

using wire::Ipv4Address;

constexpr Ipv4Address kOurs{0x0A01000A};
constexpr Ipv4Address kSwitch{0x0A010001};
constexpr Ipv4Address kJoined{0xEF0A0101};
constexpr Ipv4Address kOther{0xEF0A0102};

using Message = std::vector<std::uint8_t>;

const Message kGeneralV3 = wire::build_igmp_query({});
const Message kGeneralV2 = wire::build_igmp_query({.version = wire::IgmpVersion::kV2});
const Message kGeneralV1 = wire::build_igmp_query({.version = wire::IgmpVersion::kV1});
const Message kForJoined = wire::build_igmp_query({.group = kJoined});
const Message kForOther = wire::build_igmp_query({.group = kOther});

Message broken(Message message, std::size_t at) {
  message[at] ^= 1;
  return message;
}

struct Row {
  std::string what;
  Message message;
  wire::Ipv4Fields ip;
  std::uint64_t IgmpDrops::* reason;  // nullptr: accepted
};

wire::Ipv4Fields ip(Ipv4Address destination, bool router_alert = true, std::uint8_t ttl = 1,
                    Ipv4Address source = kSwitch) {
  return {.source = source,
          .destination = destination,
          .protocol = wire::kProtocolIgmp,
          .ttl = ttl,
          .dscp = 48,
          .router_alert = router_alert};
}

TEST(IgmpFilterTest, BelievesWhatTheRfcsLetItBelieve) {
  const Message report = wire::build_igmp_old_report({wire::IgmpVersion::kV2, kJoined});
  const std::vector<Row> rows{
      {"v3 general query", kGeneralV3, ip(wire::kAllSystems), nullptr},
      {"from a switch without address", kGeneralV3, ip(wire::kAllSystems, true, 1, {}), nullptr},
      {"to our address", kGeneralV3, ip(kOurs), nullptr},
      {"to a group that we are in", kGeneralV3, ip(kJoined), nullptr},
      {"to a group that we are not in", kGeneralV3, ip(kOther), &IgmpDrops::destination},
      {"to another host", kGeneralV3, ip({0x0A010063}), &IgmpDrops::destination},
      {"v3 without Router Alert", kGeneralV3, ip(wire::kAllSystems, false), &IgmpDrops::router_alert},
      {"v2 without Router Alert", kGeneralV2, ip(wire::kAllSystems, false), &IgmpDrops::router_alert},
      {"v2", kGeneralV2, ip(wire::kAllSystems), nullptr},
      {"v1, which knows no Router Alert", kGeneralV1, ip(wire::kAllSystems, false), nullptr},
      {"for a group, sent to it", kForJoined, ip(kJoined), nullptr},
      {"for a group, sent to all", kForJoined, ip(wire::kAllSystems), nullptr},
      {"for a group, sent to another", kForJoined, ip(kOther), &IgmpDrops::destination},
      {"for a group that we are not in, sent to it", kForOther, ip(kOther), nullptr},
      {"TTL 2", kGeneralV3, ip(wire::kAllSystems, true, 2), &IgmpDrops::ttl},
      {"from our own address", kGeneralV3, ip(wire::kAllSystems, true, 1, kOurs), &IgmpDrops::own_source},
      {"from a group", kGeneralV3, ip(wire::kAllSystems, true, 1, kJoined), &IgmpDrops::source},
      {"from broadcast", kGeneralV3, ip(wire::kAllSystems, true, 1, {0xFFFFFFFF}), &IgmpDrops::source},
      {"from loopback", kGeneralV3, ip(wire::kAllSystems, true, 1, {0x7F000001}), &IgmpDrops::source},
      {"from 0.0.0.1", kGeneralV3, ip(wire::kAllSystems, true, 1, {1}), &IgmpDrops::source},
      {"wrong checksum", broken(kGeneralV3, 2), ip(wire::kAllSystems), &IgmpDrops::checksum},
      {"cut", {0x11, 0, 0}, ip(wire::kAllSystems), &IgmpDrops::length},
      {"PIM of version 1",
       {0x14, 0, 0xEB, 0xFF, 0, 0, 0, 0},
       ip(wire::kAllSystems),
       &IgmpDrops::unknown_type},
      {"a query for a host", {0x11, 1, 0xE4, 0xFD, 10, 1, 0, 0}, ip(wire::kAllSystems), &IgmpDrops::group},
      {"a v2 report", report, ip(kJoined), nullptr},
      {"a v2 report sent elsewhere", report, ip(kOther), &IgmpDrops::destination},
      {"our own report, come back", report, ip(kJoined, true, 1, kOurs), &IgmpDrops::own_source},
  };
  for (const Row& row : rows) {
    IgmpFilter filter({kOurs}, [](Ipv4Address group) { return group == kJoined; });
    ByteWriter datagram;
    wire::append_ipv4_header(datagram, row.ip, row.message.size());
    datagram.bytes(row.message);
    const auto message = filter.accept(wire::Ipv4View::parse(datagram.view()).value());
    EXPECT_EQ(message.has_value(), row.reason == nullptr) << row.what;
    for (const auto reason : {&IgmpDrops::ttl, &IgmpDrops::length, &IgmpDrops::checksum,
                              &IgmpDrops::unknown_type, &IgmpDrops::group, &IgmpDrops::own_source,
                              &IgmpDrops::source, &IgmpDrops::router_alert, &IgmpDrops::destination}) {
      EXPECT_EQ(filter.drops().*reason, reason == row.reason ? 1U : 0U) << row.what;
    }
  }
}

}  // namespace
}  // namespace headwater::control
