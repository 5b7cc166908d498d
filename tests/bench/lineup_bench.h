// SPDX-License-Identifier: Apache-2.0
//
// What control takes for a lineup: to bring it on air, to change one channel of it, to replace the whole of
// it. The conductor with a store in memory, and a worker without a port that adopts the Plans; real time, on
// one thread.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "tests/bench/figure.h"

namespace headwater::bench {

struct LineupOptions {
  std::vector<std::uint32_t> channels{100, 1000, 10'000};
  unsigned changes = 50;  // of one channel each; the figures are their median and their greatest
};

// The error: a channel is not on air that should be.
std::expected<std::vector<Figure>, std::string> measure_lineup(const LineupOptions& options);

}  // namespace headwater::bench
