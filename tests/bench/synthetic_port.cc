// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/synthetic_port.h"

#include <sys/mman.h>

#include <new>

namespace headwater::bench {

using dataplane::Frame;

ColdPool::ColdPool(std::size_t frames) : memory_(nullptr), bytes_(frames * kRoom), free_(frames) {
  void* memory = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  madvise(memory, bytes_, MADV_HUGEPAGE);
  memory_ = static_cast<std::uint8_t*>(memory);
  for (std::size_t i = 0; i < frames; ++i) {
    memory_[i * kRoom] = 1;  // a page that was never written would be the kernel's zero page
    free_.push(memory_ + i * kRoom);
  }
}

ColdPool::~ColdPool() {
  munmap(memory_, bytes_);
}

std::size_t ColdPool::allocate(std::span<Frame> frames) {
  std::size_t count = 0;
  for (; count < frames.size() && free_.size() > 0; ++count) {
    frames[count] = {.data = free_.front(), .handle = free_.front(), .pool = this};
    free_.pop();
  }
  return count;
}

void ColdPool::release(std::span<const Frame> frames) {
  for (const Frame& frame : frames) free_.push(static_cast<std::uint8_t*>(frame.handle));
}

bool SyntheticPort::prepare(Instant arrival, std::size_t length, MutableBytes& frame) {
  Frame made;
  if (pool_.allocate(std::span(&made, 1)) == 0) return false;
  made.length = static_cast<std::uint32_t>(length);
  frame = made.bytes();
  arrivals_.push({.at = arrival, .frame = made});
  return true;
}

std::optional<Instant> SyntheticPort::next_arrival() const {
  if (arrivals_.size() == 0) return std::nullopt;
  return arrivals_.front().at;
}

std::size_t SyntheticPort::receive(Instant now, std::span<Frame> frames) {
  std::size_t count = 0;
  for (; count < frames.size() && arrivals_.size() > 0 && arrivals_.front().at <= now; ++count) {
    frames[count] = arrivals_.front().frame;
    arrivals_.pop();
  }
  return count;
}

std::size_t SyntheticPort::send(Instant, std::span<const Frame> frames, std::span<const Instant>) {
  swallowed_ += frames.size();
  // Frames may be of another port's pool: a datagram that leaves in the frame it came in.
  for (const Frame& frame : frames) frame.pool->release(std::span(&frame, 1));
  return frames.size();
}

}  // namespace headwater::bench
