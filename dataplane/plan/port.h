// SPDX-License-Identifier: Apache-2.0
//
// What a worker sees of a network port; dataplane/dpdk and dataplane/kernel make them. One worker thread
// calls one port's functions. Nothing here blocks, allocates or throws.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "dataplane/plan/frame.h"
#include "psi/base/ticks.h"

namespace headwater::dataplane {

class Port {
 public:
  virtual ~Port() = default;

  // Up to frames.size() received frames; the caller owns them until it releases them to their pool.
  virtual std::size_t receive(Instant now, std::span<Frame> frames) = 0;

  // Fresh frames to write into, each with room for kFrameRoom bytes; data and length are set by the caller's
  // writing `length`. Returns how many there were: fewer than asked means that the pool is empty.
  virtual std::size_t allocate(std::span<Frame> frames) = 0;

  // Takes the first n of `frames` for sending and returns n; the rest stays the caller's. `departures[i]` is
  // when frame i is due on the wire, for devices that send on a timestamp and for tests that check timing;
  // others send at once. The caller calls only when the first is due.
  virtual std::size_t send(Instant now, std::span<const Frame> frames,
                           std::span<const Instant> departures) = 0;

  static constexpr std::size_t kFrameRoom = 1600;
};

}  // namespace headwater::dataplane
