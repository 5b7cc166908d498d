// SPDX-License-Identifier: Apache-2.0
//
// A frame on its way through a worker: a borrowed look at a buffer that a pool owns (a DPDK mbuf, or memory
// in tests and of the file feeder). Whoever holds a Frame must hand it on or release it, exactly once. Worker
// thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace headwater::dataplane {

class FramePool;

struct Frame {
  std::uint8_t* data =
      nullptr;  // first byte of the Ethernet header, or of the TS data for frames of the file feeder
  void* handle = nullptr;  // the pool's own: an rte_mbuf, an index
  FramePool* pool = nullptr;
  std::uint32_t length = 0;
  std::uint32_t port = 0;  // PortIndex it came in by

  [[nodiscard]] std::span<std::uint8_t> bytes() const { return {data, length}; }
};

class FramePool {
 public:
  virtual ~FramePool() = default;
  // All frames are of this pool. Never blocks.
  virtual void release(std::span<const Frame> frames) = 0;
};

}  // namespace headwater::dataplane
