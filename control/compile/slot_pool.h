// SPDX-License-Identifier: Apache-2.0
//
// The slots of the dataplane that no stream has. One that is given back passes to another stream only when
// the worker no longer uses any Plan in which it was the old one's. Control thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

namespace headwater::control {

class SlotPool {
 public:
  explicit SlotPool(std::uint32_t capacity) : capacity_(capacity) {}

  // The worker uses no Plan before this generation any more.
  void settle(std::uint64_t in_use);
  // nullopt: all slots are taken, or not yet out of use.
  [[nodiscard]] std::optional<std::uint32_t> take();
  // `generation` is the first Plan without it; it never falls from one call to the next.
  void give_back(std::uint32_t slot, std::uint64_t generation);
  // settle() would make one free.
  [[nodiscard]] bool waits_for(std::uint64_t in_use) const {
    return !leaving_.empty() && leaving_.front().generation <= in_use;
  }

  [[nodiscard]] std::uint32_t capacity() const { return capacity_; }

 private:
  struct Leaving {
    std::uint32_t slot = 0;
    std::uint64_t generation = 0;
  };
  std::uint32_t capacity_;
  std::uint32_t next_ = 0;  // from it on, none was ever taken
  std::deque<std::uint32_t> free_;
  std::deque<Leaving> leaving_;
};

}  // namespace headwater::control
