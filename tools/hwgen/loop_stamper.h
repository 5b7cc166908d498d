// SPDX-License-Identifier: Apache-2.0
//
// Makes the seam of a looped file what ISO/IEC 13818-1 2.4.3.5 asks of a discontinuity: continuity counters
// go on, and the first PCR of each PID behind it carries discontinuity_indicator. One thread.
#pragma once

#include <array>
#include <bitset>

#include "psi/base/pid.h"
#include "psi/ts/packet.h"

namespace headwater::hwgen {

class LoopStamper {
 public:
  void seam();
  void stamp(ts::MutablePacketBytes packet);

 private:
  struct State {
    std::uint8_t offset = 0;  // added to the file's counters in this loop
    std::uint8_t last = 0;    // as sent
    bool seen = false;
    bool rejoin = false;  // the next packet is the first behind the seam
    bool flag_pcr = false;
  };
  std::array<State, Pid::kCount> pids_{};
};

}  // namespace headwater::hwgen
