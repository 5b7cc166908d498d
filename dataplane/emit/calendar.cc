// SPDX-License-Identifier: Apache-2.0
#include "dataplane/emit/calendar.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace headwater::dataplane {

Calendar::Calendar(std::size_t entries) : entries_(entries), last_(kSlots), occupied_(kWords) {}

void Calendar::arm(std::uint32_t number, Instant due) {
  disarm(number);
  Entry& entry = entries_[number];
  const std::size_t slot = slot_index(std::max(slot_number(due), position_));
  entry.due = due;
  entry.slot = static_cast<std::uint32_t>(slot);
  entry.armed = true;
  if (occupied(slot)) {
    Entry& last = entries_[last_[slot]];
    entry.before = last_[slot];
    entry.after = last.after;
    entries_[last.after].before = number;
    last.after = number;
  } else {
    entry.before = entry.after = number;
    occupied_[slot / 64] |= std::uint64_t{1} << (slot % 64);
  }
  last_[slot] = number;
}

void Calendar::disarm(std::uint32_t number) {
  Entry& entry = entries_[number];
  if (!entry.armed) return;
  entry.armed = false;
  if (entry.after == number) {
    occupied_[entry.slot / 64] &= ~(std::uint64_t{1} << (entry.slot % 64));
    return;
  }
  entries_[entry.before].after = entry.after;
  entries_[entry.after].before = entry.before;
  if (last_[entry.slot] == number) last_[entry.slot] = entry.before;
}

std::int64_t Calendar::next_occupied(std::int64_t from, std::int64_t limit) const {
  for (std::int64_t number = from; number < limit;) {
    const std::size_t slot = slot_index(number);
    const std::uint64_t word = occupied_[slot / 64] >> (slot % 64);
    if (word != 0) return std::min(limit, number + std::countr_zero(word));
    number += 64 - static_cast<std::int64_t>(slot % 64);
  }
  return limit;
}

std::size_t Calendar::take_from(std::size_t slot, Instant now, std::span<std::uint32_t> into) {
  std::size_t taken = 0;
  const std::uint32_t last = last_[slot];
  std::uint32_t number = entries_[last].after;
  for (bool more = true; more && taken < into.size();) {
    more = number != last;
    const std::uint32_t after = entries_[number].after;
    if (entries_[number].due <= now) {
      disarm(number);
      into[taken++] = number;
    }
    number = after;
  }
  return taken;
}

std::size_t Calendar::take_due(Instant now, std::span<std::uint32_t> into) {
  const std::int64_t current = slot_number(now);
  // One revolution covers every slot.
  const std::int64_t limit = std::min(current + 1, position_ + kSlots);
  std::size_t taken = 0;
  std::int64_t number = next_occupied(position_, limit);
  while (number < limit) {
    taken += take_from(slot_index(number), now, into.subspan(taken));
    if (taken == into.size()) {
      position_ = std::max(position_, number);
      return taken;
    }
    number = next_occupied(number + 1, limit);
  }
  position_ = std::max(position_, current);
  return taken;
}

std::optional<Instant> Calendar::earliest_in(std::size_t slot, std::int64_t before) const {
  std::optional<Instant> earliest;
  const std::uint32_t last = last_[slot];
  std::uint32_t number = last;
  do {
    number = entries_[number].after;
    const Instant due = entries_[number].due;
    if (slot_number(due) < before && (!earliest || due < *earliest)) earliest = due;
  } while (number != last);
  return earliest;
}

std::optional<Instant> Calendar::earliest() const {
  constexpr std::int64_t kAnyRevolution = std::numeric_limits<std::int64_t>::max();
  const std::int64_t limit = position_ + kSlots;
  std::optional<Instant> beyond;
  for (std::int64_t number = next_occupied(position_, limit); number < limit;
       number = next_occupied(number + 1, limit)) {
    if (const auto due = earliest_in(slot_index(number), limit)) return due;
    const auto later = earliest_in(slot_index(number), kAnyRevolution);
    if (!beyond || *later < *beyond) beyond = later;
  }
  return beyond;
}

}  // namespace headwater::dataplane
