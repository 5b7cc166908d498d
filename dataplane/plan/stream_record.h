// SPDX-License-Identifier: Apache-2.0
//
// What goes on in an output's stream from one datagram to the next, for as long as receivers listen: longer
// than a Plan, an owner and, in shared memory, the process (control/publish/stream_memory). Values that are
// whole at any moment: the process may end between any two instructions. All zero: a stream that begins. The
// slot's owner writes.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "psi/base/pid.h"
#include "psi/ts/packet.h"

namespace headwater::dataplane {

// The continuity counters of one output, by output PID.
class ContinuityWriter {
 public:
  // `repeats`: the packet is the legal repetition of the one before on its PID.
  void stamp(ts::MutablePacketBytes packet, Pid pid, bool repeats) {
    std::uint8_t& pair = next_[pid.value() / 2U];
    const unsigned shift = pid.value() % 2U * 4U;
    const unsigned both = pair;
    const unsigned next = (both >> shift) & 0x0FU;
    // ISO/IEC 13818-1 2.4.3.3: the counter does not advance on packets without payload, nor on a duplicate.
    const bool payload = (packet[3] & 0x10) != 0;
    if (!payload || repeats) {
      ts::set_continuity_counter(packet, static_cast<std::uint8_t>((next - 1) & 0x0FU));
      return;
    }
    ts::set_continuity_counter(packet, static_cast<std::uint8_t>(next));
    pair = static_cast<std::uint8_t>((both & ~(0x0FU << shift)) | (((next + 1) & 0x0FU) << shift));
  }

 private:
  std::array<std::uint8_t, Pid::kCount / 2> next_{};  // the next packet's, four bits each
};

struct StreamRecord {
  std::uint64_t stream = 0;  // whose it is, as stream_of has it; 0: nobody's
  std::uint16_t next_sequence = 0;
  bool sequenced = false;  // next_sequence counts: the stream has gone by RTP
  // Its times have become others since the last PCR, or receivers know it from before: the next PCR carries
  // discontinuity_indicator.
  bool jumped = false;
  std::uint16_t identification = 0;  // IPv4's, of the next datagram
  ContinuityWriter continuity{};
};
static_assert(std::is_trivially_copyable_v<StreamRecord>);

// Of an output's id. FNV-1a: two of them that meet would go on by each other's counters, no worse.
[[nodiscard]] constexpr std::uint64_t stream_of(std::string_view output) {
  std::uint64_t hash = 0xCBF2'9CE4'8422'2325;
  for (const char c : output) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x0000'0100'0000'01B3;
  return hash == 0 ? 1 : hash;
}

}  // namespace headwater::dataplane
