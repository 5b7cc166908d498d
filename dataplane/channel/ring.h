// SPDX-License-Identifier: Apache-2.0
//
// A bounded queue of values from one thread to one other. Never blocks; all memory is taken at construction.
#pragma once

#include <atomic>
#include <cstddef>
#include <vector>

namespace headwater::dataplane::channel {

template <typename Value>
class Ring {
 public:
  explicit Ring(std::size_t capacity) : values_(capacity + 1) {}

  // Producer.
  [[nodiscard]] bool try_push(const Value& value) {
    const std::size_t write = write_.load(std::memory_order_relaxed);
    const std::size_t next = following(write);
    if (next == read_.load(std::memory_order_acquire)) return false;
    values_[write] = value;
    write_.store(next, std::memory_order_release);
    return true;
  }
  [[nodiscard]] bool full() const {
    return following(write_.load(std::memory_order_relaxed)) == read_.load(std::memory_order_acquire);
  }
  // Consumer: the oldest, nullptr when empty; pop() then lets go of it.
  [[nodiscard]] const Value* front() const {
    const std::size_t read = read_.load(std::memory_order_relaxed);
    return read == write_.load(std::memory_order_acquire) ? nullptr : &values_[read];
  }
  void pop() { read_.store(following(read_.load(std::memory_order_relaxed)), std::memory_order_release); }

 private:
  [[nodiscard]] std::size_t following(std::size_t at) const { return at + 1 == values_.size() ? 0 : at + 1; }

  std::vector<Value> values_;
  alignas(64) std::atomic<std::size_t> write_{0};
  alignas(64) std::atomic<std::size_t> read_{0};
};

}  // namespace headwater::dataplane::channel
