// SPDX-License-Identifier: Apache-2.0
//
// Up: from a worker to control. Changed PSI sections, and whole frames that control answers (ARP, IGMP,
// ICMP).
#pragma once

#include <cstdint>

#include "dataplane/channel/byte_ring.h"
#include "psi/base/stream_position.h"
#include "psi/base/ticks.h"

namespace headwater::dataplane::channel {

struct PuntHeader {
  enum class Kind : std::uint8_t {
    kSection,  // bytes: a whole section, CRC_32 checked, `slot` an InputSlot
    kFrame,    // bytes: an Ethernet frame, `slot` a PortIndex
  };
  Kind kind = Kind::kSection;
  std::uint16_t pid = 0;  // of a section
  std::uint32_t slot = 0;
  std::uint64_t life = 0;   // of the section's input
  Instant at;               // arrival of the frame, or of the packet that completed the section
  StreamPosition position;  // of that packet
};

using PuntRing = ByteRing<PuntHeader>;

}  // namespace headwater::dataplane::channel
