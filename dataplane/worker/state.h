// SPDX-License-Identifier: Apache-2.0
//
// What a worker holds, and the steps of its turn; loop.cc has the order of them, adopt.cc what a new Plan
// does. Worker thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "dataplane/emit/calendar.h"
#include "dataplane/ingest/classify.h"
#include "dataplane/worker/crew.h"
#include "dataplane/worker/input_lane.h"
#include "dataplane/worker/output_lane.h"
#include "dataplane/worker/port_lane.h"
#include "dataplane/worker/step.h"
#include "dataplane/worker/worker.h"

namespace headwater::dataplane {

struct Worker::State {
  explicit State(const WorkerLinks& links);

  bool run_once(Instant now);
  [[nodiscard]] Instant next_deadline(Instant now) const;

 private:
  struct OutputPlace {
    std::unique_ptr<OutputLane> lane;
    std::optional<InputSlot> input;  // what it reads
    bool arrives = false;            // another worker has yet to put it down: the lane waits for it
  };

  // The steps; each true when there was anything to do.
  bool adopt(Instant now);
  void count_stall(Instant now);
  bool receive(Instant now, PortIndex port);
  bool take_handed(Instant now);
  bool take_feeds(Instant now);
  bool tick(Instant now);
  void wake_readers(Instant now);
  bool inject(Instant now);
  bool depart(Instant now);
  void free_history();
  bool transmit(Instant now);

  void adopt_input(Step::InputChange& change, Instant now);
  void begin(std::unique_ptr<InputLane>& lane, InputSlot slot, Instant now);
  void end_vanished(std::vector<Step::InputChange>& changes);
  void adopt_output(Step::OutputChange& change, std::uint64_t before, Instant now);
  void begin(const OutputPlan& part);
  void offer(const OutputPlan& part, Instant now);
  void let_go(OutputPlace& place);
  bool take_up_arrivals(Instant now);
  void report_generation();

  [[nodiscard]] bool owns(const auto* part) const { return part != nullptr && part->worker == links_.index; }
  void hear(Instant now, InputLane& lane, const Frame& frame, std::uint16_t offset, std::uint16_t length);
  [[nodiscard]] bool hand_over(const Frame& frame, const Classified& classified);
  void punt(Instant now, PortIndex port, const Frame& frame);
  void mark(InputLane& lane);
  void arm(OutputLane& lane, Instant now);

  WorkerLinks links_;
  std::vector<std::unique_ptr<PortLane>> ports_;    // by PortIndex
  std::vector<std::unique_ptr<InputLane>> inputs_;  // by slot
  std::vector<OutputPlace> outputs_;                // by slot
  std::vector<InputLane*> live_inputs_;
  std::vector<InputLane*> fed_inputs_;
  std::vector<InputLane*> marked_;       // histories that changed in this turn
  std::vector<std::uint32_t> arriving_;  // outputs that another worker has yet to put down
  std::vector<std::uint32_t> waiting_;   // outputs that still go by a part of an older Plan
  Classifier classifier_;
  Calendar calendar_;
  channel::InjectRing::Record injected_;
  const Plan* plan_ = nullptr;  // adopted; lives until a newer one is reported
  Instant next_tick_;
  std::size_t tick_stripe_ = 0;
};

}  // namespace headwater::dataplane
