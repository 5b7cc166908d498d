// SPDX-License-Identifier: Apache-2.0
#include "dataplane/clock/steered_line.h"

#include <algorithm>
#include <cmath>

namespace headwater::dataplane {

void SteeredLine::set(std::int64_t source, Instant local) {
  source_ = source;
  local_ = local;
  fraction_ = 0;
}

Instant SteeredLine::at(std::int64_t source) const {
  const std::int64_t distance = source - source_;
  const double bent = fraction_ + static_cast<double>(distance) * slope_;
  return {local_.value + distance + std::llround(std::floor(bent))};
}

std::int64_t SteeredLine::source_at(Instant local) const {
  const auto distance = static_cast<double>(local.value - local_.value) - fraction_;
  return source_ + std::llround(distance / (1.0 + slope_));
}

void SteeredLine::advance(std::int64_t source) {
  const std::int64_t distance = source - source_;
  const double bent = fraction_ + static_cast<double>(distance) * slope_;
  const double whole = std::floor(bent);
  source_ = source;
  local_ = Instant{local_.value + distance + std::llround(whole)};
  fraction_ = bent - whole;
}

void SteeredLine::steer(double error, double frequency, double seconds, const Limits& limits) {
  const double late = error / static_cast<double>(kTicksPerSecond);
  // Not faster than can be braked again by `change` a step: otherwise the line swings about the estimate.
  const double brake = std::sqrt(std::abs(late) * limits.change / std::max(seconds, 1e-4));
  const double most = std::min(limits.slew, brake);
  const double wanted = frequency + std::clamp(late / limits.settle, -most, most);
  slope_ += std::clamp(wanted - slope_, -limits.change, limits.change);
}

}  // namespace headwater::dataplane
