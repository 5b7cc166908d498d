// SPDX-License-Identifier: Apache-2.0
//
// The inputs or outputs of a Plan by their slots, in chunks that Plans share: one that differs from another
// in one part has one chunk of its own, whatever number of parts there are. A copy costs its chunks'
// pointers. A value. Copies of one are made, changed and let go by one thread at a time (control, under its
// mutex); what is published is read by any.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

namespace headwater::dataplane {

template <typename Part>
class Parts {
 public:
  using Pointer = std::shared_ptr<const Part>;
  static constexpr std::size_t kChunk = 64;  // slots

  Parts() = default;
  Parts(std::initializer_list<Pointer> parts) {
    for (const Pointer& part : parts) set(part);
  }

  // In the slot that it names, for what was there.
  void set(Pointer part) {
    const std::size_t slot = part->slot.index;
    if (chunks_.size() <= slot / kChunk) chunks_.resize(slot / kChunk + 1);
    if (chunks_[slot / kChunk] != nullptr && (*chunks_[slot / kChunk])[slot % kChunk] == part) return;
    Pointer& place = own(slot / kChunk)[slot % kChunk];
    if (place == nullptr) ++size_;
    place = std::move(part);
  }
  void clear(std::uint32_t slot) {
    if (at(slot) == nullptr) return;
    own(slot / kChunk)[slot % kChunk] = nullptr;
    --size_;
  }

  // nullptr: none is there.
  [[nodiscard]] const Pointer& at(std::uint32_t slot) const {
    static const Pointer kNone;
    const std::size_t chunk = slot / kChunk;
    return chunk < chunks_.size() && chunks_[chunk] != nullptr ? (*chunks_[chunk])[slot % kChunk] : kNone;
  }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }

  // In the order of slots.
  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = Pointer;
    using difference_type = std::ptrdiff_t;
    using pointer = const Pointer*;
    using reference = const Pointer&;

    Iterator() = default;
    Iterator(const Parts* parts, std::size_t slot) : parts_(parts), slot_(slot) { pass_over(); }
    reference operator*() const { return (*parts_->chunks_[slot_ / kChunk])[slot_ % kChunk]; }
    pointer operator->() const { return &**this; }
    Iterator& operator++() {
      ++slot_;
      pass_over();
      return *this;
    }
    Iterator operator++(int) {
      const Iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.slot_ == b.slot_; }

   private:
    void pass_over() {
      while (slot_ < parts_->slots()) {
        if (parts_->chunks_[slot_ / kChunk] == nullptr) {
          slot_ = (slot_ / kChunk + 1) * kChunk;
        } else if (**this == nullptr) {
          ++slot_;
        } else {
          return;
        }
      }
    }
    const Parts* parts_ = nullptr;
    std::size_t slot_ = 0;
  };
  [[nodiscard]] Iterator begin() const { return Iterator(this, 0); }
  [[nodiscard]] Iterator end() const { return Iterator(this, slots()); }

  // The same parts, by pointer.
  friend bool operator==(const Parts& a, const Parts& b) {
    bool same = a.size_ == b.size_;
    if (same) for_each_difference(a, b, [&](const Part*, const Part*) { same = false; });
    return same;
  }

  // visit(before, after) for each slot that has not the same part in both; nullptr where there is none.
  template <typename Visit>
  static void for_each_difference(const Parts& before, const Parts& after, Visit&& visit) {
    for (std::size_t chunk = 0; chunk < std::max(before.chunks_.size(), after.chunks_.size()); ++chunk) {
      if (before.chunk(chunk) == after.chunk(chunk)) continue;
      for (std::size_t place = 0; place < kChunk; ++place) {
        const auto slot = static_cast<std::uint32_t>(chunk * kChunk + place);
        const Part* old = before.at(slot).get();
        const Part* now = after.at(slot).get();
        if (old != now) visit(old, now);
      }
    }
  }

 private:
  using Chunk = std::array<Pointer, kChunk>;

  [[nodiscard]] std::size_t slots() const { return chunks_.size() * kChunk; }
  [[nodiscard]] const Chunk* chunk(std::size_t index) const {
    return index < chunks_.size() ? chunks_[index].get() : nullptr;
  }
  // To be changed: a copy, where another value has it too.
  Chunk& own(std::size_t index) {
    std::shared_ptr<Chunk>& chunk = chunks_[index];
    if (chunk == nullptr) {
      chunk = std::make_shared<Chunk>();
    } else if (chunk.use_count() > 1) {
      chunk = std::make_shared<Chunk>(*chunk);
    }
    return *chunk;
  }

  std::vector<std::shared_ptr<Chunk>> chunks_;  // nullptr: none of its slots has a part
  std::size_t size_ = 0;
};

}  // namespace headwater::dataplane
