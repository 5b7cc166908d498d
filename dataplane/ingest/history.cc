// SPDX-License-Identifier: Apache-2.0
#include "dataplane/ingest/history.h"

#include <bit>
#include <span>

namespace headwater::dataplane {

History::Room History::room_for(std::size_t frames) {
  return Room(std::bit_ceil(std::max<std::size_t>(frames, 1)));
}

void History::grow(Room& room) {
  if (room.size() <= frames_.size()) return;
  for (std::uint64_t sequence = begin_; sequence < end_; ++sequence)
    room[sequence & (room.size() - 1)] = at(sequence);
  frames_.swap(room);
  mask_ = frames_.size() - 1;
}

std::uint64_t History::append(const HistoryFrame& frame) {
  HistoryFrame& place = frames_[end_ & mask_];
  place = frame;
  place.position = end_position_;
  end_position_ += frame.count;
  return end_++;
}

void History::free_before(std::uint64_t sequence) {
  const std::uint64_t limit = std::min(sequence, end_);
  for (; begin_ < limit; ++begin_) {
    const HistoryFrame& oldest = at(begin_);
    const Frame frame = oldest.frame;
    freed_due_ = oldest.packets[oldest.count - 1].due;
    frame.pool->release(std::span(&frame, 1));
  }
}

}  // namespace headwater::dataplane
