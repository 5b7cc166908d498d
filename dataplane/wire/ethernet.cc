// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/ethernet.h"

#include <algorithm>
#include <array>

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

std::size_t write_ethernet_header(MutableBytes at, const EthernetFields& fields) {
  const auto macs = std::ranges::copy(fields.destination.bytes, at.begin());
  std::ranges::copy(fields.source.bytes, macs.out);
  std::size_t size = kEthernetHeaderSize;
  if (fields.vlan) {
    store_be16(&at[12], kEtherTypeVlan);
    store_be16(&at[14], static_cast<std::uint16_t>((fields.priority << 13) | (*fields.vlan & 0x0FFF)));
    size += kVlanTagSize;
  }
  store_be16(&at[size - 2], fields.ether_type);
  return size;
}

void append_ethernet_header(ByteWriter& out, const EthernetFields& fields) {
  std::array<std::uint8_t, kEthernetHeaderSize + kVlanTagSize> header;
  out.bytes(Bytes(header).first(write_ethernet_header(header, fields)));
}

void pad_frame(ByteWriter& frame, bool tagged) {
  const std::size_t minimum = kMinimumFrameSize + (tagged ? kVlanTagSize : 0);
  while (frame.size() < minimum) frame.u8(0);
}

}  // namespace headwater::wire
