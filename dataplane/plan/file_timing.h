// SPDX-License-Identifier: Apache-2.0
//
// How far files are played ahead: what the feeder does and what the history of a file input is sized by.
#pragma once

#include "psi/base/ticks.h"

namespace headwater::dataplane {

// A frame is given to the worker so long before it is due, so that disk and page cache never meet the
// dataplane.
inline constexpr Ticks27 kFeedAhead = Ticks27::milliseconds(300);
inline constexpr Ticks27 kFeedPause = Ticks27::milliseconds(20);  // of the feeder, from round to round
// What lies further apart is in two frames, though the first is not full.
inline constexpr Ticks27 kLongestFeedFrame = Ticks27::milliseconds(40);

}  // namespace headwater::dataplane
