// SPDX-License-Identifier: Apache-2.0
//
// Sections into packets: pointer_field 0 in front of the first, the next section directly behind, 0xFF to the
// end. continuity_counter counts up from 0. ISO/IEC 13818-1 2.4.4. Any thread.
#pragma once

#include <span>
#include <vector>

#include "psi/base/bytes.h"
#include "psi/base/pid.h"
#include "psi/ts/packet.h"

namespace headwater::psi {

// Sections are whole and valid. Each section begins in a packet of its own (receivers that look only at the
// first section of a packet are on the air).
[[nodiscard]] std::vector<ts::Packet> packetise(Pid pid, std::span<const std::vector<std::uint8_t>> sections);

}  // namespace headwater::psi
