// SPDX-License-Identifier: Apache-2.0
//
// IGMP messages of all three versions, RFC 1112 appendix I, RFC 2236, RFC 3376, as values: parsed from the
// payload of an IPv4 datagram and built into one. TTL, addresses and Router Alert are the caller's to judge.
// Any thread; for control, so it may allocate.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "dataplane/wire/address.h"
#include "dataplane/wire/ethernet.h"
#include "psi/base/bytes.h"
#include "psi/base/ticks.h"

namespace headwater::wire {

inline constexpr Ipv4Address kAllSystems{0xE0000001};        // 224.0.0.1
inline constexpr Ipv4Address kAllRouters{0xE0000002};        // 224.0.0.2
inline constexpr Ipv4Address kAllIgmpv3Routers{0xE0000016};  // 224.0.0.22

enum class IgmpVersion : std::uint8_t { kV1 = 1, kV2 = 2, kV3 = 3 };

struct IgmpQuery {
  IgmpVersion version = IgmpVersion::kV3;
  Ipv4Address group{};                             // 0: general
  Ticks27 max_response = Ticks27::seconds(10);     // v1: always 10 s, RFC 3376 8.3 and RFC 2236 4
  bool suppress_router_processing = false;         // v3, as all that follows
  std::optional<std::uint8_t> robustness{};        // QRV; none: over 7, RFC 3376 4.1.6
  Ticks27 query_interval = Ticks27::seconds(125);  // QQI
  std::vector<Ipv4Address> sources{};

  [[nodiscard]] bool is_general() const { return group.value == 0; }
  friend bool operator==(const IgmpQuery&, const IgmpQuery&) = default;
};

// RFC 3376 4.2.12.
enum class IgmpRecordType : std::uint8_t {
  kModeIsInclude = 1,
  kModeIsExclude = 2,
  kChangeToInclude = 3,
  kChangeToExclude = 4,
  kAllowNewSources = 5,
  kBlockOldSources = 6,
};

struct IgmpGroupRecord {
  IgmpRecordType type = IgmpRecordType::kModeIsExclude;
  Ipv4Address group{};
  std::vector<Ipv4Address> sources{};
  friend bool operator==(const IgmpGroupRecord&, const IgmpGroupRecord&) = default;
};

struct IgmpReport {                      // v3
  std::vector<IgmpGroupRecord> records;  // those of unknown type are left out, RFC 3376 4.2.12
  friend bool operator==(const IgmpReport&, const IgmpReport&) = default;
};
struct IgmpOldReport {  // v1 and v2
  IgmpVersion version = IgmpVersion::kV2;
  Ipv4Address group;
  friend bool operator==(const IgmpOldReport&, const IgmpOldReport&) = default;
};
struct IgmpLeave {  // v2
  Ipv4Address group;
  friend bool operator==(const IgmpLeave&, const IgmpLeave&) = default;
};

using IgmpMessage = std::variant<IgmpQuery, IgmpReport, IgmpOldReport, IgmpLeave>;

enum class IgmpError : std::uint8_t {
  kLength,  // too short, between the lengths of v2 and v3, or less than its counts say
  kChecksum,
  kType,   // none of ours
  kGroup,  // a group that is none
};

std::expected<IgmpMessage, IgmpError> parse_igmp(Bytes payload);

// The payload of a query's datagram; for a querier. Times are rounded down to what the codes can say.
std::vector<std::uint8_t> build_igmp_query(const IgmpQuery& query);
std::vector<std::uint8_t> build_igmp_old_report(const IgmpOldReport& report);
std::vector<std::uint8_t> build_igmp_leave(const IgmpLeave& leave);
// As many reports as it takes to keep each within `maximum` bytes (at least 64), which is the link's MTU less
// the IPv4 header. Records are divided as RFC 3376 4.2.16 has it.
std::vector<std::vector<std::uint8_t>> build_igmp_reports(std::span<const IgmpGroupRecord> records,
                                                          std::size_t maximum);

struct IgmpFrameFields {
  MacAddress source_mac{};
  Ipv4Address source{};
  Ipv4Address destination{};  // a group
  std::optional<std::uint16_t> vlan{};
  std::uint16_t identification = 0;
};
// RFC 3376 4: TTL 1, Router Alert, precedence Internetwork Control (DSCP CS6); padded to Ethernet's minimum.
std::vector<std::uint8_t> build_igmp_frame(const IgmpFrameFields& fields, Bytes message);

}  // namespace headwater::wire
