// SPDX-License-Identifier: Apache-2.0
//
// A value for each of the 8192 PIDs in two levels: 128 pages of 64, pages that hold only the default share
// one. About 1 KiB for a single program. Built by control, then immutable; read by workers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "psi/base/pid.h"

namespace headwater::dataplane {

template <typename T>
class PidMap {
 public:
  explicit PidMap(T fallback = T{}) : fallback_(fallback) {
    pages_.emplace_back();
    pages_[0].fill(fallback_);
  }

  [[nodiscard]] const T& operator[](Pid pid) const {
    return pages_[page_of_[pid.value() / kPageSize]][pid.value() % kPageSize];
  }

  void set(Pid pid, T value) {
    std::uint8_t& page = page_of_[pid.value() / kPageSize];
    if (page == 0) {
      page = static_cast<std::uint8_t>(pages_.size());
      pages_.push_back(pages_[0]);
    }
    pages_[page][pid.value() % kPageSize] = value;
  }

  // visit(pid, value), in order, of every PID that was set and of some that were not.
  template <typename Visit>
  void for_each(Visit&& visit) const {
    for (std::size_t page = 0; page < page_of_.size(); ++page) {
      if (page_of_[page] == 0) continue;
      for (std::size_t place = 0; place < kPageSize; ++place)
        visit(Pid::from_wire(static_cast<std::uint16_t>(page * kPageSize + place)),
              pages_[page_of_[page]][place]);
    }
  }

  [[nodiscard]] std::size_t memory() const { return sizeof *this + pages_.size() * sizeof(Page); }
  // By value of every PID, page by page: however the pages came to be numbered.
  friend bool operator==(const PidMap& a, const PidMap& b) {
    for (std::size_t page = 0; page < a.page_of_.size(); ++page) {
      if (a.pages_[a.page_of_[page]] != b.pages_[b.page_of_[page]]) return false;
    }
    return true;
  }

 private:
  static constexpr std::size_t kPageSize = 64;
  using Page = std::array<T, kPageSize>;

  T fallback_;
  std::array<std::uint8_t, Pid::kCount / kPageSize> page_of_{};  // 0: the shared page of defaults
  std::vector<Page> pages_;
};

}  // namespace headwater::dataplane
