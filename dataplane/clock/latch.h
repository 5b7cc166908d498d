// SPDX-License-Identifier: Apache-2.0
//
// A value that one thread publishes and many read, none waiting for another. Two copies: the writer changes
// the one that nobody is sent to, then sends everybody there. A reader goes round again only where a value
// was published while it read, so that a writer that is preempted holds nobody up.
//
// The words of a copy are stored with release and loaded with acquire order: who sees one of a newer value
// also sees the count that sends elsewhere, and goes round. On x86-64 both are plain moves.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace headwater::dataplane {

template <typename T>
  requires std::is_trivially_copyable_v<T>
class Latch {
  static_assert(sizeof(T) % sizeof(std::uint64_t) == 0, "a value is whole words");

 public:
  explicit Latch(const T& first) { store(0, first); }

  // One thread.
  void publish(const T& value) {
    const std::uint64_t next = count_.load(std::memory_order_relaxed) + 1;
    store(next, value);
    count_.store(next, std::memory_order_release);
  }

  // What `use` makes of the value. It is called again where another one was published before it returned:
  // its result is of one that was published and current until then.
  template <typename Use>
  [[nodiscard]] auto read(const Use& use) const {
    for (;;) {
      const std::uint64_t count = count_.load(std::memory_order_acquire);
      const auto result = use(load(count));
      if (count_.load(std::memory_order_acquire) == count) return result;
    }
  }
  [[nodiscard]] T read() const {
    return read([](const T& value) { return value; });
  }

 private:
  static constexpr std::size_t kWords = sizeof(T) / sizeof(std::uint64_t);
  using Words = std::array<std::uint64_t, kWords>;

  void store(std::uint64_t count, const T& value) {
    const auto words = std::bit_cast<Words>(value);
    for (std::size_t i = 0; i < kWords; ++i) copies_[count % 2][i].store(words[i], std::memory_order_release);
  }
  [[nodiscard]] T load(std::uint64_t count) const {
    Words words{};
    for (std::size_t i = 0; i < kWords; ++i) words[i] = copies_[count % 2][i].load(std::memory_order_acquire);
    return std::bit_cast<T>(words);
  }

  alignas(64) std::atomic<std::uint64_t> count_ = 0;
  std::array<std::array<std::atomic<std::uint64_t>, kWords>, 2> copies_{};
};

}  // namespace headwater::dataplane
