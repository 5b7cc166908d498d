// SPDX-License-Identifier: Apache-2.0
#include "control/compile/slot_pool.h"

namespace headwater::control {

void SlotPool::settle(std::uint64_t in_use) {
  while (waits_for(in_use)) {
    free_.push_back(leaving_.front().slot);
    leaving_.pop_front();
  }
}

std::optional<std::uint32_t> SlotPool::take() {
  if (!free_.empty()) {
    const std::uint32_t slot = free_.front();
    free_.pop_front();
    return slot;
  }
  if (next_ == capacity_) return std::nullopt;
  return next_++;
}

void SlotPool::give_back(std::uint32_t slot, std::uint64_t generation) {
  leaving_.push_back({slot, generation});
}

}  // namespace headwater::control
