// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/checksum.h"
#include "dataplane/wire/igmp.h"

namespace headwater::wire {
namespace {

using Result = std::expected<IgmpMessage, IgmpError>;

constexpr std::size_t kOldSize = 8;       // of every v1 and v2 message
constexpr std::size_t kQueryV3Size = 12;  // without sources
constexpr std::size_t kRecordSize = 8;    // without sources and auxiliary data

// RFC 3376 4.1.1 and 4.1.7: below 128 the code is the value, from there 3 bits of exponent and 4 of mantissa.
std::int64_t decode_float(std::uint8_t code) {
  if (code < 128) return code;
  return std::int64_t{(code & 0x0F) | 0x10} << (((code >> 4) & 0x07) + 3);
}

std::vector<Ipv4Address> load_addresses(Bytes bytes) {
  std::vector<Ipv4Address> addresses;
  addresses.reserve(bytes.size() / 4);
  for (; bytes.size() >= 4; bytes = bytes.subspan(4)) addresses.push_back({load_be32(bytes.data())});
  return addresses;
}

Result parse_query(Bytes payload) {
  IgmpQuery query;
  query.group = {load_be32(&payload[4])};
  if (query.group.value != 0 && !query.group.is_multicast()) return std::unexpected(IgmpError::kGroup);
  const std::uint8_t code = payload[1];
  if (payload.size() == kOldSize) {
    // RFC 3376 7.1: eight bytes are version 1 where the code is zero, else version 2.
    query.version = code == 0 ? IgmpVersion::kV1 : IgmpVersion::kV2;
    if (code != 0) query.max_response = Ticks27::milliseconds(100) * code;
    return query;
  }
  if (payload.size() < kQueryV3Size) return std::unexpected(IgmpError::kLength);
  query.max_response = Ticks27::milliseconds(100) * decode_float(code);
  query.suppress_router_processing = (payload[8] & 0x08) != 0;
  if ((payload[8] & 0x07) != 0) query.robustness = static_cast<std::uint8_t>(payload[8] & 0x07);
  query.query_interval = Ticks27::seconds(decode_float(payload[9]));
  const std::size_t sources = std::size_t{4} * load_be16(&payload[10]);
  if (payload.size() - kQueryV3Size < sources) return std::unexpected(IgmpError::kLength);
  query.sources = load_addresses(payload.subspan(kQueryV3Size, sources));
  // RFC 3376 4.1.8: only a query for a group may name sources.
  if (query.is_general() && !query.sources.empty()) return std::unexpected(IgmpError::kGroup);
  return query;
}

Result parse_report(Bytes payload) {
  IgmpReport report;
  const std::size_t count = load_be16(&payload[6]);
  Bytes rest = payload.subspan(kOldSize);
  for (std::size_t i = 0; i < count; ++i) {
    if (rest.size() < kRecordSize) return std::unexpected(IgmpError::kLength);
    const std::uint8_t type = rest[0];
    const std::size_t auxiliary = std::size_t{4} * rest[1];
    const std::size_t sources = std::size_t{4} * load_be16(&rest[2]);
    const Ipv4Address group{load_be32(&rest[4])};
    rest = rest.subspan(kRecordSize);
    if (rest.size() < sources + auxiliary) return std::unexpected(IgmpError::kLength);
    if (!group.is_multicast()) return std::unexpected(IgmpError::kGroup);
    if (type >= 1 && type <= 6) {
      report.records.push_back(
          {static_cast<IgmpRecordType>(type), group, load_addresses(rest.first(sources))});
    }
    rest = rest.subspan(sources + auxiliary);
  }
  return report;
}

}  // namespace

Result parse_igmp(Bytes payload) {
  if (payload.size() < kOldSize) return std::unexpected(IgmpError::kLength);
  // RFC 3376 4.1.2: over the whole IP payload, also where that is longer than the message.
  if (Checksum().bytes(payload).value() != 0) return std::unexpected(IgmpError::kChecksum);
  const std::uint8_t type = payload[0];
  if (type == 0x11) return parse_query(payload);
  if (type == 0x22) return parse_report(payload);
  const Ipv4Address group{load_be32(&payload[4])};
  if (type != 0x12 && type != 0x16 && type != 0x17) return std::unexpected(IgmpError::kType);
  if (!group.is_multicast()) return std::unexpected(IgmpError::kGroup);
  if (type == 0x17) return IgmpLeave{group};
  return IgmpOldReport{type == 0x12 ? IgmpVersion::kV1 : IgmpVersion::kV2, group};
}

}  // namespace headwater::wire
