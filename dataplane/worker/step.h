// SPDX-License-Identifier: Apache-2.0
//
// What differs between two Plans for one worker, with the lanes and the memory that the later one takes. The
// worker swaps what it lets go of for what it takes.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "dataplane/channel/plan_step.h"
#include "dataplane/ingest/input_memory.h"
#include "dataplane/mux/psi_slots.h"
#include "dataplane/plan/plan.h"
#include "dataplane/worker/input_lane.h"
#include "dataplane/worker/output_lane.h"
#include "dataplane/worker/worker.h"

namespace headwater::dataplane {

struct Step final : channel::PlanStep {
  // Of every input, since each worker classifies for all. What is not the worker's has no memory.
  struct InputChange {
    const InputPlan* before;            // nullptr: it begins
    const InputPlan* after;             // nullptr: it ends
    std::unique_ptr<InputLane> lane;    // where it begins
    std::optional<InputMemory> memory;  // where it goes on
  };
  // Of an output that is the worker's before or after.
  struct OutputChange {
    const OutputPlan* before;
    const OutputPlan* after;
    std::unique_ptr<OutputLane> lane;  // where it begins, or comes from another worker
    PsiSlots room;                     // where it goes on
  };

  // Control thread; of the links it touches what is the worker's alone only by address.
  Step(const WorkerLinks& links, const Plan& before, const Plan& after);

  std::vector<InputChange> inputs;
  std::vector<OutputChange> outputs;
  bool ports_change;
};

}  // namespace headwater::dataplane
