// SPDX-License-Identifier: Apache-2.0
//
// A bounded queue of records of any size from one thread to one other: a header of fixed type and some bytes.
// Never blocks; push gives false when there is no room. All memory is taken at construction.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <type_traits>
#include <vector>

namespace headwater::dataplane::channel {

template <typename Header>
class ByteRing {
  static_assert(std::is_trivially_copyable_v<Header>);

 public:
  struct Record {
    Header header;
    std::vector<std::uint8_t> bytes;
  };

  explicit ByteRing(std::size_t capacity) : storage_(round_up(capacity)), mask_(storage_.size() - 1) {}

  [[nodiscard]] std::size_t capacity() const { return storage_.size(); }

  // Producer. `spared`: bytes that must stay free for records of more weight.
  [[nodiscard]] bool try_push(const Header& header, std::span<const std::uint8_t> bytes,
                              std::size_t spared = 0) {
    const std::size_t need = sizeof(std::uint32_t) + sizeof(Header) + bytes.size() + spared;
    const std::uint64_t write = write_.load(std::memory_order_relaxed);
    if (storage_.size() - (write - read_.load(std::memory_order_acquire)) < need) return false;
    const auto size = static_cast<std::uint32_t>(bytes.size());
    std::uint64_t at = put(write, &size, sizeof size);
    at = put(at, &header, sizeof header);
    at = put(at, bytes.data(), bytes.size());
    write_.store(at, std::memory_order_release);
    return true;
  }

  // Consumer; `into.bytes` keeps its capacity, so that a reused Record stops allocating.
  [[nodiscard]] bool try_pop(Record& into) {
    const std::uint64_t read = read_.load(std::memory_order_relaxed);
    if (read == write_.load(std::memory_order_acquire)) return false;
    std::uint32_t size = 0;
    std::uint64_t at = get(read, &size, sizeof size);
    at = get(at, &into.header, sizeof into.header);
    into.bytes.resize(size);
    at = get(at, into.bytes.data(), size);
    read_.store(at, std::memory_order_release);
    return true;
  }

 private:
  static std::size_t round_up(std::size_t capacity) {
    std::size_t size = 64;
    while (size < capacity) size *= 2;
    return size;
  }
  std::uint64_t put(std::uint64_t at, const void* from, std::size_t size) {
    if (size == 0) return at;
    const std::size_t offset = at & mask_;
    const std::size_t first = std::min(size, storage_.size() - offset);
    std::memcpy(&storage_[offset], from, first);
    if (size > first)
      std::memcpy(storage_.data(), static_cast<const std::uint8_t*>(from) + first, size - first);
    return at + size;
  }
  std::uint64_t get(std::uint64_t at, void* to, std::size_t size) const {
    if (size == 0) return at;
    const std::size_t offset = at & mask_;
    const std::size_t first = std::min(size, storage_.size() - offset);
    std::memcpy(to, &storage_[offset], first);
    if (size > first) std::memcpy(static_cast<std::uint8_t*>(to) + first, storage_.data(), size - first);
    return at + size;
  }

  std::vector<std::uint8_t> storage_;
  std::size_t mask_;
  alignas(64) std::atomic<std::uint64_t> write_{0};
  alignas(64) std::atomic<std::uint64_t> read_{0};
};

}  // namespace headwater::dataplane::channel
