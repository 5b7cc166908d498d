// SPDX-License-Identifier: Apache-2.0
#include "control/compile/placement.h"

#include <algorithm>

namespace headwater::control {

Placement::Placement(std::vector<std::optional<unsigned>> nodes)
    : nodes_(std::move(nodes)), rates_(nodes_.size()) {}

dataplane::WorkerIndex Placement::take(std::optional<unsigned> node, std::uint64_t rate) {
  const bool any_near = node && std::ranges::find(nodes_, node) != nodes_.end();
  std::optional<std::uint32_t> best;
  for (std::uint32_t worker = 0; worker < rates_.size(); ++worker) {
    if (any_near && nodes_[worker] != node) continue;
    if (!best || rates_[worker] < rates_[*best]) best = worker;
  }
  rates_[*best] += rate;
  return {*best};
}

void Placement::give_back(dataplane::WorkerIndex worker, std::uint64_t rate) {
  rates_[worker.index] -= rate;
}

}  // namespace headwater::control
