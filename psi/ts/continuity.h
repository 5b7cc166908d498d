// SPDX-License-Identifier: Apache-2.0
//
// Continuity of one PID, ISO/IEC 13818-1 2.4.3.3 and TR 101 290 1.4. One thread; eight bytes of state at
// most.
#pragma once

#include <cstdint>

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
    Continuity verdict = Continuity::kFirst;
    if (seen_ && !packet.discontinuity_indicator()) {
      // continuity_counter does not advance on packets without payload.
      const std::uint8_t expected = payload ? (counter_ + 1) & 0x0F : counter_;
      if (counter == expected) {
        verdict = Continuity::kExpected;
      } else if (payload && counter == counter_ && last_had_payload_ && !duplicate_) {
        verdict = Continuity::kDuplicate;
      } else {
        verdict = Continuity::kError;
      }
    }
    // One repetition is legal; the second and every further one is an error.
    const bool again = payload && seen_ && counter == counter_ && verdict == Continuity::kError;
    duplicate_ = verdict == Continuity::kDuplicate || (duplicate_ && again);
    seen_ = true;
    last_had_payload_ = payload || (last_had_payload_ && verdict == Continuity::kExpected);
    counter_ = counter;
    return verdict;
  }
  void reset() { *this = ContinuityCheck{}; }

 private:
  std::uint8_t counter_ = 0;
  bool seen_ = false;
  bool duplicate_ = false;
  bool last_had_payload_ = false;
};

}  // namespace headwater::ts
