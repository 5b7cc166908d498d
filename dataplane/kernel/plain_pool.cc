// SPDX-License-Identifier: Apache-2.0
#include "dataplane/kernel/plain_pool.h"

namespace headwater::dataplane {

PlainPool::PlainPool(std::size_t frames) : total_(frames), memory_(frames * kRoom) {
  free_.reserve(frames);
  for (std::size_t i = 0; i < frames; ++i) free_.push_back(&memory_[i * kRoom]);
}

std::size_t PlainPool::allocate(std::span<Frame> frames) {
  const std::lock_guard lock(mutex_);
  std::size_t count = 0;
  for (; count < frames.size() && !free_.empty(); ++count) {
    frames[count] = Frame{.data = free_.back(), .handle = free_.back(), .pool = this, .length = 0, .port = 0};
    free_.pop_back();
  }
  return count;
}

void PlainPool::release(std::span<const Frame> frames) {
  const std::lock_guard lock(mutex_);
  for (const Frame& frame : frames) free_.push_back(static_cast<std::uint8_t*>(frame.handle));
}

std::size_t PlainPool::in_use() const {
  const std::lock_guard lock(mutex_);
  return total_ - free_.size();
}

}  // namespace headwater::dataplane
