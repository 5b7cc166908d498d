// SPDX-License-Identifier: Apache-2.0
//
// The copy of one TS packet into an output's datagram: PID, continuity_counter and, at the seam of a looped
// file, discontinuity_indicator. PCRs stay as they are: an output of transparent timing. One output's, hence
// one worker thread's; no allocation.
#pragma once

#include <array>
#include <cstdint>

#include "psi/base/pid.h"
#include "psi/ts/packet.h"

namespace headwater::dataplane {

// The continuity counters of one output, by output PID. They outlive every Plan of the slot, so that a
// receiver sees no break where the lineup changes.
class ContinuityWriter {
 public:
  ContinuityWriter() { last_.fill(0x0F); }

  // `repeats`: the packet is the legal repetition of the one before on its PID.
  void stamp(ts::MutablePacketBytes packet, Pid pid, bool repeats) {
    std::uint8_t& last = last_[pid.value()];
    // ISO/IEC 13818-1 2.4.3.3: the counter does not advance on packets without payload, nor on a duplicate.
    const bool payload = (packet[3] & 0x10) != 0;
    if (payload && !repeats) last = (last + 1) & 0x0F;
    ts::set_continuity_counter(packet, last);
  }

 private:
  std::array<std::uint8_t, Pid::kCount> last_;
};

struct CopyOrder {
  const std::uint8_t* from = nullptr;  // 188 bytes
  Pid pid = kNullPid;                  // in the output
  bool repeats = false;
  bool seam = false;  // the packet carries a PCR, hence an adaptation field with its flags
};

void copy_packet(const CopyOrder& order, ContinuityWriter& continuity, ts::MutablePacketBytes to);

}  // namespace headwater::dataplane
