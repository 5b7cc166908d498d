// SPDX-License-Identifier: Apache-2.0
#include "dataplane/ingest/input_memory.h"

namespace headwater::dataplane {

InputMemory::InputMemory(const InputPlan* before, const InputPlan& part) {
  if (before != nullptr && part.history_frames > before->history_frames)
    history = History::room_for(part.history_frames);
  if (before != nullptr && part.pids == before->pids) return;
  pids.emplace(Pids{PidTable::named_by(part.pids), {}});
  for (const PidState& state : pids->named) {
    if (!state.action.psi) continue;
    const bool had = before != nullptr && before->pids[state.pid].psi;
    pids->punts.push_back(had ? nullptr : std::make_unique<SectionPunt>(state.pid));
  }
}

}  // namespace headwater::dataplane
