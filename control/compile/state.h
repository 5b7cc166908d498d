// SPDX-License-Identifier: Apache-2.0
//
// What a compiler keeps from turn to turn, and one turn over it; compiler.cc has the order of its steps,
// pass_inputs.cc and pass_channels.cc the steps. Control thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "control/compile/compiler.h"
#include "control/compile/memory.h"
#include "control/compile/parts.h"
#include "control/compile/placement.h"
#include "control/compile/slot_pool.h"

namespace headwater::control {

using MatchKey = std::tuple<dataplane::PortIndex, std::uint32_t, std::uint16_t, std::uint32_t>;
using DestinationKey = std::tuple<dataplane::PortIndex, std::uint32_t, std::uint16_t>;
using Images = std::vector<std::shared_ptr<const dataplane::PsiImage>>;

struct HeldInput {
  CompiledInput shown;
  std::optional<MatchKey> match;  // its entry in State::matches
  InputNeed need;
  std::uint64_t load = 0;  // that its worker is counted with for it
};

struct HeldChannel {
  CompiledChannel shown;
  std::optional<std::size_t> input;          // the place of the one that it takes
  std::vector<DestinationKey> destinations;  // its entries in State::destinations
};

struct Compiler::State {
  explicit State(const PlanLimits& limits)
      : input_slots(limits.inputs), output_slots(limits.outputs), placement(limits.workers) {}

  std::vector<std::shared_ptr<const dataplane::PortPlan>> ports;
  dataplane::Parts<dataplane::InputPlan> input_parts;
  dataplane::Parts<dataplane::OutputPlan> output_parts;
  SlotPool input_slots;
  SlotPool output_slots;
  Placement placement;
  std::uint64_t lives = 0;

  std::vector<HeldInput> inputs;      // by place
  std::vector<HeldChannel> channels;  // by place
  std::vector<std::size_t> refused_inputs, refused_channels;
  bool slots_short = false;

  MemoryNeeds needs;
  std::map<MatchKey, std::string> matches;             // whose datagrams, by input id
  std::map<DestinationKey, std::string> destinations;  // whose group, by channel id
};

// Places, each once.
class Places {
 public:
  explicit Places(std::size_t count) : has_(count) {}
  void add(std::size_t place) {
    if (has_[place]) return;
    has_[place] = true;
    list_.push_back(place);
  }
  void add(const std::vector<std::size_t>& places) {
    for (const std::size_t place : places) add(place);
  }
  void add_all() {
    for (std::size_t place = 0; place < has_.size(); ++place) add(place);
  }
  void sort();
  [[nodiscard]] const std::vector<std::size_t>& list() const { return list_; }

 private:
  std::vector<bool> has_;
  std::vector<std::size_t> list_;
};

class Compiler::Pass {
 public:
  Pass(State& state, const CompileTurn& turn, std::uint64_t generation);
  Touched run();

 private:
  // An input's part but for the PIDs, which the outputs decide.
  struct Planned {
    std::size_t place = 0;
    dataplane::InputPlan plan;
  };

  bool plan_ports();

  void move_inputs();
  void move_channels();
  void settle_input(std::size_t place);
  std::expected<dataplane::InputPlan, std::string> plan(std::size_t place, HeldInput& input);
  void count_need(std::size_t place, HeldInput& input);
  void place_input(std::size_t place, HeldInput& input, bool fresh);
  void release(HeldInput& input);
  void finish_input(const Planned& planned);

  void release_destinations(HeldChannel& channel);
  void release_outputs(const std::vector<CompiledOutput>& outputs);
  void plan_channel(std::size_t place);
  bool keep_on_air(std::size_t place, const ChannelPart& part, HeldChannel& channel);
  // Of the channel's outputs.
  struct Tables {
    Images before;
    Images now;  // empty: not made yet
  };
  // nullopt: done; else why not. `old`: the slot that it had.
  std::optional<std::string> plan_output(std::size_t place, const config::Output& output,
                                         const ChannelPart& part, std::optional<StreamPosition> since,
                                         std::optional<dataplane::OutputSlot> old, Tables& tables,
                                         CompiledOutput& compiled);
  void take_pids(std::size_t channel, std::vector<TakenPid>& taken, std::vector<Pid>& pmts) const;

  State& state_;
  const CompileTurn& turn_;
  const config::Configuration& config_;
  const KnownPorts ports_;
  const std::uint64_t generation_;  // of the Plan that comes of it
  Places inputs_, channels_;        // touched
  std::vector<Planned> planned_;
};

// What the input will hold; `held` is what its history has now, which never shrinks under its readers.
[[nodiscard]] InputNeed need_of(const config::Input& input, const KnownPorts& ports, std::uint64_t delay_ms,
                                std::uint32_t held);

}  // namespace headwater::control
