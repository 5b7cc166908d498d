// SPDX-License-Identifier: Apache-2.0
#include "psi/ts/packet.h"

#include <algorithm>

namespace headwater::ts {
namespace {

// ISO/IEC 13818-1 2.4.3.5: what the flags promise must lie within adaptation_field_length.
bool adaptation_content_fits(Bytes field) {
  const std::uint8_t flags = field[0];
  std::size_t needed = 1;
  if ((flags & 0x10) != 0) needed += 6;  // program_clock_reference
  if ((flags & 0x08) != 0) needed += 6;  // original_program_clock_reference
  if ((flags & 0x04) != 0) needed += 1;  // splice_countdown
  if ((flags & 0x02) != 0) {             // transport_private_data
    if (field.size() < needed + 1) return false;
    needed += 1U + field[needed];
  }
  if ((flags & 0x01) != 0) {  // adaptation_field_extension
    if (field.size() < needed + 1) return false;
    needed += 1U + field[needed];
  }
  return needed <= field.size();
}

void write_pcr(std::uint8_t* at, Pcr pcr) {
  store_be32(at, static_cast<std::uint32_t>(pcr.base() >> 1));
  // 1 bit of base, 6 reserved bits (ones), 9 bits of extension.
  at[4] = static_cast<std::uint8_t>(((pcr.base() & 1) << 7) | 0x7E | (pcr.extension() >> 8));
  at[5] = static_cast<std::uint8_t>(pcr.extension());
}

}  // namespace

std::expected<PacketView, PacketError> PacketView::parse(PacketBytes bytes) {
  if (bytes[0] != kSyncByte) return std::unexpected(PacketError::kSync);
  const bool payload = (bytes[3] & 0x10) != 0;
  if ((bytes[3] & 0x20) == 0) {
    if (!payload) return std::unexpected(PacketError::kReservedControl);
    return PacketView(bytes, 4);
  }
  // ISO/IEC 13818-1 2.4.3.5: adaptation_field_length is 0..182 with payload, 183 without.
  const std::size_t length = bytes[4];
  if (payload ? length > 182 : length != 183) return std::unexpected(PacketError::kAdaptationFieldLength);
  if (length > 0 && !adaptation_content_fits(Bytes(bytes).subspan(5, length))) {
    return std::unexpected(PacketError::kAdaptationFieldContent);
  }
  return PacketView(bytes, 5 + length);
}

std::optional<Pcr> PacketView::pcr() const {
  if ((flags() & 0x10) == 0) return std::nullopt;
  const std::int64_t base = (std::int64_t{load_be32(&bytes_[6])} << 1) | (bytes_[10] >> 7);
  const std::int64_t extension = load_be16(&bytes_[10]) & 0x1FF;
  return Pcr::from_ticks(base * 300 + extension);
}

void set_pcr(MutablePacketBytes packet, Pcr pcr) {
  write_pcr(&packet[6], pcr);
}

Packet make_null_packet() {
  Packet packet;
  packet.fill(0xFF);
  packet[0] = kSyncByte;
  packet[1] = 0x1F;
  packet[2] = 0xFF;
  packet[3] = 0x10;
  return packet;
}

Packet make_pcr_packet(Pid pid, Pcr pcr, std::uint8_t continuity_counter) {
  Packet packet;
  packet.fill(0xFF);
  packet[0] = kSyncByte;
  packet[1] = 0;
  set_pid(packet, pid);
  packet[3] = static_cast<std::uint8_t>(0x20 | (continuity_counter & 0x0F));
  packet[4] = 183;
  packet[5] = 0x10;
  set_pcr(packet, pcr);
  return packet;
}

}  // namespace headwater::ts
