// SPDX-License-Identifier: Apache-2.0
#include "tests/support/settop/pcr_timing.h"

#include <algorithm>
#include <cmath>

namespace headwater::settop {
namespace {

constexpr Ticks27 kJump = Ticks27::milliseconds(500);

struct Line {
  double offset = 0;  // ticks
  double slope = 0;   // of (arrival - pcr) over pcr
};

template <typename Samples>
Line fit(const Samples& samples) {
  double mean_x = 0;
  double mean_y = 0;
  const auto count = static_cast<double>(samples.size());
  for (const auto& sample : samples) {
    mean_x += static_cast<double>(sample.pcr.value) / count;
    mean_y += static_cast<double>((sample.arrival - sample.pcr).value) / count;
  }
  double xx = 0;
  double xy = 0;
  for (const auto& sample : samples) {
    const double x = static_cast<double>(sample.pcr.value) - mean_x;
    xx += x * x;
    xy += x * (static_cast<double>((sample.arrival - sample.pcr).value) - mean_y);
  }
  const double slope = xx > 0 ? xy / xx : 0;
  return {.offset = mean_y - slope * mean_x, .slope = slope};
}

}  // namespace

void PcrTiming::add(Instant arrival, Pcr pcr, bool discontinuity_indicator) {
  if (!segments_.empty()) {
    Segment& segment = segments_.back();
    const Sample& last = segment.samples.back();
    const Ticks27 step = pcr - segment.last_pcr;
    const Ticks27 deviation = (arrival - segment.first_arrival) - last.arrival - step;
    if (!discontinuity_indicator && deviation < kJump && -deviation < kJump) {
      segment.samples.push_back({.pcr = last.pcr + step, .arrival = arrival - segment.first_arrival});
      segment.last_pcr = pcr;
      return;
    }
  }
  segments_.push_back({.first_arrival = arrival, .last_pcr = pcr, .samples = {Sample{}}});
}

PcrTiming::Result PcrTiming::result() const {
  Result result;
  std::vector<double> distances;
  std::size_t longest = 0;
  for (const Segment& segment : segments_) {
    const Line line = fit(segment.samples);
    double low = 0;
    double high = 0;
    for (std::size_t i = 0; i < segment.samples.size(); ++i) {
      const Sample& sample = segment.samples[i];
      const double expected = line.offset + line.slope * static_cast<double>(sample.pcr.value);
      const double microseconds = (static_cast<double>((sample.arrival - sample.pcr).value) - expected) / 27;
      low = std::min(low, microseconds);
      high = std::max(high, microseconds);
      distances.push_back(std::abs(microseconds));
      if (i > 0) result.interval_max = std::max(result.interval_max, sample.pcr - segment.samples[i - 1].pcr);
    }
    result.count += segment.samples.size();
    result.jitter_peak_to_peak_us = std::max(result.jitter_peak_to_peak_us, high - low);
    if (segment.samples.size() > longest) {
      longest = segment.samples.size();
      result.drift_ppm = line.slope * 1e6;
    }
  }
  if (!distances.empty()) {
    result.discontinuities = segments_.size() - 1;
    const auto at = distances.begin() + static_cast<std::ptrdiff_t>((distances.size() - 1) * 99 / 100);
    std::ranges::nth_element(distances, at);
    result.jitter_p99_us = *at;
  }
  return result;
}

}  // namespace headwater::settop
