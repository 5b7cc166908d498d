// SPDX-License-Identifier: Apache-2.0
//
// One output in transparent timing: which packet takes which place in which datagram. Its items are the
// routed packets of its input's history, due at due-in + delay, merged by time with the tables that it
// inserts. A datagram is up to seven consecutive items; it departs when its first item is due and takes along
// what is due within kDatagramSpan of that. A packet's fate is decided no earlier than kDatagramSpan before
// it is due, so that a Plan which arrives while the packet waits still rules it. The state outlives every
// Plan of the slot. One worker thread; takes no memory: the
// tables' comes from control (room).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "dataplane/ingest/history.h"
#include "dataplane/mux/psi_slots.h"
#include "dataplane/mux/reader.h"
#include "dataplane/mux/rewrite.h"
#include "dataplane/plan/counters.h"
#include "dataplane/plan/plan.h"
#include "dataplane/plan/stream_record.h"
#include "psi/base/bytes.h"
#include "psi/base/stream_position.h"
#include "psi/base/ticks.h"

namespace headwater::dataplane {

// TS 102 034: jitter at the receiver at most 40 ms peak to peak.
inline constexpr Ticks27 kDatagramSpan = Ticks27::milliseconds(40);

class Schedule {
 public:
  // `record`: of the slot, whichever worker has it.
  Schedule(OutputCounters& counters, StreamRecord& record)
      : counters_(counters), record_(record), reader_(counters) {}

  static constexpr std::size_t kMostWaiting = 8;

  // For the tables of any part that will be offered: comes before it.
  [[nodiscard]] PsiSlots& room() { return psi_; }

  // The part of the newest Plan for this slot, another one than before, and the history of its input. It
  // holds from its packet on (OutputPlan::effective_from), at once where that is past, but not before those
  // that wait already, each of which takes its turn; where kMostWaiting do, it replaces the last, counted.
  // Its delay counts at once: of a shorter one what is past is dropped, counted, and the next PCR of either
  // carries discontinuity_indicator; so does the first one of another input.
  void offer(const OutputPlan& part, std::uint64_t generation, History& history, Instant now);
  // The Plan of this generation still has the part that was offered last.
  void confirm(std::uint64_t generation);

  // Drops what is left in the history, counted: the slot stops here. The record tells of it.
  void stop();
  // Another worker has stopped it, and it goes on here by the record: the first part that is offered holds at
  // once.
  void take_up() { taken_up_ = true; }

  [[nodiscard]] HistoryReader& reader() { return reader_; }
  [[nodiscard]] const HistoryReader& reader() const { return reader_; }
  // What it runs; nullptr before the first part holds.
  [[nodiscard]] const OutputPlan* part() const { return part_; }
  // How often that has become another one.
  [[nodiscard]] std::uint64_t part_changes() const { return part_changes_; }
  [[nodiscard]] bool part_waits() const { return waiting_count_ != 0; }
  // Oldest Plan that is still referenced, where a part waits; else that is the newest Plan.
  [[nodiscard]] std::uint64_t oldest_generation() const {
    return part_ != nullptr ? generation_ : waiting_.front().generation;
  }

  // When to ask again: the next item's due, or earlier where that is not known for sure. nullopt: only once
  // the history grows or a Plan comes.
  [[nodiscard]] std::optional<Instant> next_look(Instant now);
  // The history is read to its end: look again when it has grown.
  [[nodiscard]] bool starved() const { return starved_; }

  struct Datagram {
    Instant departure;  // the first item's due
    std::size_t packets = 0;
  };
  // Takes the items of the datagram that is due; nullopt where none is due. All of them are of part(), which
  // may have become another just now.
  std::optional<Datagram> select(Instant now);
  // Writes what select() took last into `into`, which holds that many packets. Once after each select().
  void write(MutableBytes into);

 private:
  struct Waiting {
    const OutputPlan* part = nullptr;
    std::uint64_t generation = 0;
    StreamPosition from;
  };
  struct Head {
    const HistoryPacket* packet = nullptr;  // routed, due within kDatagramSpan of now
    Instant due;
    std::optional<Instant> look;  // no such packet yet: look again then
    bool closes = false;          // the next packet is another part's: no datagram spans both
  };
  struct Item {
    Instant due;
    bool table = false;
    Pid pid = kNullPid;
  };

  void leave();
  void set_delay(Ticks27 delay, Instant now);
  void tell_of_jump();
  void wait(const Waiting& waiting);
  void switch_part(Instant change);
  void switch_at_once_if_it_may(Instant now);
  Head head(Instant now, bool may_switch);
  std::optional<Item> next_item(Instant now, bool first);
  CopyOrder take(const Item& item, Instant departure);
  bool takes_jump();
  void count_inserted(PsiImage::Kind kind);

  OutputCounters& counters_;
  StreamRecord& record_;
  HistoryReader reader_;
  std::optional<InputSlot> input_;  // what it reads
  PsiSlots psi_;
  const OutputPlan* part_ = nullptr;
  std::uint64_t generation_ = 0;       // newest Plan that holds part_
  Ticks27 delay_;                      // of the newest part: an operator's, not the tables'
  Instant dropped_before_{INT64_MIN};  // what was due in before is past: the delay was longer
  std::uint64_t part_changes_ = 0;
  std::array<Waiting, kMostWaiting> waiting_;  // in the order of their turns
  std::size_t waiting_count_ = 0;
  bool starved_ = true;
  bool taken_up_ = false;  // until the first part
  std::array<CopyOrder, kPacketsPerDatagram> orders_;
  std::size_t ordered_ = 0;
};

}  // namespace headwater::dataplane
