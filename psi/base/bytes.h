// SPDX-License-Identifier: Apache-2.0
//
// Wire bytes: big-endian loads and stores by shift, and a reader that cannot leave its span. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace headwater {

using Bytes = std::span<const std::uint8_t>;
using MutableBytes = std::span<std::uint8_t>;

// The caller guarantees that the bytes are there.
constexpr std::uint16_t load_be16(const std::uint8_t* at) {
  return static_cast<std::uint16_t>((at[0] << 8) | at[1]);
}
constexpr std::uint32_t load_be24(const std::uint8_t* at) {
  return (std::uint32_t{at[0]} << 16) | (std::uint32_t{at[1]} << 8) | at[2];
}
constexpr std::uint32_t load_be32(const std::uint8_t* at) {
  return (std::uint32_t{at[0]} << 24) | (std::uint32_t{at[1]} << 16) | (std::uint32_t{at[2]} << 8) | at[3];
}
constexpr void store_be16(std::uint8_t* at, std::uint16_t value) {
  at[0] = static_cast<std::uint8_t>(value >> 8);
  at[1] = static_cast<std::uint8_t>(value);
}
constexpr void store_be32(std::uint8_t* at, std::uint32_t value) {
  at[0] = static_cast<std::uint8_t>(value >> 24);
  at[1] = static_cast<std::uint8_t>(value >> 16);
  at[2] = static_cast<std::uint8_t>(value >> 8);
  at[3] = static_cast<std::uint8_t>(value);
}

// Reads forward through a span. Each read gives nullopt, and moves nothing, where too few bytes are left.
class ByteReader {
 public:
  constexpr explicit ByteReader(Bytes bytes) : rest_(bytes) {}

  [[nodiscard]] constexpr std::size_t remaining() const { return rest_.size(); }
  [[nodiscard]] constexpr Bytes rest() const { return rest_; }

  constexpr std::optional<std::uint8_t> u8() {
    if (rest_.empty()) return std::nullopt;
    const std::uint8_t value = rest_[0];
    rest_ = rest_.subspan(1);
    return value;
  }
  constexpr std::optional<std::uint16_t> u16() {
    if (rest_.size() < 2) return std::nullopt;
    const std::uint16_t value = load_be16(rest_.data());
    rest_ = rest_.subspan(2);
    return value;
  }
  constexpr std::optional<std::uint32_t> u32() {
    if (rest_.size() < 4) return std::nullopt;
    const std::uint32_t value = load_be32(rest_.data());
    rest_ = rest_.subspan(4);
    return value;
  }
  constexpr std::optional<Bytes> take(std::size_t count) {
    if (rest_.size() < count) return std::nullopt;
    const Bytes taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }

 private:
  Bytes rest_;
};

// Appends to a growing buffer; for control-side builders, not for the hot path.
class ByteWriter {
 public:
  ByteWriter& u8(std::uint8_t value) {
    bytes_.push_back(value);
    return *this;
  }
  ByteWriter& u16(std::uint16_t value) {
    return u8(static_cast<std::uint8_t>(value >> 8)).u8(static_cast<std::uint8_t>(value));
  }
  ByteWriter& u32(std::uint32_t value) {
    return u16(static_cast<std::uint16_t>(value >> 16)).u16(static_cast<std::uint16_t>(value));
  }
  ByteWriter& bytes(Bytes more) {
    bytes_.insert(bytes_.end(), more.begin(), more.end());
    return *this;
  }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] MutableBytes view() { return bytes_; }
  [[nodiscard]] std::vector<std::uint8_t> take() && { return std::move(bytes_); }

 private:
  std::vector<std::uint8_t> bytes_;
};

}  // namespace headwater
