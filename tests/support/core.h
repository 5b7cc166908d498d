// SPDX-License-Identifier: Apache-2.0
//
// A core to pin to: in a cpuset there need be no core 0.
#pragma once

#include <sched.h>

#include <stdexcept>

namespace headwater::test {

// The first of those that this process may run on.
inline unsigned allowed_core() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) throw std::runtime_error("sched_getaffinity");
  for (unsigned core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(core, &set)) return core;
  }
  throw std::runtime_error("no core to run on");
}

}  // namespace headwater::test
