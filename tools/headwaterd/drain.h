// SPDX-License-Identifier: Apache-2.0
//
// Takes from a ring no more than a turn of control can afford: what a storm pushes meanwhile waits for the
// next turn, or is dropped and counted by the producer. Control thread.
#pragma once

#include <cstddef>

namespace headwater::daemon {

// Returns how many `handle` got.
template <typename Ring, typename Handle>
std::size_t drain(Ring& ring, std::size_t most, const Handle& handle) {
  typename Ring::Record record;
  std::size_t taken = 0;
  while (taken < most && ring.try_pop(record)) {
    ++taken;
    handle(record);
  }
  return taken;
}

}  // namespace headwater::daemon
