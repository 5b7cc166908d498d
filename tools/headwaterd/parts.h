// SPDX-License-Identifier: Apache-2.0
//
// Finding a part of a Plan by its slot. Any thread.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

namespace headwater::daemon {

// `parts` are a Plan's inputs or outputs, which are ordered by slot; nullptr: none has that slot.
template <typename Part, typename Slot>
[[nodiscard]] const Part* part_at(const std::vector<std::shared_ptr<const Part>>& parts, Slot slot) {
  const auto found =
      std::ranges::lower_bound(parts, slot.index, {}, [](const auto& part) { return part->slot.index; });
  return found != parts.end() && (*found)->slot == slot ? found->get() : nullptr;
}

}  // namespace headwater::daemon
