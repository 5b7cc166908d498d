// SPDX-License-Identifier: Apache-2.0
#include "control/compile/placement.h"

#include <utility>

namespace headwater::control {

Placement::Placement(std::vector<std::optional<unsigned>> nodes)
    : nodes_(std::move(nodes)), loads_(nodes_.size()) {}

dataplane::WorkerIndex Placement::take(std::optional<unsigned> node, std::uint64_t load) {
  std::uint32_t least = 0;
  std::optional<std::uint32_t> near;
  for (std::uint32_t worker = 0; worker < loads_.size(); ++worker) {
    if (loads_[worker] < loads_[least]) least = worker;
    if (!node || nodes_[worker] != node) continue;
    if (!near || loads_[worker] < loads_[*near]) near = worker;
  }
  // Frames that cross between nodes cost some time; frames that a full worker does not take are lost.
  const bool may_near = near && loads_[*near] + load <= 2 * (loads_[least] + load);
  const std::uint32_t worker = may_near ? *near : least;
  loads_[worker] += load;
  return {worker};
}

void Placement::reweigh(dataplane::WorkerIndex worker, std::uint64_t before, std::uint64_t load) {
  loads_[worker.index] += load - before;
}

}  // namespace headwater::control
