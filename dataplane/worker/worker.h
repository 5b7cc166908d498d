// SPDX-License-Identifier: Apache-2.0
//
// One worker: the run-to-completion loop over its ports' queues, inputs and outputs. run_once is the whole
// packet path; the thread that calls it, and the clock that gives it `now`, are the caller's, so that tests
// run days in seconds. run_once takes no memory and gives none back: a Plan's step brings what it needs.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "dataplane/channel/counter_blocks.h"
#include "dataplane/channel/feed_ring.h"
#include "dataplane/channel/inject_ring.h"
#include "dataplane/channel/plan_ring.h"
#include "dataplane/channel/punt_ring.h"
#include "dataplane/plan/port.h"
#include "psi/base/ticks.h"

namespace headwater::dataplane {

class Crew;

// Everything a worker is connected to; all of it outlives the worker.
struct WorkerLinks {
  channel::PlanRing& plan;
  channel::PuntRing& punt;
  channel::InjectRing& inject;
  channel::CounterBlocks& counters;
  std::span<Port* const> ports;               // by PortIndex: its own queues; nullptr where it has none
  std::span<channel::FeedRing* const> feeds;  // by InputSlot; nullptr where the input is no file
  Crew& crew;
  WorkerIndex index = {};  // which of the crew it is
};

class Worker {
 public:
  explicit Worker(const WorkerLinks& links);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // One turn: adopt a new Plan, receive a burst from each port, feed files, let inputs' time pass, send what
  // is due. Returns true when there was anything to do.
  bool run_once(Instant now);

  // Earliest instant at which run_once has something to do if nothing is received; for adaptive polling and
  // simulation.
  [[nodiscard]] Instant next_deadline(Instant now) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace headwater::dataplane
