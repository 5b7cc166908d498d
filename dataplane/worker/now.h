// SPDX-License-Identifier: Apache-2.0
//
// The time of a real worker: the system's monotonic clock in 27 MHz ticks. Only what drives a worker reads
// it; nothing below does. Any thread.
#pragma once

#include <chrono>
#include <cstdint>

#include "psi/base/ticks.h"

namespace headwater::dataplane {

[[nodiscard]] inline Instant monotonic_now() {
  const std::int64_t nanoseconds =
      std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
  // In two parts, so that the product holds for as long as the count itself.
  return {nanoseconds / 1000 * 27 + nanoseconds % 1000 * 27 / 1000};
}

}  // namespace headwater::dataplane
