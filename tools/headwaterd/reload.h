// SPDX-License-Identifier: Apache-2.0
//
// What of a changed configuration a running appliance can take over. Pure; any thread.
#pragma once

#include <vector>

#include "config/model/configuration.h"
#include "config/model/location.h"

namespace headwater::daemon {

// What differs and takes a restart, each with its place and the value that runs; empty: all can be taken
// over.
[[nodiscard]] std::vector<config::Problem> needs_restart(const config::Configuration& running,
                                                         const config::Configuration& next);

// The ports in the running order, which is that of their devices. `next` has the same ports.
void align_ports(const config::Configuration& running, config::Configuration& next);

}  // namespace headwater::daemon
