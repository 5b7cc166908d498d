// SPDX-License-Identifier: Apache-2.0
//
// The history ring of one input: its frames in order, each TS packet with its due time. Readers hold cursors,
// never references; the owner frees behind the slowest. A reader that falls beyond the capacity is expelled:
// its cursor is moved to the oldest frame that is left, and what it missed is counted. A due time may still
// be revised (the next PCR refines it) until a reader has taken its packet; readers say so by taken(). Due
// times never go back from one packet to the next. One worker thread;
// takes no memory: control does (room_for).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "dataplane/plan/frame.h"
#include "psi/base/pid.h"
#include "psi/base/ticks.h"
#include "psi/ts/packet.h"

namespace headwater::dataplane {

inline constexpr std::size_t kPacketsPerDatagram = 7;

struct HistoryPacket {
  Instant due;               // due-in: provisional until the timeline has seen the next PCR, then fixed
  std::uint16_t offset = 0;  // of the sync byte, in the frame's data
  Pid pid = kNullPid;
  // The legal repetition of the packet before on its PID: keeps that one's continuity_counter.
  bool duplicate = false;
  // First PCR packet of its PID after a seam of a looped file: gets discontinuity_indicator.
  bool seam = false;
  bool scrambled = false;
  std::uint8_t place = 0;  // in the datagram as it came, 0..6, dropped packets counted: what timing goes by
};

struct HistoryFrame {
  Frame frame;
  std::uint64_t stream_index =
      0;                       // of the datagram's first packet, among all that the input received or lost
  std::uint64_t position = 0;  // packets put into this history before this frame's first; set by append
  std::uint8_t count = 0;      // at least 1
  std::array<HistoryPacket, kPacketsPerDatagram> packets{};
};

class History {
 public:
  // Where a reader stands: the next packet that it has not taken.
  struct Cursor {
    std::uint64_t frame = 0;
    std::uint32_t packet = 0;
  };

  // For at least so many frames: a power of two.
  using Room = std::vector<HistoryFrame>;
  [[nodiscard]] static Room room_for(std::size_t frames);
  explicit History(std::size_t capacity) : frames_(room_for(capacity)), mask_(frames_.size() - 1) {}

  [[nodiscard]] std::uint64_t begin() const { return begin_; }  // sequence of the oldest frame
  [[nodiscard]] std::uint64_t end() const { return end_; }      // one beyond the newest
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(end_ - begin_); }
  [[nodiscard]] std::size_t capacity() const { return frames_.size(); }
  [[nodiscard]] bool full() const { return size() == capacity(); }
  [[nodiscard]] std::size_t room() const { return capacity() - size(); }

  // Takes this room where it is larger, and leaves its own there; what is held, and every cursor, stays as it
  // is.
  void grow(Room& room);

  // sequence in [begin, end).
  [[nodiscard]] const HistoryFrame& at(std::uint64_t sequence) const { return frames_[sequence & mask_]; }
  [[nodiscard]] HistoryFrame& at(std::uint64_t sequence) { return frames_[sequence & mask_]; }

  // Not full. Takes the frame over; returns its sequence.
  std::uint64_t append(const HistoryFrame& frame);
  // Releases every frame before `sequence` to its pool.
  void free_before(std::uint64_t sequence);

  // Due time of the last packet that was freed.
  [[nodiscard]] Instant freed_due() const { return freed_due_; }

  // Packets ever put in; and those before a cursor in [begin, end]: what a reader has passed, taken or missed
  // are differences of positions.
  [[nodiscard]] std::uint64_t end_position() const { return end_position_; }
  [[nodiscard]] std::uint64_t position(Cursor cursor) const {
    return cursor.frame >= end_ ? end_position_ : at(cursor.frame).position + cursor.packet;
  }

  // A reader stands at `cursor` now: due times before it are final. The furthest reader counts.
  void taken(Cursor cursor) {
    const std::uint64_t beyond = cursor.frame + (cursor.packet > 0 ? 1 : 0);
    if (beyond > first_untaken_) first_untaken_ = beyond;
  }
  // Sequence of the first frame of which no packet has been taken; may be end().
  [[nodiscard]] std::uint64_t first_untaken() const { return std::max(first_untaken_, begin_); }

 private:
  Room frames_;
  std::uint64_t mask_;
  std::uint64_t begin_ = 0;
  std::uint64_t end_ = 0;
  std::uint64_t end_position_ = 0;
  std::uint64_t first_untaken_ = 0;
  Instant freed_due_{INT64_MIN};
};

}  // namespace headwater::dataplane
