// SPDX-License-Identifier: Apache-2.0
//
// One output's place in the history of its input. Counts every packet that it was offered exactly once: as
// passed over, as copied, or as expelled. One worker thread; no allocation.
#pragma once

#include <cstdint>

#include "dataplane/ingest/history.h"
#include "dataplane/plan/counters.h"
#include "psi/base/stream_position.h"
#include "psi/base/ticks.h"

namespace headwater::dataplane {

class HistoryReader {
 public:
  explicit HistoryReader(OutputCounters& counters) : counters_(counters) {}

  // Reads `history` from the first packet on that is due at `from` or later. Not while joined.
  void join(History& history, Instant from);
  // Having taken or passed over everything.
  void leave();
  [[nodiscard]] bool joined() const { return history_ != nullptr; }

  // The history has grown.
  void count_offered();

  // The packet at the cursor; nullptr at the end. Joined.
  [[nodiscard]] const HistoryPacket* peek();
  // Where it stands, or the next one to come. Joined.
  [[nodiscard]] StreamPosition position() const { return {history_->position(cursor_)}; }
  // Its 188 bytes. There is one.
  [[nodiscard]] const std::uint8_t* bytes() const;
  // Beyond the packet at the cursor. There is one.
  void pass_over();
  void copy();

  // Frames before `sequence` are about to be freed, read or not.
  void expel_before(std::uint64_t sequence);

  // After a round of peeking and taking: what was taken is final, what is left is held.
  void settle();

  // No frame before this one is needed any more.
  [[nodiscard]] std::uint64_t frame() const { return cursor_.frame; }

 private:
  OutputCounters& counters_;
  History* history_ = nullptr;
  History::Cursor cursor_;
  std::uint64_t seen_ = 0;  // end_position() of the history when it was counted last
};

}  // namespace headwater::dataplane
