// SPDX-License-Identifier: Apache-2.0
//
// What a worker holds, and the steps of its turn; loop.cc has the order of them, adopt.cc what a new Plan
// does. Worker thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "dataplane/emit/calendar.h"
#include "dataplane/ingest/classify.h"
#include "dataplane/worker/input_lane.h"
#include "dataplane/worker/output_lane.h"
#include "dataplane/worker/port_lane.h"
#include "dataplane/worker/worker.h"

namespace headwater::dataplane {

struct Worker::State {
  explicit State(const WorkerLinks& links);

  bool run_once(Instant now);
  [[nodiscard]] Instant next_deadline(Instant now) const;

 private:
  // What stays of a slot when its stream has stopped.
  template <typename Lane>
  struct Place {
    std::unique_ptr<Lane> lane;
    std::string id;                // whose the counters are
    std::uint64_t generation = 0;  // newest Plan that has it
  };
  struct OutputPlace : Place<OutputLane> {
    InputSlot input;  // what it reads
  };

  // The steps; each true when there was anything to do.
  bool adopt(Instant now);
  void count_stall(Instant now);
  bool receive(Instant now, PortIndex port);
  bool take_feeds(Instant now);
  bool tick(Instant now);
  void wake_readers(Instant now);
  bool inject(Instant now);
  bool depart(Instant now);
  void free_history();
  bool transmit(Instant now);

  bool adopt_ports(const Plan& plan);
  bool adopt_inputs(const Plan& plan, Instant now);
  void adopt_outputs(const Plan& plan, Instant now);
  void remove_vanished_outputs();
  bool remove_vanished_inputs();
  void stop(OutputPlace& place);
  void report_generation();

  void punt(Instant now, PortIndex port, const Frame& frame);
  void mark(InputLane& lane);
  void arm(OutputLane& lane, Instant now);

  WorkerLinks links_;
  std::vector<std::unique_ptr<PortLane>> ports_;  // by PortIndex
  std::vector<Place<InputLane>> inputs_;          // by slot
  std::vector<OutputPlace> outputs_;              // by slot
  std::vector<InputLane*> live_inputs_;
  std::vector<InputLane*> fed_inputs_;
  std::vector<InputLane*> marked_;  // histories that changed in this turn
  bool part_waits_ = false;         // an older Plan is still in use
  std::vector<const PortPlan*> port_parts_;
  Classifier classifier_;
  Calendar calendar_;
  channel::InjectRing::Record injected_;
  std::uint64_t generation_ = 0;
  Instant next_tick_;
  std::size_t tick_stripe_ = 0;
};

}  // namespace headwater::dataplane
