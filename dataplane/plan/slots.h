// SPDX-License-Identifier: Apache-2.0
//
// Indices that name mutable state in the dataplane. A slot keeps its stream over every Plan; control
// allocates them.
#pragma once

#include <compare>
#include <cstdint>

namespace headwater::dataplane {

struct InputSlot {
  std::uint32_t index = 0;
  friend constexpr auto operator<=>(InputSlot, InputSlot) = default;
};
struct OutputSlot {
  std::uint32_t index = 0;
  friend constexpr auto operator<=>(OutputSlot, OutputSlot) = default;
};
// A worker, one core's loop; which core it is, the program knows.
struct WorkerIndex {
  std::uint32_t index = 0;
  friend constexpr auto operator<=>(WorkerIndex, WorkerIndex) = default;
};
struct PortIndex {
  std::uint32_t index = 0;
  friend constexpr auto operator<=>(PortIndex, PortIndex) = default;
};

}  // namespace headwater::dataplane
