// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/icmp.h"

#include "dataplane/wire/checksum.h"

namespace headwater::wire {
namespace {

constexpr std::uint8_t kEchoReply = 0;
constexpr std::uint8_t kEchoRequest = 8;

}  // namespace

std::expected<void, IcmpError> append_echo_reply(ByteWriter& out, Bytes request) {
  if (request.size() < 8) return std::unexpected(IcmpError::kTruncated);
  if (Checksum().bytes(request).value() != 0) return std::unexpected(IcmpError::kChecksum);
  if (request[0] != kEchoRequest || request[1] != 0) return std::unexpected(IcmpError::kNotEchoRequest);
  // RFC 792: identifier, sequence number and data come back as they were.
  const Bytes echoed = request.subspan(4);
  out.u8(kEchoReply).u8(0).u16(Checksum().bytes(echoed).value()).bytes(echoed);
  return {};
}

}  // namespace headwater::wire
