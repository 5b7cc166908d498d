// SPDX-License-Identifier: Apache-2.0
#include "psi/section/packetiser.h"

#include <algorithm>
#include <cstddef>

namespace headwater::psi {
namespace {

ts::Packet begin_packet(Pid pid, bool unit_start, std::uint8_t continuity_counter) {
  ts::Packet packet;
  packet.fill(0xFF);
  packet[0] = ts::kSyncByte;
  packet[1] = unit_start ? 0x40 : 0x00;
  ts::set_pid(packet, pid);
  packet[3] = 0x10;  // not scrambled, payload only
  ts::set_continuity_counter(packet, continuity_counter);
  return packet;
}

}  // namespace

std::vector<ts::Packet> packetise(Pid pid, std::span<const std::vector<std::uint8_t>> sections) {
  std::vector<ts::Packet> packets;
  for (const std::vector<std::uint8_t>& section : sections) {
    Bytes rest(section);
    for (bool first = true; !rest.empty(); first = false) {
      ts::Packet packet = begin_packet(pid, first, static_cast<std::uint8_t>(packets.size() & 0x0F));
      std::size_t offset = 4;
      if (first) packet[offset++] = 0;  // pointer_field: the section begins right behind it
      const std::size_t count = std::min(rest.size(), ts::kPacketSize - offset);
      std::copy_n(rest.begin(), count, packet.begin() + static_cast<std::ptrdiff_t>(offset));
      rest = rest.subspan(count);
      packets.push_back(packet);
    }
  }
  return packets;
}

}  // namespace headwater::psi
