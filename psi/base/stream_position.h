// SPDX-License-Identifier: Apache-2.0
//
// A TS packet's place in the stream that an input keeps: how many it has put into its history before. Unlike
// a due time it is final at once, so that a change of the tables names the very packet it begins with.
#pragma once

#include <compare>
#include <cstdint>

namespace headwater {

struct StreamPosition {
  std::uint64_t packets = 0;

  friend constexpr auto operator<=>(StreamPosition, StreamPosition) = default;
};

}  // namespace headwater
