// SPDX-License-Identifier: Apache-2.0
#include "control/compile/slot_map.h"

namespace headwater::control {

SlotMap::Names& SlotMap::own() {
  if (held_.use_count() > 1) held_ = std::make_shared<Names>(*held_);
  return *held_;
}

void SlotMap::settle(std::uint64_t in_use) {
  if (gone_ == 0) return;
  Names& held = own();
  for (auto it = held.begin(); it != held.end();) {
    if (it->second.gone_since && *it->second.gone_since <= in_use) {
      free_.push_back(it->second.slot);
      it = held.erase(it);
      --gone_;
    } else {
      ++it;
    }
  }
}

std::optional<std::uint32_t> SlotMap::take(const std::string& name) {
  const auto known = held_->find(name);
  if (known != held_->end()) {
    if (known->second.gone_since) {
      own().at(name).gone_since.reset();
      --gone_;
    }
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
  own().emplace(name, Held{slot, {}});
  return slot;
}

void SlotMap::use(std::uint32_t slot) {
  if (used_.size() < next_) used_.resize(next_);
  if (used_[slot]) return;
  used_[slot] = true;
  ++used_count_;
}

void SlotMap::end_plan(std::uint64_t generation) {
  if (used_count_ < held_->size() - gone_) {
    used_.resize(next_);
    for (auto& [name, held] : own()) {
      if (held.gone_since || used_[held.slot]) continue;
      held.gone_since = generation;
      ++gone_;
    }
  }
  used_.clear();
  used_count_ = 0;
}

}  // namespace headwater::control
