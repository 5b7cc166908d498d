// SPDX-License-Identifier: Apache-2.0
//
// Which stream has which slot of the dataplane. Sticky: a name keeps its slot over every Plan, also one that
// is away for a moment; and a slot passes to another name only when the worker no longer uses any Plan with
// the old one. A value: copies share what they have in common until one of them differs. Control thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
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
  // The slot, which was taken, is in the next Plan.
  void use(std::uint32_t slot);
  // That Plan is `generation`: names whose slots it does not use are gone from it on.
  void end_plan(std::uint64_t generation);

  [[nodiscard]] std::uint32_t capacity() const { return capacity_; }

 private:
  struct Held {
    std::uint32_t slot = 0;
    std::optional<std::uint64_t> gone_since;  // none: in the newest Plan
  };
  using Names = std::map<std::string, Held>;
  // To be changed: a copy of its own, where another map has the same.
  Names& own();

  std::uint32_t capacity_;
  std::uint32_t next_ = 0;  // below it, every slot is in held_ or free_
  std::shared_ptr<Names> held_ = std::make_shared<Names>();
  std::size_t gone_ = 0;  // of held_
  std::vector<std::uint32_t> free_;
  std::vector<bool> used_;  // by slot, in the next Plan
  std::size_t used_count_ = 0;
};

}  // namespace headwater::control
