// SPDX-License-Identifier: Apache-2.0
//
// Received frames from the worker whose queue brought them to the one that owns their input.
#pragma once

#include <cstdint>

#include "dataplane/channel/ring.h"
#include "dataplane/plan/frame.h"
#include "dataplane/plan/slots.h"

namespace headwater::dataplane::channel {

struct HandedFrame {
  Frame frame;
  InputSlot input;
  std::uint64_t life = 0;            // of the input: its slot may have passed to another one meanwhile
  std::uint16_t payload_offset = 0;  // as the classifier found them
  std::uint16_t payload_length = 0;
};

using HandoverRing = Ring<HandedFrame>;

}  // namespace headwater::dataplane::channel
