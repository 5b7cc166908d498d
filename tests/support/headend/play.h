// SPDX-License-Identifier: Apache-2.0
//
// An encoder on the headend's wire.
#pragma once

#include <string_view>
#include <vector>

#include "tests/support/headend/headend.h"
#include "tests/support/program_generator.h"

namespace headwater::test {

// Seven packets a datagram, each arriving when the last of them was sent, or up to `jitter` later, in order.
void play(Headend& headend, std::string_view port, const Flow& flow, const std::vector<TimedPacket>& packets,
          Ticks27 jitter = {});

}  // namespace headwater::test
