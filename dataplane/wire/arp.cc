// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/arp.h"

#include <algorithm>
#include <cstddef>

#include "dataplane/wire/ethernet.h"

namespace headwater::wire {
namespace {

constexpr std::size_t kMessageSize = 28;
constexpr std::uint16_t kHardwareEthernet = 1;

MacAddress load_mac(Bytes at) {
  MacAddress mac;
  std::ranges::copy(at.first(mac.bytes.size()), mac.bytes.begin());
  return mac;
}

}  // namespace

std::optional<ArpMessage> ArpMessage::parse(Bytes payload) {
  if (payload.size() < kMessageSize) return std::nullopt;
  const bool ipv4_over_ethernet = load_be16(&payload[0]) == kHardwareEthernet &&
                                  load_be16(&payload[2]) == kEtherTypeIpv4 && payload[4] == 6 &&
                                  payload[5] == 4;
  if (!ipv4_over_ethernet) return std::nullopt;
  return ArpMessage{.operation = load_be16(&payload[6]),
                    .sender_mac = load_mac(payload.subspan(8)),
                    .sender = {load_be32(&payload[14])},
                    .target_mac = load_mac(payload.subspan(18)),
                    .target = {load_be32(&payload[24])}};
}

void ArpMessage::append_to(ByteWriter& out) const {
  out.u16(kHardwareEthernet).u16(kEtherTypeIpv4).u8(6).u8(4).u16(operation);
  out.bytes(sender_mac.bytes).u32(sender.value).bytes(target_mac.bytes).u32(target.value);
}

}  // namespace headwater::wire
