// SPDX-License-Identifier: Apache-2.0
//
// The tables that one output inserts, each in its own rhythm: next due = departure of the datagram that
// carried its first packet last + interval, so that the interval on the wire never exceeds it. A table that
// has begun is finished before anything else. Borrows the images from the part of the Plan that the output
// runs. One worker thread; takes no memory: control does (reserve).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "dataplane/plan/plan.h"
#include "psi/base/ticks.h"

namespace headwater::dataplane {

class PsiSlots {
 public:
  using Images = std::span<const std::shared_ptr<const PsiImage>>;

  // Memory for that many tables, before replace() brings them. By any thread, before the worker has it.
  void reserve(std::size_t images);
  // Takes this one's memory where it is more, and leaves its own there.
  void take_room(PsiSlots& room);

  // From now on these tables. An unchanged one (same image or same packets) keeps its rhythm; a new or
  // changed one is due at `change`, or at its predecessor's due where that is earlier. Not while
  // unfinished().
  void replace(Images images, Instant change);

  [[nodiscard]] bool unfinished() const { return unfinished_; }
  // Of the table that is due first; among equals the first in the Plan's order. nullopt: no tables.
  [[nodiscard]] std::optional<Instant> next_due() const {
    if (slots_.empty()) return std::nullopt;
    return slots_[first_].due;
  }

  struct Taken {
    const ts::Packet* packet;
    Pid pid;
    PsiImage::Kind kind;
  };
  // The next packet of the table that is due first, for a datagram that departs at `departure`. There is one.
  Taken take(Instant departure);

 private:
  struct Slot {
    const PsiImage* image;
    Instant due;
    std::optional<Instant> last_departure;
    std::size_t sent = 0;  // packets of the round that has begun
  };

  void find_first();
  [[nodiscard]] const Slot* predecessor(const PsiImage& image) const;

  std::vector<Slot> slots_;
  std::vector<Slot> next_;   // replace() builds here
  std::size_t first_ = 0;    // of slots_, due first; meaningful where there are any
  bool unfinished_ = false;  // the first has begun
};

}  // namespace headwater::dataplane
