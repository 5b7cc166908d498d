// SPDX-License-Identifier: Apache-2.0
//
// Whether RTP timestamps may serve as a source's clock: they must advance like 90 kHz against arrival, over
// some seconds. Senders that write frame times, zeros or arrival counters of their own do not. One worker
// thread.
#pragma once

#include <cstdint>

#include "psi/base/ticks.h"

namespace headwater::dataplane {

class RtpClockCheck {
 public:
  void add(Instant arrival, std::uint32_t timestamp);
  [[nodiscard]] bool plausible() const { return good_ >= kWanted; }
  void reset() { *this = RtpClockCheck{}; }

 private:
  static constexpr int kWanted = 2;

  bool begun_ = false;
  Instant start_;
  std::uint32_t start_timestamp_ = 0;
  std::uint32_t last_timestamp_ = 0;
  int good_ = 0;  // windows in a row
};

}  // namespace headwater::dataplane
