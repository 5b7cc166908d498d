// SPDX-License-Identifier: Apache-2.0
#include "dataplane/clock/rtp_clock_check.h"

#include <algorithm>
#include <cstdlib>

namespace headwater::dataplane {

void RtpClockCheck::add(Instant arrival, std::uint32_t timestamp) {
  constexpr Ticks27 kWindow = Ticks27::seconds(2);
  const bool back = begun_ && static_cast<std::int32_t>(timestamp - last_timestamp_) < 0;
  last_timestamp_ = timestamp;
  if (back) good_ = 0;
  if (!begun_ || back) {
    begun_ = true;
    start_ = arrival;
    start_timestamp_ = timestamp;
    return;
  }
  const Ticks27 elapsed = arrival - start_;
  if (elapsed < kWindow) return;
  // RFC 3551: payload type 33 counts 90 kHz, 300 ticks each. A tenth leaves room for network jitter.
  const std::int64_t advanced = std::int64_t{timestamp - start_timestamp_} * 300;
  const bool good = std::abs(advanced - elapsed.value) < elapsed.value / 10;
  good_ = good ? std::min(good_ + 1, kWanted) : 0;
  start_ = arrival;
  start_timestamp_ = timestamp;
}

}  // namespace headwater::dataplane
