// SPDX-License-Identifier: Apache-2.0
//
// A value for each PID in use, in pages of 64 PIDs out of a pool that is taken at construction: a stream of
// one program touches three or four pages, a full table of a value of four bytes would be 32 KiB an input.
// Where the pool is used up, further PIDs have no value. One thread, no allocation after construction.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "psi/base/pid.h"

namespace headwater::ts {

template <typename T>
class PidTable {
 public:
  static constexpr std::size_t kPageSize = 64;
  static constexpr std::size_t kPages = Pid::kCount / kPageSize;  // with so many, every PID has room

  explicit PidTable(std::size_t pages = 16) : pool_(pages < kPages ? pages : kPages) { index_.fill(kNone); }

  // The value, made on first use; nullptr: the pool is used up.
  T* get(Pid pid) {
    std::uint8_t& page = index_[pid.value() / kPageSize];
    if (page == kNone) {
      if (used_ == pool_.size()) return nullptr;
      page = static_cast<std::uint8_t>(used_++);
    }
    return &pool_[page][pid.value() % kPageSize];
  }
  // The value if its page is in use.
  T* find(Pid pid) {
    const std::uint8_t page = index_[pid.value() / kPageSize];
    return page == kNone ? nullptr : &pool_[page][pid.value() % kPageSize];
  }
  // Every PID as at first.
  void clear() {
    index_.fill(kNone);
    for (std::size_t i = 0; i < used_; ++i) pool_[i].fill(T{});
    used_ = 0;
  }

 private:
  static constexpr std::uint8_t kNone = 0xFF;

  std::array<std::uint8_t, kPages> index_;
  std::vector<std::array<T, kPageSize>> pool_;
  std::size_t used_ = 0;
};

}  // namespace headwater::ts
