// SPDX-License-Identifier: Apache-2.0
//
// Which stream has which slot of the dataplane. Sticky: a name keeps its slot over every Plan, also one that
// is away for a moment; and a slot passes to another name only when the worker no longer uses any Plan with
// the old one. A value. Control thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace headwater::control {

class SlotMap {
 public:
  explicit SlotMap(std::uint32_t capacity = 0) : capacity_(capacity) {}

  // The worker uses no Plan before this generation any more.
  void settle(std::uint64_t in_use);
  // nullopt: all slots are taken, or not yet out of use.
  [[nodiscard]] std::optional<std::uint32_t> take(const std::string& name);
  // `generation` is the first Plan without the names that are not in `used`.
  void keep_only(const std::set<std::string>& used, std::uint64_t generation);

  [[nodiscard]] std::uint32_t capacity() const { return capacity_; }

 private:
  struct Held {
    std::uint32_t slot = 0;
    std::optional<std::uint64_t> gone_since;  // none: in the newest Plan
  };

  std::uint32_t capacity_;
  std::uint32_t next_ = 0;  // below it, every slot is in held_ or free_
  std::map<std::string, Held> held_;
  std::vector<std::uint32_t> free_;
};

}  // namespace headwater::control
