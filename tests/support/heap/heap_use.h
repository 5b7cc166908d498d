// SPDX-License-Identifier: Apache-2.0
//
// Counts what the C++ heap is asked for, and given back, in this program. A test or a bench that uses it has
// every form of new and delete replaced: linked into those only.
#pragma once

#include <cstdint>

namespace headwater::test {

// By all threads, since the program's start.
struct HeapUse {
  std::uint64_t requests = 0;
  std::uint64_t bytes = 0;
  std::uint64_t releases = 0;

  friend HeapUse operator-(const HeapUse& after, const HeapUse& before) {
    return {.requests = after.requests - before.requests,
            .bytes = after.bytes - before.bytes,
            .releases = after.releases - before.releases};
  }
};
[[nodiscard]] HeapUse heap_use();

}  // namespace headwater::test
