// SPDX-License-Identifier: Apache-2.0
//
// What is wrong with a transport stream, counted from its bytes by the letter of ISO/IEC 13818-1, with none
// of the code that tests judge by it.
#pragma once

#include <cstdint>
#include <vector>

#include "psi/ts/packet.h"

namespace headwater::test {

struct StreamCount {
  std::uint64_t packets = 0;
  std::uint64_t transport_errors = 0;   // transport_error_indicator: nothing else of the packet is believed
  std::uint64_t malformed = 0;          // no adaptation_field_control, or a length that lies
  std::uint64_t continuity_errors = 0;  // of the packets that are left, all PIDs but null
};

[[nodiscard]] StreamCount count_of(const std::vector<ts::Packet>& packets);

}  // namespace headwater::test
