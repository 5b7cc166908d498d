// SPDX-License-Identifier: Apache-2.0
//
// Down: whole frames from control that a worker sends as they are: membership reports, ARP and ICMP answers.
#pragma once

#include <cstdint>

#include "dataplane/channel/byte_ring.h"

namespace headwater::dataplane::channel {

struct InjectHeader {
  std::uint32_t port = 0;  // PortIndex
};

using InjectRing = ByteRing<InjectHeader>;

}  // namespace headwater::dataplane::channel
