// SPDX-License-Identifier: Apache-2.0
//
// The history ring of one input: its frames in order, each TS packet with its due time. Readers hold cursors,
// never references; the owner frees behind the slowest. A reader that falls beyond the capacity is expelled:
// its cursor is moved to the oldest frame that is left, and what it missed is counted. One worker thread; no
// allocation after construction.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "dataplane/plan/counters.h"
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
  bool duplicate =
      false;  // the legal repetition of the packet before on its PID: keeps that one's continuity_counter
  bool seam =
      false;  // first PCR packet of its PID after a seam of a looped file: gets discontinuity_indicator
  bool scrambled = false;
};

struct HistoryFrame {
  Frame frame;
  std::uint8_t count = 0;
  std::array<HistoryPacket, kPacketsPerDatagram> packets{};
};

class History {
 public:
  // Where a reader stands: the next packet that it has not taken.
  struct Cursor {
    std::uint64_t frame = 0;
    std::uint32_t packet = 0;
  };

  explicit History(std::size_t capacity);  // frames, a power of two

  [[nodiscard]] std::uint64_t begin() const { return begin_; }  // sequence of the oldest frame
  [[nodiscard]] std::uint64_t end() const { return end_; }      // one beyond the newest
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(end_ - begin_); }
  [[nodiscard]] std::size_t capacity() const { return frames_.size(); }
  [[nodiscard]] bool full() const { return size() == capacity(); }

  // sequence in [begin, end).
  [[nodiscard]] const HistoryFrame& at(std::uint64_t sequence) const { return frames_[sequence & mask_]; }
  [[nodiscard]] HistoryFrame& at(std::uint64_t sequence) { return frames_[sequence & mask_]; }

  // Not full. Takes the frame over; returns its sequence.
  std::uint64_t append(const HistoryFrame& frame);
  // Releases every frame before `sequence` to its pool.
  void free_before(std::uint64_t sequence);

 private:
  std::vector<HistoryFrame> frames_;
  std::uint64_t mask_;
  std::uint64_t begin_ = 0;
  std::uint64_t end_ = 0;
};

}  // namespace headwater::dataplane
