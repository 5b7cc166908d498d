// SPDX-License-Identifier: Apache-2.0
#include "psi/checks/pcr_jitter.h"

#include <algorithm>
#include <cmath>

namespace headwater::ts {
namespace {

// y over x, by least squares around the means: ticks of days stay exact to far below one tick.
struct Line {
  double mean_x = 0;
  double mean_y = 0;
  double slope = 0;
  [[nodiscard]] double deviation(double x, double y) const { return y - mean_y - slope * (x - mean_x); }
};

struct Point {
  double x;
  double y;
};

Line fit(const std::vector<Point>& points) {
  Line line;
  const auto count = static_cast<double>(points.size());
  for (const Point& p : points) {
    line.mean_x += p.x / count;
    line.mean_y += p.y / count;
  }
  double xx = 0;
  double xy = 0;
  for (const Point& p : points) {
    xx += (p.x - line.mean_x) * (p.x - line.mean_x);
    xy += (p.x - line.mean_x) * (p.y - line.mean_y);
  }
  if (xx > 0) line.slope = xy / xx;
  return line;
}

Ticks27 to_ticks(double value) {
  return {static_cast<std::int64_t>(std::llround(value))};
}

}  // namespace

void PcrJitter::add(Pcr pcr, Instant arrival) {
  if (runs_.empty()) runs_.emplace_back();
  Run& run = runs_.back();
  const std::int64_t at = run.empty() ? 0 : run.back().pcr + (pcr - last_).value;
  run.push_back({at, arrival});
  last_ = pcr;
}

void PcrJitter::discontinuity() {
  if (!runs_.empty() && !runs_.back().empty()) runs_.emplace_back();
}

PcrJitter::Result PcrJitter::result() const {
  Result result;
  std::size_t longest = 0;
  for (const Run& run : runs_) {
    result.samples += run.size();
    std::vector<Point> points;
    for (std::size_t i = 0; i < run.size(); ++i) {
      const std::int64_t elapsed = (run[i].arrival - run[0].arrival).value;
      points.push_back({static_cast<double>(run[i].pcr), static_cast<double>(elapsed - run[i].pcr)});
      if (i == 0) continue;
      result.max_pcr_interval = std::max(result.max_pcr_interval, Ticks27{run[i].pcr - run[i - 1].pcr});
      result.max_arrival_interval =
          std::max(result.max_arrival_interval, run[i].arrival - run[i - 1].arrival);
    }
    if (points.size() < 2) continue;
    const Line line = fit(points);
    double low = 0;
    double high = 0;
    for (const Point& p : points) {
      low = std::min(low, line.deviation(p.x, p.y));
      high = std::max(high, line.deviation(p.x, p.y));
    }
    result.peak_to_peak = std::max(result.peak_to_peak, to_ticks(high - low));
    result.max_deviation = std::max(result.max_deviation, to_ticks(std::max(high, -low)));
    if (run.size() > longest) {
      longest = run.size();
      result.drift_ppm = line.slope * 1e6;
    }
  }
  return result;
}

}  // namespace headwater::ts
