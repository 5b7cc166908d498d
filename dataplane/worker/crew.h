// SPDX-License-Identifier: Apache-2.0
//
// What the workers of one dataplane share: a ring for received frames from each to each other, and for every
// output slot the place where it changes hands. It is put down by the worker that adopts a Plan in which it
// is another one's, and taken up by that other one, whichever of the two adopts it first: it has one owner at
// any time, and goes on by its record. All memory is taken at construction.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <vector>

#include "dataplane/channel/handover_ring.h"
#include "dataplane/plan/slots.h"
#include "dataplane/plan/stream_record.h"

namespace headwater::dataplane {

class Crew {
 public:
  // Frames that a worker may be behind with, of each other one: a few of its turns.
  static constexpr std::size_t kHandover = 4096;

  // `records`: by output slot, in memory that outlives the crew; none: it has its own.
  Crew(std::size_t workers, std::size_t outputs, std::span<StreamRecord> records = {});
  ~Crew();
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  [[nodiscard]] std::size_t size() const { return workers_; }
  // From and to two workers.
  [[nodiscard]] channel::HandoverRing& handover(WorkerIndex from, WorkerIndex to) {
    return *handovers_[from.index * workers_ + to.index];
  }

  // Of the stream in the slot. The slot's owner.
  [[nodiscard]] StreamRecord& record(OutputSlot slot) { return records_[slot.index]; }

  void put_down(OutputSlot slot) { outputs_[slot.index].down.store(true, std::memory_order_release); }
  // False: its owner before has not put it down yet.
  [[nodiscard]] bool take_up(OutputSlot slot) {
    return outputs_[slot.index].down.exchange(false, std::memory_order_acquire);
  }
  // Whose the slot's counters are, as stream_of has it, also when it has stopped. The slot's owner.
  [[nodiscard]] std::uint64_t& counted(OutputSlot slot) { return outputs_[slot.index].counted; }

 private:
  struct Output {
    std::atomic<bool> down{false};
    std::uint64_t counted = 0;
  };

  std::size_t workers_;
  std::vector<std::unique_ptr<channel::HandoverRing>> handovers_;  // by the two workers; nullptr to oneself
  std::vector<Output> outputs_;                                    // by slot
  struct Free {
    void operator()(StreamRecord* records) const { std::free(records); }
  };
  std::unique_ptr<StreamRecord, Free> own_records_;
  std::span<StreamRecord> records_;  // by slot
};

}  // namespace headwater::dataplane
