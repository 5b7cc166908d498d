// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>
#include <utility>

#include "dataplane/wire/checksum.h"
#include "dataplane/wire/igmp.h"
#include "dataplane/wire/ipv4.h"

namespace headwater::wire {
namespace {

constexpr std::uint8_t kTypeQuery = 0x11;
constexpr std::uint8_t kTypeReportV1 = 0x12;
constexpr std::uint8_t kTypeReportV2 = 0x16;
constexpr std::uint8_t kTypeLeave = 0x17;
constexpr std::uint8_t kTypeReportV3 = 0x22;
constexpr std::uint8_t kDscpCs6 = 48;

constexpr std::size_t kReportSize = 8;  // without records
constexpr std::size_t kRecordSize = 8;  // without sources

using Message = std::vector<std::uint8_t>;

Message finish(ByteWriter&& out) {
  store_be16(&out.view()[2], Checksum().bytes(out.view()).value());
  return std::move(out).take();
}

Message build_old(std::uint8_t type, std::uint8_t code, Ipv4Address group) {
  ByteWriter out;
  out.u8(type).u8(code).u16(0).u32(group.value);
  return finish(std::move(out));
}

// RFC 3376 4.1.1: the greatest code whose value is not above.
std::uint8_t encode_float(std::int64_t value) {
  if (value < 128) return static_cast<std::uint8_t>(std::max<std::int64_t>(value, 0));
  unsigned exponent = 0;
  while (exponent < 7 && (value >> (exponent + 3)) > 0x1F) ++exponent;
  const std::int64_t mantissa = std::min<std::int64_t>(value >> (exponent + 3), 0x1F);
  return static_cast<std::uint8_t>(0x80U | (exponent << 4) | static_cast<unsigned>(mantissa & 0x0F));
}

Message build_report(std::span<const IgmpGroupRecord> records) {
  ByteWriter out;
  out.u8(kTypeReportV3).u8(0).u16(0).u16(0).u16(static_cast<std::uint16_t>(records.size()));
  for (const IgmpGroupRecord& record : records) {
    out.u8(std::to_underlying(record.type)).u8(0).u16(static_cast<std::uint16_t>(record.sources.size()));
    out.u32(record.group.value);
    for (const Ipv4Address source : record.sources) out.u32(source.value);
  }
  return finish(std::move(out));
}

std::size_t size_of(const IgmpGroupRecord& record) {
  return kRecordSize + 4 * record.sources.size();
}

// RFC 3376 4.2.16: a record too large for one report is divided by its sources, but one of EXCLUDE mode is
// cut: dividing it would say something else.
std::vector<IgmpGroupRecord> divide(const IgmpGroupRecord& record, std::size_t maximum) {
  const std::size_t room = (maximum - kReportSize - kRecordSize) / 4;
  if (record.sources.size() <= room) return {record};
  const bool exclude =
      record.type == IgmpRecordType::kModeIsExclude || record.type == IgmpRecordType::kChangeToExclude;
  std::vector<IgmpGroupRecord> parts;
  std::span<const Ipv4Address> rest(record.sources);
  while (!rest.empty()) {
    const auto part = rest.first(std::min(room, rest.size()));
    parts.push_back({record.type, record.group, {part.begin(), part.end()}});
    if (exclude) break;
    rest = rest.subspan(part.size());
  }
  return parts;
}

}  // namespace

Message build_igmp_query(const IgmpQuery& query) {
  const std::int64_t tenths = query.max_response.value / Ticks27::milliseconds(100).value;
  if (query.version == IgmpVersion::kV1) return build_old(kTypeQuery, 0, query.group);
  if (query.version == IgmpVersion::kV2) {
    return build_old(kTypeQuery, static_cast<std::uint8_t>(std::clamp<std::int64_t>(tenths, 1, 255)),
                     query.group);
  }
  ByteWriter out;
  out.u8(kTypeQuery).u8(encode_float(tenths)).u16(0).u32(query.group.value);
  out.u8(static_cast<std::uint8_t>((query.suppress_router_processing ? 0x08 : 0) |
                                   (query.robustness.value_or(0) & 0x07)));
  out.u8(encode_float(query.query_interval.value / kTicksPerSecond));
  out.u16(static_cast<std::uint16_t>(query.sources.size()));
  for (const Ipv4Address source : query.sources) out.u32(source.value);
  return finish(std::move(out));
}

Message build_igmp_old_report(const IgmpOldReport& report) {
  return build_old(report.version == IgmpVersion::kV1 ? kTypeReportV1 : kTypeReportV2, 0, report.group);
}

Message build_igmp_leave(const IgmpLeave& leave) {
  return build_old(kTypeLeave, 0, leave.group);
}

std::vector<Message> build_igmp_reports(std::span<const IgmpGroupRecord> records, std::size_t maximum) {
  std::vector<IgmpGroupRecord> parts;
  for (const IgmpGroupRecord& record : records)
    std::ranges::move(divide(record, maximum), std::back_inserter(parts));

  std::vector<Message> reports;
  std::span<const IgmpGroupRecord> rest(parts);
  while (!rest.empty()) {
    std::size_t count = 0;
    std::size_t size = kReportSize;
    while (count < rest.size() && size + size_of(rest[count]) <= maximum) size += size_of(rest[count++]);
    reports.push_back(build_report(rest.first(count)));
    rest = rest.subspan(count);
  }
  return reports;
}

Message build_igmp_frame(const IgmpFrameFields& fields, Bytes message) {
  ByteWriter out;
  append_ethernet_header(out, {.destination = MacAddress::for_group(fields.destination),
                               .source = fields.source_mac,
                               .vlan = fields.vlan,
                               .priority = 6,  // what CS6 maps to, IEEE 802.1Q table I-2
                               .ether_type = kEtherTypeIpv4});
  append_ipv4_header(out,
                     {.source = fields.source,
                      .destination = fields.destination,
                      .protocol = kProtocolIgmp,
                      .ttl = 1,
                      .dscp = kDscpCs6,
                      .identification = fields.identification,
                      .router_alert = true},
                     message.size());
  out.bytes(message);
  pad_frame(out, fields.vlan.has_value());
  return std::move(out).take();
}

}  // namespace headwater::wire
