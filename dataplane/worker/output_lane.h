// SPDX-License-Identifier: Apache-2.0
//
// One output in a worker: its schedule, its framing, its counters. Keeps its stream over every Plan. Worker
// thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "dataplane/emit/frame.h"
#include "dataplane/mux/schedule.h"
#include "dataplane/plan/counters.h"
#include "dataplane/plan/plan.h"
#include "dataplane/worker/port_lane.h"

namespace headwater::dataplane {

class OutputLane {
 public:
  OutputLane(OutputSlot slot, OutputCounters& counters, StreamRecord& record)
      : slot_(slot), counters_(counters), schedule_(counters, record), framer_(record) {}

  [[nodiscard]] OutputSlot slot() const { return slot_; }
  [[nodiscard]] Schedule& schedule() { return schedule_; }
  [[nodiscard]] const Schedule& schedule() const { return schedule_; }

  // Puts the datagram that is due, if any, into its port's queue, or counts why not.
  void depart(Instant now, std::span<const std::unique_ptr<PortLane>> ports);
  // When to let it depart again; nullopt: only once the history grows or a Plan comes. What should have left
  // long ago goes at twice the usual pace, faster the later it is, never back to back: a box's jitter buffer
  // and the switch on the way hold no burst.
  [[nodiscard]] std::optional<Instant> next_look(Instant now);
  // Its frame was sent, nominally due at `departure`; or it was dropped unsent.
  void count_sent(Instant now, Instant departure, std::uint16_t packets);
  void count_stopped(std::uint64_t packets);

  // Of those that read the same input.
  OutputLane* previous_reader = nullptr;
  OutputLane* next_reader = nullptr;

 private:
  void hold(std::int64_t packets);
  void note_departure(Instant now, Instant due);

  OutputSlot slot_;
  OutputCounters& counters_;
  Schedule schedule_;
  Framer framer_;
  std::uint64_t addressed_ = 0;  // Schedule::part_changes() when framer_ was addressed
  std::int64_t held_ = 0;        // packets in the port's queue
  Instant departed_;             // the newest datagram
  Instant due_;                  // when it should have
  Ticks27 gap_;                  // between two datagrams' dues, smoothed
};

}  // namespace headwater::dataplane
