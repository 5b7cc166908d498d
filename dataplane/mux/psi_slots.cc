// SPDX-License-Identifier: Apache-2.0
#include "dataplane/mux/psi_slots.h"

#include <algorithm>

namespace headwater::dataplane {
namespace {

bool same_packets(const PsiImage& a, const PsiImage& b) {
  return &a == &b || (a.pid == b.pid && a.packets == b.packets);
}

}  // namespace

void PsiSlots::reserve(std::size_t images) {
  slots_.reserve(images);
  next_.reserve(images);
}

void PsiSlots::take_room(PsiSlots& room) {
  if (room.slots_.capacity() <= slots_.capacity()) return;
  room.slots_.assign(slots_.begin(), slots_.end());
  slots_.swap(room.slots_);
  next_.swap(room.next_);
}

const PsiSlots::Slot* PsiSlots::predecessor(const PsiImage& image) const {
  const auto unchanged = [&image](const Slot& slot) { return same_packets(*slot.image, image); };
  const auto same_table = [&image](const Slot& slot) {
    return slot.image->kind == image.kind && slot.image->pid == image.pid;
  };
  auto found = std::find_if(slots_.begin(), slots_.end(), unchanged);
  if (found == slots_.end()) found = std::find_if(slots_.begin(), slots_.end(), same_table);
  return found == slots_.end() ? nullptr : &*found;
}

void PsiSlots::replace(Images images, Instant change) {
  next_.clear();
  for (const auto& image : images) {
    if (image->packets.empty()) continue;
    Slot slot{image.get(), change, std::nullopt};
    if (const Slot* before = predecessor(*image); before != nullptr) {
      slot.last_departure = before->last_departure;
      // One that was changed and has not left yet is due as it was, whatever comes behind it.
      slot.due = same_packets(*before->image, *image) && slot.last_departure
                     ? std::min(before->due, *slot.last_departure + image->interval)
                     : std::min(change, before->due);
    }
    next_.push_back(slot);
  }
  std::swap(slots_, next_);
  find_first();
}

void PsiSlots::find_first() {
  const auto earlier = [](const Slot& a, const Slot& b) { return a.due < b.due; };
  first_ = static_cast<std::size_t>(std::min_element(slots_.begin(), slots_.end(), earlier) - slots_.begin());
}

PsiSlots::Taken PsiSlots::take(Instant departure) {
  Slot& slot = slots_[first_];
  if (slot.sent == 0) slot.last_departure = departure;
  const PsiImage& image = *slot.image;
  const ts::Packet& packet = image.packets[slot.sent++];
  unfinished_ = slot.sent < image.packets.size();
  if (unfinished_) {
    slot.due = std::min(slot.due, departure);  // the rest follows at once
  } else {
    slot.sent = 0;
    slot.due = *slot.last_departure + image.interval;
    find_first();
  }
  return {&packet, image.pid, image.kind};
}

}  // namespace headwater::dataplane
