// SPDX-License-Identifier: Apache-2.0
//
// All counters of the dataplane, in arrays by slot, taken once at start. Workers write, control reads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "dataplane/plan/counters.h"
#include "dataplane/plan/slots.h"
#include "dataplane/plan/sum.h"

namespace headwater::dataplane::channel {

class CounterBlocks {
 public:
  CounterBlocks(std::size_t ports, std::size_t inputs, std::size_t outputs, std::size_t workers = 1)
      : max_ports_(ports),
        ports_(ports * workers),
        inputs_(inputs),
        outputs_(outputs),
        workers_(workers),
        refused_(workers * workers) {}

  // Of the port in one worker; PortSum has them in all.
  [[nodiscard]] PortCounters& port(PortIndex port, WorkerIndex worker = {}) {
    return ports_[worker.index * max_ports_ + port.index];
  }
  [[nodiscard]] InputCounters& input(InputSlot slot) { return inputs_[slot.index]; }
  [[nodiscard]] OutputCounters& output(OutputSlot slot) { return outputs_[slot.index]; }
  [[nodiscard]] WorkerCounters& worker(WorkerIndex worker = {}) { return workers_[worker.index]; }
  [[nodiscard]] const PortCounters& port(PortIndex port, WorkerIndex worker = {}) const {
    return ports_[worker.index * max_ports_ + port.index];
  }
  [[nodiscard]] const InputCounters& input(InputSlot slot) const { return inputs_[slot.index]; }
  [[nodiscard]] const OutputCounters& output(OutputSlot slot) const { return outputs_[slot.index]; }
  [[nodiscard]] const WorkerCounters& worker(WorkerIndex worker = {}) const { return workers_[worker.index]; }
  // Frames that `from` received for inputs of `owner`, which had no room for them. `from` counts.
  [[nodiscard]] Counter& refused(WorkerIndex from, WorkerIndex owner) {
    return refused_[from.index * workers_.size() + owner.index];
  }
  // From all of them.
  [[nodiscard]] std::uint64_t refused(WorkerIndex owner) const {
    std::uint64_t sum = 0;
    for (std::size_t from = 0; from < workers_.size(); ++from)
      sum += refused_[from * workers_.size() + owner.index].get();
    return sum;
  }
  [[nodiscard]] std::size_t max_workers() const { return workers_.size(); }
  [[nodiscard]] std::size_t max_ports() const { return max_ports_; }
  [[nodiscard]] std::size_t max_inputs() const { return inputs_.size(); }
  [[nodiscard]] std::size_t max_outputs() const { return outputs_.size(); }

 private:
  std::size_t max_ports_;
  std::vector<PortCounters> ports_;  // all of a worker in a row
  std::vector<InputCounters> inputs_;
  std::vector<OutputCounters> outputs_;
  std::vector<WorkerCounters> workers_;
  std::vector<Counter> refused_;  // by the two workers
};

// The port's counters over all workers, as they are now.
class PortSum {
 public:
  PortSum(const CounterBlocks& blocks, PortIndex port) {
    for (std::uint32_t worker = 0; worker < blocks.max_workers(); ++worker)
      add_up(sum_, blocks.port(port, {worker}));
  }
  [[nodiscard]] const PortCounters& counters() const { return sum_; }

 private:
  PortCounters sum_;
};

}  // namespace headwater::dataplane::channel
