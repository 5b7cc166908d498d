// SPDX-License-Identifier: Apache-2.0
//
// A worker's step from one Plan to the next: the Plan, and the memory that it takes to live by it
// (dataplane/worker/step.h has what is in it). Control makes it and frees it, with all that the worker has
// left in it, when the worker has adopted the Plan: so the worker neither takes memory nor gives any back.
#pragma once

#include <functional>
#include <memory>

#include "dataplane/plan/plan.h"

namespace headwater::dataplane::channel {

struct PlanStep {
  explicit PlanStep(const Plan& to) : plan(&to) {}
  virtual ~PlanStep() = default;
  PlanStep(const PlanStep&) = delete;
  PlanStep& operator=(const PlanStep&) = delete;

  const Plan* plan;
};

// Of this worker. Both Plans outlive the step, the earlier one until the worker has adopted the later.
using MakeStep =
    std::function<std::unique_ptr<PlanStep>(WorkerIndex worker, const Plan& before, const Plan& plan)>;

}  // namespace headwater::dataplane::channel
