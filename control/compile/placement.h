// SPDX-License-Identifier: Apache-2.0
//
// Which worker owns an input, and so the outputs that read it: the one with the least to do, of those on the
// NUMA node of its port, unless it would then have over twice what the least loaded one of all would. An
// input stays where it is for its whole life. Control thread.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "dataplane/plan/slots.h"

namespace headwater::control {

class Placement {
 public:
  // `nodes`: of the workers' cores, by WorkerIndex; nullopt where it is not known. At least one.
  explicit Placement(std::vector<std::optional<unsigned>> nodes);

  // `load`: bit/s that it may bring, and those that its outputs may send; give_back() of the same.
  [[nodiscard]] dataplane::WorkerIndex take(std::optional<unsigned> node, std::uint64_t load);
  void reweigh(dataplane::WorkerIndex worker, std::uint64_t before, std::uint64_t load);
  void give_back(dataplane::WorkerIndex worker, std::uint64_t load) { reweigh(worker, load, 0); }

 private:
  std::vector<std::optional<unsigned>> nodes_;
  std::vector<std::uint64_t> loads_;  // by WorkerIndex
};

}  // namespace headwater::control
