// SPDX-License-Identifier: Apache-2.0
//
// The copy of one TS packet into an output's datagram: PID, continuity_counter and, at the seam of a looped
// file, discontinuity_indicator. PCRs stay as they are: an output of transparent timing. One output's, hence
// one worker thread's; no allocation.
#pragma once

#include <cstdint>

#include "dataplane/plan/stream_record.h"
#include "psi/base/pid.h"
#include "psi/ts/packet.h"

namespace headwater::dataplane {

struct CopyOrder {
  const std::uint8_t* from = nullptr;  // 188 bytes
  Pid pid = kNullPid;                  // in the output
  bool repeats = false;
  bool seam = false;  // the packet carries a PCR, hence an adaptation field with its flags
};

void copy_packet(const CopyOrder& order, ContinuityWriter& continuity, ts::MutablePacketBytes to);

}  // namespace headwater::dataplane
