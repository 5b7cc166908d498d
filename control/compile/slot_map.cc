// SPDX-License-Identifier: Apache-2.0
#include "control/compile/slot_map.h"

namespace headwater::control {

void SlotMap::settle(std::uint64_t in_use) {
  for (auto it = held_.begin(); it != held_.end();) {
    if (it->second.gone_since && *it->second.gone_since <= in_use) {
      free_.push_back(it->second.slot);
      it = held_.erase(it);
    } else {
      ++it;
    }
  }
}

std::optional<std::uint32_t> SlotMap::take(const std::string& name) {
  const auto known = held_.find(name);
  if (known != held_.end()) {
    known->second.gone_since.reset();
    return known->second.slot;
  }
  std::uint32_t slot = 0;
  if (!free_.empty()) {
    slot = free_.back();
    free_.pop_back();
  } else if (next_ < capacity_) {
    slot = next_++;
  } else {
    return std::nullopt;
  }
  held_.emplace(name, Held{slot, {}});
  return slot;
}

void SlotMap::keep_only(const std::set<std::string>& used, std::uint64_t generation) {
  for (auto& [name, held] : held_) {
    if (!held.gone_since && !used.contains(name)) held.gone_since = generation;
  }
}

}  // namespace headwater::control
