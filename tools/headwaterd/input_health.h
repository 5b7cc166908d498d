// SPDX-License-Identifier: Apache-2.0
//
// What has gone wrong with one input of late, from its counters: an input whose packets come is not thereby
// in order. Time is an argument. One thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "dataplane/plan/counters.h"
#include "psi/base/ticks.h"
#include "tools/headwaterd/movement.h"

namespace headwater::daemon {

class InputHealth {
 public:
  // "Now" is so long after a packet.
  static constexpr Ticks27 kNow = Ticks27::seconds(2);
  // A bit for each kind.
  using Faults = std::uint32_t;

  void sample(Instant now, const dataplane::InputCounters& counters);
  // Of the last minute. Cheap.
  [[nodiscard]] Faults faults(Instant now) const;
  // "PAT errors, continuity errors", the gravest first.
  [[nodiscard]] static std::string names(Faults faults);
  // "in the last minute: 12 PAT errors, 3 continuity errors"; empty: nothing.
  [[nodiscard]] std::string trouble(Instant now) const;
  [[nodiscard]] bool scrambled(Instant now) const { return scrambled_.moved(now); }
  // Whether datagrams come, of whatever kind.
  [[nodiscard]] bool receives(Instant now) const { return datagrams_.moved(now); }

 private:
  static constexpr std::size_t kFaults = 12;
  std::array<Movement, kFaults> faults_;
  Movement scrambled_{kNow}, datagrams_{kNow};
};

}  // namespace headwater::daemon
