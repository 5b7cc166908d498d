// SPDX-License-Identifier: Apache-2.0
//
// The memory that an input needs to go by a part of a Plan. Control makes it; the worker that owns the input
// takes of it what it needs, and leaves there what it had, for control to free.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "dataplane/ingest/history.h"
#include "dataplane/ingest/pid_table.h"
#include "dataplane/ingest/section_punt.h"
#include "dataplane/plan/plan.h"

namespace headwater::dataplane {

struct InputMemory {
  // `before`: the input's part in the Plan before; nullptr: it begins with this one.
  InputMemory(const InputPlan* before, const InputPlan& part);

  struct Pids {
    PidTable::Named named;
    // Of its PSI PIDs, in their order; nullptr: the input has it.
    std::vector<std::unique_ptr<SectionPunt>> punts;
  };
  std::optional<Pids> pids;  // nullopt: the same as before
  History::Room history;     // empty: as before, or what the input is made with
};

}  // namespace headwater::dataplane
