// SPDX-License-Identifier: Apache-2.0
//
// All counters of the dataplane, in arrays by slot, taken once at start. Workers write, control reads.
#pragma once

#include <cstddef>
#include <vector>

#include "dataplane/plan/counters.h"
#include "dataplane/plan/slots.h"

namespace headwater::dataplane::channel {

class CounterBlocks {
 public:
  CounterBlocks(std::size_t ports, std::size_t inputs, std::size_t outputs)
      : ports_(ports), inputs_(inputs), outputs_(outputs) {}

  [[nodiscard]] PortCounters& port(PortIndex port) { return ports_[port.index]; }
  [[nodiscard]] InputCounters& input(InputSlot slot) { return inputs_[slot.index]; }
  [[nodiscard]] OutputCounters& output(OutputSlot slot) { return outputs_[slot.index]; }
  [[nodiscard]] WorkerCounters& worker() { return worker_; }
  [[nodiscard]] const PortCounters& port(PortIndex port) const { return ports_[port.index]; }
  [[nodiscard]] const InputCounters& input(InputSlot slot) const { return inputs_[slot.index]; }
  [[nodiscard]] const OutputCounters& output(OutputSlot slot) const { return outputs_[slot.index]; }
  [[nodiscard]] const WorkerCounters& worker() const { return worker_; }
  [[nodiscard]] std::size_t max_ports() const { return ports_.size(); }
  [[nodiscard]] std::size_t max_inputs() const { return inputs_.size(); }
  [[nodiscard]] std::size_t max_outputs() const { return outputs_.size(); }

 private:
  std::vector<PortCounters> ports_;
  std::vector<InputCounters> inputs_;
  std::vector<OutputCounters> outputs_;
  WorkerCounters worker_;
};

}  // namespace headwater::dataplane::channel
