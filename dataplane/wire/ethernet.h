// SPDX-License-Identifier: Apache-2.0
//
// The Ethernet header, IEEE 802.3, with at most one 802.1Q tag. EthernetView::parse checks the lengths once.
// Any thread; the view allocates nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "dataplane/wire/address.h"
#include "psi/base/bytes.h"

namespace headwater::wire {

inline constexpr std::uint16_t kEtherTypeIpv4 = 0x0800;
inline constexpr std::uint16_t kEtherTypeArp = 0x0806;
inline constexpr std::uint16_t kEtherTypeVlan = 0x8100;

inline constexpr std::size_t kEthernetHeaderSize = 14;
inline constexpr std::size_t kVlanTagSize = 4;
// IEEE 802.3 3.2.8: 64 bytes with the frame check sequence, which the device adds.
inline constexpr std::size_t kMinimumFrameSize = 60;

class EthernetView {
 public:
  // nullopt: too short for its own header.
  static std::optional<EthernetView> parse(Bytes frame);

  [[nodiscard]] MacAddress destination() const { return mac_at(0); }
  [[nodiscard]] MacAddress source() const { return mac_at(6); }
  // IEEE 802.1Q 9.6: VID 0 only carries a priority; such a frame is in no VLAN.
  [[nodiscard]] std::optional<std::uint16_t> vlan() const;
  // Of what payload() holds. A second tag is left in place: then this is its type.
  [[nodiscard]] std::uint16_t ether_type() const { return load_be16(&frame_[payload_offset_ - 2]); }
  [[nodiscard]] std::size_t payload_offset() const { return payload_offset_; }
  [[nodiscard]] Bytes payload() const { return frame_.subspan(payload_offset_); }  // with padding

 private:
  EthernetView(Bytes frame, std::size_t payload_offset) : frame_(frame), payload_offset_(payload_offset) {}
  [[nodiscard]] MacAddress mac_at(std::size_t offset) const;

  Bytes frame_;
  std::size_t payload_offset_;
};

struct EthernetFields {
  MacAddress destination{};
  MacAddress source{};
  std::optional<std::uint16_t> vlan{};  // VID
  std::uint8_t priority = 0;            // of the 802.1Q tag, 0..7
  std::uint16_t ether_type = kEtherTypeIpv4;
};

// Returns its size.
std::size_t write_ethernet_header(MutableBytes at, const EthernetFields& fields);
void append_ethernet_header(ByteWriter& out, const EthernetFields& fields);
// Zeros up to the minimum size. A tagged frame is padded so that it still has it when a switch takes the tag
// off.
void pad_frame(ByteWriter& frame, bool tagged);

}  // namespace headwater::wire
