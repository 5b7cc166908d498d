// SPDX-License-Identifier: Apache-2.0
//
// Frames of one file input, from its feeder thread to the worker: TS packets with their due times. Never
// blocks.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "dataplane/plan/frame.h"
#include "psi/base/ticks.h"

namespace headwater::dataplane::channel {

struct FedFrame {
  Frame frame;                   // data: `count` packets of 188 bytes, back to back
  std::uint8_t count = 0;        // 1..7
  std::uint8_t seam = 0;         // bit i: the first packet after the seam of a looped file is packet i
  std::uint16_t torn_bytes = 0;  // bytes before the seam that made no whole packet: counted, not sent
  std::array<Instant, 7> due{};
};

class FeedRing {
 public:
  explicit FeedRing(std::size_t capacity) : frames_(capacity + 1) {}

  // Feeder.
  [[nodiscard]] bool try_push(const FedFrame& frame) {
    const std::size_t write = write_.load(std::memory_order_relaxed);
    const std::size_t next = write + 1 == frames_.size() ? 0 : write + 1;
    if (next == read_.load(std::memory_order_acquire)) return false;
    frames_[write] = frame;
    write_.store(next, std::memory_order_release);
    return true;
  }
  [[nodiscard]] bool full() const {
    const std::size_t write = write_.load(std::memory_order_relaxed);
    return (write + 1 == frames_.size() ? 0 : write + 1) == read_.load(std::memory_order_acquire);
  }
  // Worker: the oldest, nullptr when empty; pop() then lets go of it.
  [[nodiscard]] const FedFrame* front() const {
    const std::size_t read = read_.load(std::memory_order_relaxed);
    return read == write_.load(std::memory_order_acquire) ? nullptr : &frames_[read];
  }
  void pop() {
    const std::size_t read = read_.load(std::memory_order_relaxed);
    read_.store(read + 1 == frames_.size() ? 0 : read + 1, std::memory_order_release);
  }

 private:
  std::vector<FedFrame> frames_;
  alignas(64) std::atomic<std::size_t> write_{0};
  alignas(64) std::atomic<std::size_t> read_{0};
};

}  // namespace headwater::dataplane::channel
