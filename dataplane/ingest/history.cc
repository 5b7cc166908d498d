// SPDX-License-Identifier: Apache-2.0
#include "dataplane/ingest/history.h"

#include <bit>
#include <span>
#include <utility>

namespace headwater::dataplane {

History::History(std::size_t capacity)
    : frames_(std::bit_ceil(std::max<std::size_t>(capacity, 1))), mask_(frames_.size() - 1) {}

void History::grow(std::size_t capacity) {
  if (capacity <= frames_.size()) return;
  std::vector<HistoryFrame> frames(std::bit_ceil(capacity));
  for (std::uint64_t sequence = begin_; sequence < end_; ++sequence)
    frames[sequence & (frames.size() - 1)] = at(sequence);
  frames_ = std::move(frames);
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
