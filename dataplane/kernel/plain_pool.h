// SPDX-License-Identifier: Apache-2.0
//
// Frames in plain memory, for ports without DPDK. All memory is taken at construction. Any thread: a frame
// may be released by another worker than its port's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

#include "dataplane/plan/frame.h"

namespace headwater::dataplane {

class PlainPool : public FramePool {
 public:
  static constexpr std::size_t kRoom = 2048;  // bytes a frame

  explicit PlainPool(std::size_t frames);

  // Fills as many of `frames` as there are free ones, with length 0.
  std::size_t allocate(std::span<Frame> frames);
  void release(std::span<const Frame> frames) override;

  [[nodiscard]] std::size_t in_use() const;

 private:
  std::size_t total_;
  std::vector<std::uint8_t> memory_;
  mutable std::mutex mutex_;
  std::vector<std::uint8_t*> free_;
};

}  // namespace headwater::dataplane
