// SPDX-License-Identifier: Apache-2.0
//
// ICMP echo, RFC 792: so that an engineer can ping a television port. Any thread.
#pragma once

#include <expected>

#include "psi/base/bytes.h"

namespace headwater::wire {

enum class IcmpError : std::uint8_t {
  kTruncated,
  kChecksum,
  kNotEchoRequest,
};

// Appends the reply to the echo request that is the payload of an IPv4 datagram.
std::expected<void, IcmpError> append_echo_reply(ByteWriter& out, Bytes request);

}  // namespace headwater::wire
