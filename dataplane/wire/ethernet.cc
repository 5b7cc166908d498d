// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/ethernet.h"

#include <algorithm>

namespace headwater::wire {

std::optional<EthernetView> EthernetView::parse(Bytes frame) {
  if (frame.size() < kEthernetHeaderSize) return std::nullopt;
  if (load_be16(&frame[12]) != kEtherTypeVlan) return EthernetView(frame, kEthernetHeaderSize);
  if (frame.size() < kEthernetHeaderSize + kVlanTagSize) return std::nullopt;
  return EthernetView(frame, kEthernetHeaderSize + kVlanTagSize);
}

std::optional<std::uint16_t> EthernetView::vlan() const {
  if (payload_offset_ == kEthernetHeaderSize) return std::nullopt;
  const auto vid = static_cast<std::uint16_t>(load_be16(&frame_[14]) & 0x0FFF);
  if (vid == 0) return std::nullopt;
  return vid;
}

MacAddress EthernetView::mac_at(std::size_t offset) const {
  MacAddress mac;
  std::ranges::copy(frame_.subspan(offset, mac.bytes.size()), mac.bytes.begin());
  return mac;
}

void append_ethernet_header(ByteWriter& out, const EthernetFields& fields) {
  out.bytes(fields.destination.bytes).bytes(fields.source.bytes);
  if (fields.vlan) {
    out.u16(kEtherTypeVlan)
        .u16(static_cast<std::uint16_t>((fields.priority << 13) | (*fields.vlan & 0x0FFF)));
  }
  out.u16(fields.ether_type);
}

void pad_frame(ByteWriter& frame, bool tagged) {
  const std::size_t minimum = kMinimumFrameSize + (tagged ? kVlanTagSize : 0);
  while (frame.size() < minimum) frame.u8(0);
}

}  // namespace headwater::wire
