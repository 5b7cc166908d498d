// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/ipv4.h"

#include <array>

#include "dataplane/wire/checksum.h"

namespace headwater::wire {
namespace {

// RFC 2113 2.1: copied, class 0, number 20; four bytes; value 0, "router shall examine packet".
constexpr std::uint8_t kOptionEnd = 0;
constexpr std::uint8_t kOptionNop = 1;
constexpr std::uint8_t kOptionRouterAlert = 0x94;
constexpr std::size_t kRouterAlertSize = 4;
constexpr std::uint16_t kDontFragment = 0x4000;
constexpr std::uint16_t kMoreFragmentsAndOffset = 0x3FFF;

}  // namespace

std::expected<Ipv4View, Ipv4Error> Ipv4View::parse(Bytes bytes) {
  if (bytes.size() < kIpv4HeaderSize) return std::unexpected(Ipv4Error::kTruncated);
  const std::size_t header = header_size(bytes);
  const std::size_t total = load_be16(&bytes[2]);
  if ((bytes[0] >> 4) != 4 || header < kIpv4HeaderSize || total < header) {
    return std::unexpected(Ipv4Error::kHeader);
  }
  if (total > bytes.size()) return std::unexpected(Ipv4Error::kTruncated);
  if (ones_complement_sum(bytes.first(header)) != 0xFFFF) return std::unexpected(Ipv4Error::kChecksum);
  if ((load_be16(&bytes[6]) & kMoreFragmentsAndOffset) != 0) return std::unexpected(Ipv4Error::kFragment);
  return Ipv4View(bytes.first(total));
}

bool Ipv4View::has_router_alert() const {
  Bytes rest = options();
  while (!rest.empty() && rest[0] != kOptionEnd) {
    if (rest[0] == kOptionNop) {
      rest = rest.subspan(1);
      continue;
    }
    // RFC 791 3.1: the option's length counts its type and length bytes.
    if (rest.size() < 2 || rest[1] < 2 || rest[1] > rest.size()) return false;
    if (rest[0] == kOptionRouterAlert && rest[1] == 4) return true;
    rest = rest.subspan(rest[1]);
  }
  return false;
}

std::size_t write_ipv4_header(MutableBytes at, const Ipv4Fields& fields, std::size_t payload_length) {
  const std::size_t size = kIpv4HeaderSize + (fields.router_alert ? kRouterAlertSize : 0);
  at[0] = static_cast<std::uint8_t>(0x40 | (size / 4));
  at[1] = static_cast<std::uint8_t>(fields.dscp << 2);
  store_be16(&at[2], static_cast<std::uint16_t>(size + payload_length));
  store_be16(&at[4], fields.identification);
  store_be16(&at[6], kDontFragment);
  at[8] = fields.ttl;
  at[9] = fields.protocol;
  store_be16(&at[10], 0);
  store_be32(&at[12], fields.source.value);
  store_be32(&at[16], fields.destination.value);
  if (fields.router_alert) {
    at[20] = kOptionRouterAlert;
    at[21] = kRouterAlertSize;
    store_be16(&at[22], 0);
  }
  store_be16(&at[10], Checksum().bytes(at.first(size)).value());
  return size;
}

void append_ipv4_header(ByteWriter& out, const Ipv4Fields& fields, std::size_t payload_length) {
  std::array<std::uint8_t, kIpv4HeaderSize + kRouterAlertSize> header;
  out.bytes(Bytes(header).first(write_ipv4_header(header, fields, payload_length)));
}

}  // namespace headwater::wire
