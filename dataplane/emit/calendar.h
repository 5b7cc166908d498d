// SPDX-License-Identifier: Apache-2.0
//
// The calendar that paces departures: a timing wheel of 296 ns slots whose entries are numbers, each armed
// for one instant at most. An entry beyond the horizon stays in its slot until the revolution in which it is
// due; the slot of `now` is looked at again until it has passed. One worker thread; no allocation after
// construction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "psi/base/ticks.h"

namespace headwater::dataplane {

class Calendar {
 public:
  // Entries are numbered 0 .. entries - 1.
  explicit Calendar(std::size_t entries);

  // Moves the entry where it is armed already. A due in the past is taken at the next chance, behind those
  // that were due before.
  void arm(std::uint32_t entry, Instant due);
  void disarm(std::uint32_t entry);
  [[nodiscard]] bool armed(std::uint32_t entry) const { return entries_[entry].armed; }

  // Disarms entries that are due and gives them in the order of their slots; returns how many. What does not
  // fit comes with the next call.
  std::size_t take_due(Instant now, std::span<std::uint32_t> into);

  // Earliest due of all; nullopt where nothing is armed.
  [[nodiscard]] std::optional<Instant> earliest() const;

 private:
  static constexpr int kSlotBits = 3;  // 8 ticks
  static constexpr std::int64_t kSlots = 32768;
  static constexpr std::int64_t kWords = kSlots / 64;

  struct Entry {
    Instant due;
    std::uint32_t before = 0;  // a ring of the entries of one slot
    std::uint32_t after = 0;
    std::uint32_t slot = 0;
    bool armed = false;
  };

  static std::int64_t slot_number(Instant due) { return due.value >> kSlotBits; }
  static std::size_t slot_index(std::int64_t number) {
    return static_cast<std::size_t>(number & (kSlots - 1));
  }
  [[nodiscard]] bool occupied(std::size_t slot) const {
    return ((occupied_[slot / 64] >> (slot % 64)) & 1) != 0;
  }
  // First occupied slot from number `from` on, below `limit`; limit where there is none.
  [[nodiscard]] std::int64_t next_occupied(std::int64_t from, std::int64_t limit) const;
  [[nodiscard]] std::optional<Instant> earliest_in(std::size_t slot, std::int64_t before) const;
  std::size_t take_from(std::size_t slot, Instant now, std::span<std::uint32_t> into);

  std::vector<Entry> entries_;
  std::vector<std::uint32_t> last_;  // of each slot's ring; meaningful where occupied
  std::vector<std::uint64_t> occupied_;
  std::int64_t position_ = 0;  // number of the first slot that may still hold something due
};

}  // namespace headwater::dataplane
