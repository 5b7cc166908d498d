// SPDX-License-Identifier: Apache-2.0
#include "tools/headwaterd/movement.h"

namespace headwater::daemon {

void Movement::sample(Instant now, std::uint64_t value) {
  if (!started_ || value < value_) {
    started_ = true;
    first_ = value_ = value;
    steps_.clear();
    return;
  }
  std::erase_if(steps_, [&](const Step& step) { return now - step.newest >= window_; });
  const std::uint64_t growth = value - value_;
  if (growth == 0) return;
  value_ = value;
  if (!steps_.empty() && now - steps_.back().at < window_ / kSteps) {
    steps_.back().growth += growth;
    steps_.back().newest = now;
  } else {
    steps_.push_back({now, now, growth});
  }
}

std::uint64_t Movement::recent(Instant now) const {
  std::uint64_t sum = 0;
  for (const Step& step : steps_) {
    if (now - step.newest < window_) sum += step.growth;
  }
  return sum;
}

}  // namespace headwater::daemon
