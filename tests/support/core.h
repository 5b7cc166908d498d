// SPDX-License-Identifier: Apache-2.0
//
// Cores to pin to: in a cpuset there need be no core 0.
#pragma once

#include <sched.h>

#include <stdexcept>
#include <vector>

namespace headwater::test {

// Those that this process may run on.
inline std::vector<unsigned> allowed_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) throw std::runtime_error("sched_getaffinity");
  std::vector<unsigned> cores;
  for (unsigned core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(core, &set)) cores.push_back(core);
  }
  return cores;
}

inline unsigned allowed_core() {
  return allowed_cores().at(0);
}

}  // namespace headwater::test
