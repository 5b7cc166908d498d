// SPDX-License-Identifier: Apache-2.0
//
// ARP for IPv4 over Ethernet, RFC 826. Any thread.
#pragma once

#include <cstdint>
#include <optional>

#include "dataplane/wire/address.h"
#include "psi/base/bytes.h"

namespace headwater::wire {

struct ArpMessage {
  static constexpr std::uint16_t kRequest = 1;
  static constexpr std::uint16_t kReply = 2;

  std::uint16_t operation = kRequest;
  MacAddress sender_mac;
  Ipv4Address sender;
  MacAddress target_mac;
  Ipv4Address target;

  // nullopt: too short, or not IPv4 over Ethernet.
  static std::optional<ArpMessage> parse(Bytes payload);
  void append_to(ByteWriter& out) const;
  friend bool operator==(const ArpMessage&, const ArpMessage&) = default;
};

}  // namespace headwater::wire
