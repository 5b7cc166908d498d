// SPDX-License-Identifier: Apache-2.0
//
// When the PCRs of one PID arrived, against what they say. The clocks' difference and drift are taken out by
// a straight line through all of a segment; what remains is jitter. A segment ends at a discontinuity. One
// thread.
#pragma once

#include <cstddef>
#include <vector>

#include "psi/base/ticks.h"
#include "psi/ts/pcr.h"

namespace headwater::settop {

class PcrTiming {
 public:
  struct Result {
    std::size_t count = 0;
    std::size_t discontinuities = 0;  // signalled, or jumps of over half a second against arrival
    Ticks27 interval_max;             // between two PCRs' values
    double drift_ppm = 0;             // of the longest segment: positive where the PCR runs slow
    double jitter_peak_to_peak_us = 0;
    double jitter_p99_us = 0;  // 99 % of all PCRs are no further from the line
  };

  void add(Instant arrival, Pcr pcr, bool discontinuity_indicator);
  [[nodiscard]] Result result() const;

 private:
  struct Sample {
    Ticks27 pcr;      // from the segment's first on
    Ticks27 arrival;  // likewise
  };
  struct Segment {
    Instant first_arrival;
    Pcr last_pcr;
    std::vector<Sample> samples;
  };

  std::vector<Segment> segments_;
};

}  // namespace headwater::settop
