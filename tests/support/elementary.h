// SPDX-License-Identifier: Apache-2.0
//
// What a decoder would get of each PID: the payloads of its packets, in order, legal duplicates once. For
// comparing what entered with what left, byte by byte.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "psi/base/bytes.h"
#include "psi/base/pid.h"
#include "psi/ts/packet.h"

namespace headwater::test {

struct Elementary {
  std::map<std::uint16_t, std::vector<std::uint8_t>> payload;  // by PID
  // The packets themselves, duplicates too, but for what a remultiplexer may change: PID, continuity_counter
  // and discontinuity_indicator are zero.
  std::map<std::uint16_t, std::vector<std::uint8_t>> whole;
  std::map<std::uint16_t, std::uint64_t> packets;
  std::map<std::uint16_t, std::uint64_t> continuity_errors;
  std::uint64_t errors = 0;      // of all PIDs
  std::uint64_t duplicates = 0;  // legal ones
  std::uint64_t unusable = 0;    // transport_error_indicator, or no packet by ISO/IEC 13818-1
};

[[nodiscard]] Elementary elementary_of(const std::vector<ts::Packet>& packets);

// The packets of a file of 188, 192 or 204 byte packets; bytes that are in none are left out.
[[nodiscard]] std::vector<ts::Packet> packets_of(Bytes file);

// `out` is what left while `pass` was played again and again, and ended with the end of a pass. Empty: it
// holds at least `passes` whole passes in a row and nothing else but the end of an earlier one; else what is
// wrong.
[[nodiscard]] std::string compare_passes(Bytes out, Bytes pass, unsigned passes);

// Empty: `out` is the end of `in`, and no shorter than `least` hundredths of it: what came before the channel
// was on air is missing; else what is wrong.
[[nodiscard]] std::string compare_tail(Bytes out, Bytes in, unsigned least);

// The same as compare_passes for whole packets that were recorded from anywhere in a pass to anywhere in a
// later one.
[[nodiscard]] std::string compare_stretch(Bytes out, Bytes pass, unsigned passes);

}  // namespace headwater::test
