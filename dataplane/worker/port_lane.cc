// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/port_lane.h"

namespace headwater::dataplane {

PortLane::~PortLane() {
  for (std::size_t i = 0; i < stocked_; ++i) stock_[i].pool->release(std::span(&stock_[i], 1));
}

Frame* PortLane::fresh(Refusal& why) {
  counters_->to_send.add();
  if (queue_.full()) {
    counters_->drop_tx_full.add();
    why = Refusal::kQueueFull;
    return nullptr;
  }
  if (stocked_ == 0 && port_ != nullptr) stocked_ = port_->allocate(stock_);
  if (stocked_ == 0) {
    counters_->drop_no_buffer.add();
    why = Refusal::kNoBuffer;
    return nullptr;
  }
  return &stock_[stocked_ - 1];
}

void PortLane::put(Instant departure, const FrameOrigin& origin) {
  queue_.push(stock_[--stocked_], departure, origin);
  show_held();
}

std::uint64_t PortLane::drop(OutputSlot output) {
  const TransmitQueue::Dropped dropped = queue_.drop(output);
  counters_->drop_stopped.add(dropped.frames);
  show_held();
  return dropped.packets;
}

}  // namespace headwater::dataplane
