// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/ports.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <new>
#include <stdexcept>

namespace headwater::bench {

using dataplane::Frame;

bool BenchPort::prepare(Instant arrival, std::size_t length, MutableBytes& frame) {
  Frame made;
  if (allocate(std::span(&made, 1)) == 0) return false;
  made.length = static_cast<std::uint32_t>(length);
  frame = made.bytes();
  arrivals_.push({.at = arrival, .frame = made});
  return true;
}

std::optional<Instant> BenchPort::next_arrival() const {
  if (arrivals_.size() == 0) return std::nullopt;
  return arrivals_.front().at;
}

std::size_t BenchPort::receive(Instant now, std::span<Frame> frames) {
  std::size_t count = 0;
  for (; count < frames.size() && arrivals_.size() > 0 && arrivals_.front().at <= now; ++count) {
    frames[count] = arrivals_.front().frame;
    arrivals_.pop();
  }
  return count;
}

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

std::size_t SyntheticPort::send(Instant, std::span<const Frame> frames, std::span<const Instant>) {
  // Frames may be of another port's pool: a datagram that leaves in the frame it came in.
  for (const Frame& frame : frames) frame.pool->release(std::span(&frame, 1));
  return frames.size();
}

NullDevicePort::NullDevicePort(std::uint32_t index, std::size_t frames) : BenchPort(frames) {
  auto opened = dataplane::dpdk::DpdkPort::open({.id = fmt::format("{}", index),
                                                 .device = fmt::format("net_null{}", index),
                                                 .memory = memory_of(frames),
                                                 .index = dataplane::PortIndex{index}},
                                                counters_);
  if (!opened) throw std::runtime_error(opened.error());
  device_ = std::move(*opened);
}

std::uint64_t NullDevicePort::memory_of(std::size_t frames) {
  constexpr std::uint64_t kFrame = 2560;  // an mbuf, its data, and what the pool adds
  constexpr std::uint64_t kQueues = std::uint64_t{16} << 20;
  return kQueues + kFrame * frames;
}

std::size_t NullDevicePort::receive(Instant now, std::span<Frame> frames) {
  const std::size_t count = BenchPort::receive(now, frames);
  std::array<Frame, 32> nothing;
  for (std::size_t left = count; left > 0;) {
    const std::size_t got =
        device_->queue(0).receive(now, std::span(nothing).first(std::min(left, nothing.size())));
    if (got == 0) break;
    nothing.front().pool->release(std::span(nothing).first(got));
    left -= got;
  }
  return count;
}

}  // namespace headwater::bench
