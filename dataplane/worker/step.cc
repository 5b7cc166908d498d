// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/step.h"

#include <utility>

#include "dataplane/worker/crew.h"

namespace headwater::dataplane {

Step::Step(const WorkerLinks& links, const Plan& before, const Plan& after)
    : PlanStep(after), ports_change(before.ports != after.ports) {
  const auto owns = [&links](const auto* part) { return part != nullptr && part->worker == links.index; };
  Parts<InputPlan>::for_each_difference(
      before.inputs, after.inputs, [&](const InputPlan* old, const InputPlan* part) {
        InputChange& change = inputs.emplace_back(InputChange{old, part, nullptr, std::nullopt});
        if (!owns(part)) return;
        if (old != nullptr) {
          change.memory.emplace(old, *part);
        } else {
          const bool fed = part->slot.index < links.feeds.size();
          change.lane = std::make_unique<InputLane>(*part, links.counters.input(part->slot), links.punt,
                                                    fed ? links.feeds[part->slot.index] : nullptr);
        }
      });
  Parts<OutputPlan>::for_each_difference(
      before.outputs, after.outputs, [&](const OutputPlan* old, const OutputPlan* part) {
        if (!owns(old) && !owns(part)) return;
        OutputChange& change = outputs.emplace_back(OutputChange{old, part, nullptr, {}});
        if (!owns(part)) return;
        if (!owns(old)) {
          change.lane = std::make_unique<OutputLane>(part->slot, links.counters.output(part->slot),
                                                     links.crew.record(part->slot));
          change.lane->schedule().room().reserve(part->psi.size());
        } else if (part->psi.size() > old->psi.size()) {
          change.room.reserve(part->psi.size());
        }
      });
}

}  // namespace headwater::dataplane
