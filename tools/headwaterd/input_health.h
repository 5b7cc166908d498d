// SPDX-License-Identifier: Apache-2.0
//
// What has gone wrong with one input of late, from its counters: an input whose packets come is not thereby
// in order. Time is an argument. One thread.
#pragma once

#include <array>
#include <cstddef>
#include <string>

#include "dataplane/plan/counters.h"
#include "psi/base/ticks.h"
#include "tools/headwaterd/movement.h"

namespace headwater::daemon {

class InputHealth {
 public:
  // Scrambling is "now" for so long after a scrambled packet.
  static constexpr Ticks27 kScrambledWindow = Ticks27::seconds(2);

  void sample(Instant now, const dataplane::InputCounters& counters);
  // "in the last minute: 12 PAT errors, 3 continuity errors", the gravest first; empty: nothing.
  [[nodiscard]] std::string trouble(Instant now) const;
  [[nodiscard]] bool scrambled(Instant now) const { return scrambled_.recent(now) > 0; }

 private:
  static constexpr std::size_t kFaults = 12;
  std::array<Movement, kFaults> faults_;
  Movement scrambled_{kScrambledWindow};
};

}  // namespace headwater::daemon
