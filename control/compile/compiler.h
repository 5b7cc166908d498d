// SPDX-License-Identifier: Apache-2.0
//
// Configuration, decisions and tables -> Plans. Everything is checked here: a Plan that exists can run. A
// turn costs what it names, not what there is: parts that it does not name are those of the Plan before, by
// pointer. A change that an input's tables made is due from the packet on by which the input made it
// (effective_from); every other change at once, behind what still waits. One that is refused is tried
// again in each turn. Control thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/model/compare.h"
#include "config/model/configuration.h"
#include "control/lineup/decision.h"
#include "control/lineup/numbers.h"
#include "control/si/table_set.h"
#include "dataplane/plan/plan.h"

namespace headwater::control {

// A port that stands: its number in the dataplane, its MAC address.
struct PortFact {
  std::string id;
  dataplane::PortIndex index;
  wire::MacAddress mac;
  // Of its pool, which holds what it receives and what it sends; none: as many as it takes.
  std::optional<std::uint64_t> frames = std::nullopt;
  // NUMA node that it is at; none: not known, or there is one.
  std::optional<unsigned> node = std::nullopt;
  std::uint64_t queue_frames = 0;  // of `frames`: what the device's queues and the workers' caches may hold
};

// A file that is to be played, as the program that opened it knows it.
struct FileFact {
  std::uint64_t serial = 0;  // another one: it was opened anew, as another stream
  std::string trouble;       // why it cannot be played; empty: it can
};
using FileFacts = std::map<std::string, FileFact, std::less<>>;  // by input id

struct PlanLimits {
  std::uint32_t inputs = 0;   // slots
  std::uint32_t outputs = 0;  // slots
  // NUMA nodes of the workers' cores, by WorkerIndex; none: not known.
  std::vector<std::optional<unsigned>> workers = {std::nullopt};
};

// What is known of an input, and what is wanted of a channel, by their places in the configuration.
struct InputPart {
  const std::vector<Pid>* psi_pids = nullptr;  // never nullptr
};
struct ChannelPart {
  std::shared_ptr<const Decision> decision;  // never nullptr
  std::shared_ptr<const TableSet> tables;    // on air only
  const ChannelNumbers* numbers = nullptr;   // never nullptr
};

struct CompileTurn {
  std::shared_ptr<const config::Configuration> configuration;
  const config::Relations* relations = nullptr;  // of it; never nullptr
  // From the configuration of the turn before; nullptr: it is the same one. Then also, of each input: it is
  // the stream that it was.
  const config::Difference* difference = nullptr;
  std::vector<bool> goes_on;
  // Of which something else is new.
  std::vector<std::size_t> inputs, channels;
  std::function<InputPart(std::size_t)> input;
  std::function<ChannelPart(std::size_t)> channel;
  const std::vector<PortFact>* ports = nullptr;  // never nullptr
  const FileFacts* files = nullptr;              // never nullptr
  std::uint64_t in_use = 0;                      // oldest generation that the worker uses
};

struct CompiledInput {
  std::optional<dataplane::InputSlot> slot;  // none: disabled, or refused
  std::string refusal;                       // why
  dataplane::WorkerIndex worker;             // that owns it, where it has a slot
  std::uint64_t life = 0;                    // of the stream in the slot: another stream has another one
};

struct CompiledOutput {
  std::string id;
  std::optional<dataplane::OutputSlot> slot;  // none: not in the Plan
  std::string refusal;                        // why not, though its channel would be on air
};

struct CompiledChannel {
  // The last that was on air, while outputs are to be; nullptr: nothing goes out.
  std::shared_ptr<const Decision> decision;
  std::shared_ptr<const TableSet> tables;
  std::uint64_t life = 0;  // of the input's stream that it is of
  // That is not the stream, or not the program, that is wanted now: its tables go out and nothing else, until
  // those of the new one are known.
  bool foreign = false;
  std::vector<CompiledOutput> outputs;  // in the order of the configuration
};

class Compiler {
 public:
  explicit Compiler(const PlanLimits& limits);
  ~Compiler();
  Compiler(const Compiler&) = delete;
  Compiler& operator=(const Compiler&) = delete;

  // Why the turn's configuration cannot run; without a problem turn() takes it over.
  [[nodiscard]] std::vector<config::Problem> judge(const CompileTurn& turn) const;
  // What came out of it is another one than before, perhaps.
  struct Touched {
    std::vector<std::size_t> inputs, channels;  // places
  };
  Touched turn(const CompileTurn& turn);

  // nullptr before the first turn; the one before where nothing differs.
  [[nodiscard]] const std::shared_ptr<const dataplane::Plan>& plan() const { return plan_; }
  // By place; references hold until the next turn.
  [[nodiscard]] const CompiledInput& input(std::size_t place) const;
  [[nodiscard]] const CompiledChannel& channel(std::size_t place) const;
  // A turn would find a slot for something that had none in the last one.
  [[nodiscard]] bool could_do_more(std::uint64_t in_use) const;

 private:
  struct State;
  class Pass;
  std::unique_ptr<State> state_;
  std::shared_ptr<const dataplane::Plan> plan_;
};

}  // namespace headwater::control
