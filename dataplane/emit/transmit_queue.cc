// SPDX-License-Identifier: Apache-2.0
#include "dataplane/emit/transmit_queue.h"

#include <algorithm>

namespace headwater::dataplane {
namespace {

constexpr std::size_t kBurst = 32;

void release(const Frame& frame) {
  frame.pool->release(std::span(&frame, 1));
}

}  // namespace

TransmitQueue::TransmitQueue(std::size_t capacity)
    : frames_(capacity), departures_(capacity), origins_(capacity), mask_(capacity - 1) {}

TransmitQueue::~TransmitQueue() {
  for (; begin_ != end_; ++begin_) release(frames_[begin_ & mask_]);
}

void TransmitQueue::push(const Frame& frame, Instant departure, const FrameOrigin& origin) {
  const std::size_t at = end_++ & mask_;
  frames_[at] = frame;
  departures_[at] = departure;
  origins_[at] = origin;
}

std::size_t TransmitQueue::burst_from(std::size_t first) const {
  return std::min({kBurst, size(), frames_.size() - first});
}

TransmitQueue::Dropped TransmitQueue::drop(OutputSlot output) {
  Dropped dropped;
  std::uint64_t kept = begin_;
  for (std::uint64_t at = begin_; at != end_; ++at) {
    const std::size_t from = at & mask_;
    if (origins_[from].output == output) {
      ++dropped.frames;
      dropped.packets += origins_[from].packets;
      release(frames_[from]);
      continue;
    }
    const std::size_t to = kept++ & mask_;
    frames_[to] = frames_[from];
    departures_[to] = departures_[from];
    origins_[to] = origins_[from];
  }
  end_ = kept;
  return dropped;
}

}  // namespace headwater::dataplane
