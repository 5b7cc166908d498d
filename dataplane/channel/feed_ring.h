// SPDX-License-Identifier: Apache-2.0
//
// Frames of one file input, from its feeder thread to the worker: TS packets with their due times.
#pragma once

#include <array>
#include <cstdint>

#include "dataplane/channel/ring.h"
#include "dataplane/plan/frame.h"
#include "psi/base/ticks.h"

namespace headwater::dataplane::channel {

struct FedFrame {
  Frame frame;                   // data: `count` packets of 188 bytes, back to back
  std::uint8_t count = 0;        // 1..7
  std::uint8_t seam = 0;         // bit i: the first packet after the seam of a looped file is packet i
  std::uint16_t torn_bytes = 0;  // bytes before the seam that made no whole packet: counted, not sent
  std::array<Instant, 7> due{};
};

using FeedRing = Ring<FedFrame>;

}  // namespace headwater::dataplane::channel
