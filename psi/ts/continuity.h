// SPDX-License-Identifier: Apache-2.0
//
// Continuity of one PID, ISO/IEC 13818-1 2.4.3.3 and TR 101 290 1.4. A legal duplicate repeats every byte but
// the PCR; fifteen lost packets repeat only the counter. The header, the payload's length and eight bytes at
// either end of it tell them apart: they lie where the worker reads anyway. One thread; 16 bytes of state.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "psi/ts/packet.h"

namespace headwater::ts {

enum class Continuity : std::uint8_t {
  kFirst,      // nothing to compare with, or discontinuity_indicator allows any value
  kExpected,   // follows the one before
  kDuplicate,  // the one legal repetition of the packet before
  kError,      // lost, out of order, or repeated more than once
};

class ContinuityCheck {
 public:
  // Null packets have no continuity: do not pass them.
  Continuity next(const PacketView& packet) {
    const std::uint8_t counter = packet.continuity_counter();
    const bool payload = packet.has_payload();
    const std::uint64_t content = payload ? content_of(packet) : 0;
    const bool same = payload && seen_ && counter == counter_ && content == content_;
    Continuity verdict = Continuity::kFirst;
    if (seen_ && !packet.discontinuity_indicator()) {
      // continuity_counter does not advance on packets without payload.
      const std::uint8_t expected = payload ? (counter_ + 1) & 0x0F : counter_;
      if (counter == expected) {
        verdict = Continuity::kExpected;
      } else if (same && last_had_payload_ && !duplicate_) {
        verdict = Continuity::kDuplicate;
      } else {
        verdict = Continuity::kError;
      }
    }
    // One repetition is legal; the second and every further one is an error.
    const bool again = same && verdict == Continuity::kError;
    duplicate_ = verdict == Continuity::kDuplicate || (duplicate_ && again);
    seen_ = true;
    last_had_payload_ = payload || (last_had_payload_ && verdict == Continuity::kExpected);
    counter_ = counter;
    if (payload) content_ = content;
    return verdict;
  }
  void reset() { *this = ContinuityCheck{}; }

 private:
  static std::uint64_t content_of(const PacketView& packet) {
    constexpr std::size_t kLast = kPacketSize - sizeof(std::uint64_t);
    constexpr std::uint64_t kSpread = 0x9E37'79B9'7F4A'7C15;  // odd: no start is lost
    const PacketBytes bytes = packet.bytes();
    const std::size_t length = packet.payload().size();
    std::uint64_t start = 0;
    std::uint64_t end = 0;
    std::memcpy(&start, &bytes[std::min(kPacketSize - length, kLast)], sizeof start);
    std::memcpy(&end, &bytes[kLast], sizeof end);
    const std::uint64_t header = (length << 16) | (std::uint64_t{bytes[1]} << 8) | (bytes[3] & 0xF0U);
    return ((start * kSpread + end) * kSpread) + header;
  }

  std::uint64_t content_ = 0;  // of the last packet with payload
  std::uint8_t counter_ = 0;
  bool seen_ = false;
  bool duplicate_ = false;
  bool last_had_payload_ = false;
};

}  // namespace headwater::ts
