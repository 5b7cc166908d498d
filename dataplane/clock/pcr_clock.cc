// SPDX-License-Identifier: Apache-2.0
#include "dataplane/clock/pcr_clock.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace headwater::dataplane {
namespace {

// ISO/IEC 13818-1 2.4.2.1 allows ±30 ppm; equipment without discipline is worse.
constexpr double kInitialFrequencySigma = 50e-6 * 27e6;
constexpr double kGreatestVelocity = 1000e-6 * 27e6;
// Random walk of the frequency: 3 ppb per root second, in ticks^2/s^3. Quartz moves less; the rest is margin
// for warming up. Where the innovations lean to one side, a hundred times that.
constexpr double kFrequencyNoise = 0.0073;
constexpr double kFrequencyNoiseMoving = 0.73;
constexpr double kLeaning = 0.5;
// A measurement is never trusted beyond 2 us: bursts of the worker and of the sender.
constexpr double kVarianceFloor = 54.0 * 54.0;
constexpr double kFarOff = 4.0;       // sigmas
constexpr int kWindowsOfNewPath = 3;  // so many in a row mean that the path has changed
constexpr std::int64_t kWindow = kTicksPerSecond;
constexpr std::int64_t kShortestWindow = kTicksPerSecond / 10;
constexpr std::int64_t kLongestWindow = 4 * kTicksPerSecond;
constexpr double kWantedInWindow = 4;  // datagrams, to see how they scatter
constexpr int kWithinMemory = 8;       // windows
constexpr int kBetweenMemory = 16;

}  // namespace

void PcrClock::start(std::int64_t source, Instant local, double phase_sigma, double datagram_sigma) {
  source_ = source;
  local_ = local;
  phase_ = 0;
  p00_ = phase_sigma * phase_sigma + kVarianceFloor;
  p01_ = 0;
  const double floor = frequency_known_ ? 27.0 * 27.0 : kInitialFrequencySigma * kInitialFrequencySigma;
  p11_ = frequency_known_ ? std::max(p11_, floor) : floor;
  frequency_known_ = true;
  within_ = std::max(datagram_sigma * datagram_sigma, kVarianceFloor);
  between_ = 0;
  windows_within_ = windows_between_ = 0;
  last_count_ = 0;
  bias_ = 0;
  outliers_ = 0;
  started_ = source;
  reset_window(source);
}

void PcrClock::reset_window(std::int64_t source) {
  window_start_ = source;
  count_ = residual_sum_ = residual_square_ = source_sum_ = 0;
}

double PcrClock::ahead_of(Instant local, std::int64_t source) const {
  const auto distance = source - source_;
  return static_cast<double>(local_.value + distance - local.value) + phase_ +
         velocity_ * (static_cast<double>(distance) / kPerSecond);
}

double PcrClock::phase_sigma() const {
  return std::sqrt(p00_);
}
double PcrClock::frequency_sigma() const {
  return std::sqrt(p11_) / kPerSecond;
}

void PcrClock::disturb(double phase_sigma, double frequency_sigma) {
  p00_ += phase_sigma * phase_sigma;
  const double velocity_sigma = frequency_sigma * kPerSecond;
  p11_ += velocity_sigma * velocity_sigma;
  last_count_ = 0;
  outliers_ = 0;
  reset_window(window_start_);
}

void PcrClock::measure(const Segment& segment, std::int64_t source_end) {
  // Residual of a datagram: (local - segment.local) - offset - slope * (source - segment.source).
  const double offset = ahead_of(segment.local, segment.source);
  const double slope = 1.0 + frequency();
  count_ += segment.count;
  residual_sum_ += segment.local_sum - slope * segment.source_sum - segment.count * offset;
  residual_square_ += segment.local_square + slope * slope * segment.source_square +
                      segment.count * offset * offset - 2 * slope * segment.cross -
                      2 * offset * segment.local_sum + 2 * slope * offset * segment.source_sum;
  source_sum_ += segment.source_sum + segment.count * static_cast<double>(segment.source - window_start_);

  // Short windows first, so that a quiet network locks soon.
  const std::int64_t wanted = std::clamp((window_start_ - started_) / 4, kShortestWindow, kWindow);
  const std::int64_t gathered = source_end - window_start_;
  if (gathered < wanted || (count_ < kWantedInWindow && gathered < kLongestWindow)) return;
  if (count_ < 1) {
    reset_window(source_end);
    return;
  }

  const double mean = residual_sum_ / count_;
  const std::int64_t centre = window_start_ + std::llround(source_sum_ / count_);
  if (count_ >= kWantedInWindow) {
    const double variance = std::max(residual_square_ / count_ - mean * mean, 0.0) * count_ / (count_ - 1);
    windows_within_ = std::min(windows_within_ + 1, kWithinMemory);
    within_ += (variance - within_) / windows_within_;
  }
  const double count = count_;
  reset_window(source_end);
  update(mean, count, centre);
}

void PcrClock::predict(double seconds) {
  const double noise = std::abs(bias_) > kLeaning ? kFrequencyNoiseMoving : kFrequencyNoise;
  p00_ += 2 * seconds * p01_ + seconds * seconds * p11_ + noise * seconds * seconds * seconds / 3;
  p01_ += seconds * p11_ + noise * seconds * seconds / 2;
  p11_ += noise * seconds;
}

void PcrClock::update(double residual, double count, std::int64_t source) {
  // Move the anchor to the window's centre; whole ticks go into the integer, the rest stays in phase_.
  const auto distance = source - source_;
  const double seconds = static_cast<double>(distance) / kPerSecond;
  const double moved = phase_ + velocity_ * seconds;
  const double whole = std::floor(moved);
  source_ = source;
  local_ = Instant{local_.value + distance + static_cast<std::int64_t>(whole)};
  phase_ = moved - whole;
  predict(std::max(seconds, 0.0));

  const double measured = std::max(within_, between_) / count + kVarianceFloor;
  const double spread = p00_ + measured;

  // Differences of neighbouring windows show how far arrivals are late together, and no slow error of ours.
  if (last_count_ > 0) {
    const double step = residual - last_residual_;
    const double weight = 2 * count * last_count_ / (count + last_count_);
    const double seen = std::min(step * step, 25 * measured) / 2 * weight;
    windows_between_ = std::min(windows_between_ + 1, kBetweenMemory);
    between_ += (seen - between_) / windows_between_;
  }

  if (residual * residual > kFarOff * kFarOff * spread) {
    outliers_ = residual > 0 ? std::max(outliers_, 0) + 1 : std::min(outliers_, 0) - 1;
    if (std::abs(outliers_) < kWindowsOfNewPath) return;
    p00_ += residual * residual;
  }
  outliers_ = 0;

  const double total = p00_ + measured;
  bias_ += (std::clamp(residual / std::sqrt(total), -3.0, 3.0) - bias_) / 32;
  const double gain_phase = p00_ / total;
  const double gain_velocity = p01_ / total;
  phase_ += gain_phase * residual;
  velocity_ = std::clamp(velocity_ + gain_velocity * residual, -kGreatestVelocity, kGreatestVelocity);
  p11_ -= gain_velocity * p01_;
  p01_ *= 1 - gain_phase;
  p00_ *= 1 - gain_phase;
  last_residual_ = residual * (1 - gain_phase);
  last_count_ = count;
}

}  // namespace headwater::dataplane
