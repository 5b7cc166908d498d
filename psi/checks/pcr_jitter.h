// SPDX-License-Identifier: Apache-2.0
//
// How evenly the PCRs of one PID arrive: arrival against PCR, less the straight line that fits best (the two
// clocks' offset and drift). Fed while receiving, judged afterwards; keeps every sample. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "psi/base/ticks.h"
#include "psi/ts/pcr.h"

namespace headwater::ts {

class PcrJitter {
 public:
  struct Result {
    std::size_t samples = 0;
    double drift_ppm = 0;      // of the longest unbroken run: how much faster the arrival clock counts
    Ticks27 peak_to_peak;      // of the deviations from the line, the worst run
    Ticks27 max_deviation;     // the largest of them either way
    Ticks27 max_pcr_interval;  // between neighbours, by their PCRs
    Ticks27 max_arrival_interval;
  };

  void add(Pcr pcr, Instant arrival);
  // The next PCR has nothing to do with those before it (discontinuity_indicator): it begins a run of its
  // own.
  void discontinuity();
  [[nodiscard]] Result result() const;

 private:
  struct Sample {
    std::int64_t pcr;  // unwrapped, from the run's first
    Instant arrival;
  };
  using Run = std::vector<Sample>;

  Pcr last_;
  std::vector<Run> runs_;
};

}  // namespace headwater::ts
