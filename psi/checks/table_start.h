// SPDX-License-Identifier: Apache-2.0
//
// The table_id of the section that a packet begins, without gathering the section: enough to see that a table
// is repeated. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "psi/ts/packet.h"

namespace headwater::ts {

// nullopt: no section begins here, the packet is scrambled, or pointer_field leads out of it or to stuffing.
[[nodiscard]] inline std::optional<std::uint8_t> starting_table_id(const PacketView& packet) {
  if (!packet.payload_unit_start() || !packet.has_payload() || packet.scrambling_control() != 0) {
    return std::nullopt;
  }
  const Bytes payload = packet.payload();
  if (payload.empty()) return std::nullopt;
  const std::size_t start = 1U + payload[0];  // ISO/IEC 13818-1 2.4.4.2: pointer_field
  if (start >= payload.size() || payload[start] == 0xFF) return std::nullopt;
  return payload[start];
}

}  // namespace headwater::ts
