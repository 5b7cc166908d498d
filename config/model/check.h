// SPDX-License-Identifier: Apache-2.0
//
// What the parts of a configuration must be together: references that lead somewhere, nothing taken twice,
// groups that a switch forwards, addresses that a port has, delays that hold the jitter, rates that a port
// has room for. Each value by itself was checked where it was read. Any thread.
#pragma once

#include <cstdint>

#include "config/model/configuration.h"
#include "config/model/location.h"

namespace headwater::config {

// Held back beyond the jitter: one interval between PCRs as DVB allows it (40 ms), since what follows the
// last PCR has its due time only when the next has come.
inline constexpr std::uint64_t kDelayMargin = 40;  // ms
inline constexpr std::size_t kMostWorkers = 16;

[[nodiscard]] Problems check(const Configuration& configuration);

}  // namespace headwater::config
