// SPDX-License-Identifier: Apache-2.0
#include "dataplane/kernel/memory_port.h"

#include <algorithm>

namespace headwater::dataplane {

void MemoryPort::arrive(Instant at, Bytes frame) {
  arrivals_.emplace(at, std::vector<std::uint8_t>(frame.begin(), frame.end()));
}

std::optional<Instant> MemoryPort::next_arrival() const {
  if (arrivals_.empty()) return std::nullopt;
  return arrivals_.begin()->first;
}

std::size_t MemoryPort::receive(Instant now, std::span<Frame> frames) {
  std::size_t count = 0;
  while (count < frames.size() && !arrivals_.empty() && arrivals_.begin()->first <= now) {
    const std::vector<std::uint8_t>& bytes = arrivals_.begin()->second;
    Frame& frame = frames[count];
    if (bytes.size() > PlainPool::kRoom || pool_.allocate({&frame, 1}) == 0) {
      ++missed_;
    } else {
      std::copy(bytes.begin(), bytes.end(), frame.data);
      frame.length = static_cast<std::uint32_t>(bytes.size());
      ++count;
    }
    arrivals_.erase(arrivals_.begin());
  }
  return count;
}

std::size_t MemoryPort::send(Instant now, std::span<const Frame> frames,
                             std::span<const Instant> departures) {
  const std::size_t taken = std::min(frames.size(), room_.value_or(frames.size()));
  if (room_) *room_ -= taken;
  for (std::size_t i = 0; i < taken; ++i) {
    const auto bytes = frames[i].bytes();
    Sent one{now, departures[i], {bytes.begin(), bytes.end()}};
    if (sink_) {
      sink_(one);
    } else {
      sent_.push_back(std::move(one));
    }
  }
  frames_sent_ += taken;
  pool_.release(frames.first(taken));
  return taken;
}

}  // namespace headwater::dataplane
