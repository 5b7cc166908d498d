// SPDX-License-Identifier: Apache-2.0
//
// Which worker owns an input, and so the outputs that read it: the one with the least to receive, of those on
// the NUMA node of its port where there are any. An input stays where it is for its whole life. Control
// thread.
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

  // `rate`: bit/s that it may bring; give_back() of the same.
  [[nodiscard]] dataplane::WorkerIndex take(std::optional<unsigned> node, std::uint64_t rate);
  void give_back(dataplane::WorkerIndex worker, std::uint64_t rate);

 private:
  std::vector<std::optional<unsigned>> nodes_;
  std::vector<std::uint64_t> rates_;  // by WorkerIndex
};

}  // namespace headwater::control
