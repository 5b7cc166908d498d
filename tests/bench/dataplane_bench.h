// SPDX-License-Identifier: Apache-2.0
//
// What the whole packet path costs: classify, timeline, history, routing, rewriting, tables, framing,
// calendar, checksums, send; on DPDK's net_null, or on ports that cost nothing. One thread, virtual time: the
// worker turns every 50 microseconds of it in which there is something to do, so that it meets bursts as a
// busy one does.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "psi/base/ticks.h"
#include "tests/bench/figure.h"

namespace headwater::bench {

struct DataplaneOptions {
  // net_null's frames are DPDK's: then the Eal runs, on this thread, with null_device_memory() of these.
  enum class Ports : std::uint8_t { kNullDevice, kSynthetic } ports = Ports::kNullDevice;
  std::vector<std::uint32_t> channels{1, 100, 1000};  // of 4 Mb/s
  unsigned runs = 5;                                  // the figure is their median
  Ticks27 measured = Ticks27::seconds(2);             // virtual time of each, after 1 s of warming up
};

[[nodiscard]] std::uint64_t null_device_memory(const DataplaneOptions& options);

// The error: the worker lost something, so that what was measured would be something else.
std::expected<std::vector<Figure>, std::string> measure_dataplane(const DataplaneOptions& options);

}  // namespace headwater::bench
