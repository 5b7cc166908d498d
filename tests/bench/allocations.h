// SPDX-License-Identifier: Apache-2.0
//
// Counts what the C++ heap is asked for in this program, so that a bench can say that the hot path asks for
// nothing. Linked into benches only.
#pragma once

#include <cstdint>

namespace headwater::bench {

// By all threads, since the program's start.
[[nodiscard]] std::uint64_t allocations();

}  // namespace headwater::bench
