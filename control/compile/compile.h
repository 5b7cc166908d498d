// SPDX-License-Identifier: Apache-2.0
//
// Pure: configuration, decisions of the lineup, tables, ports and the Plan before -> the new Plan. Every part
// that did not change is shared with the Plan before, by pointer; a Plan that comes out can run. Control
// thread.
//
// A part whose routes or tables changed because the input's tables did holds from the packet at which the
// input made the change (effective_from); every other change from its adoption on.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/model/configuration.h"
#include "config/model/location.h"
#include "control/compile/slot_map.h"
#include "control/lineup/decision.h"
#include "control/lineup/numbers.h"
#include "control/si/table_set.h"
#include "dataplane/plan/plan.h"

namespace headwater::control {

// A port that stands, as the program that opened it knows it.
struct PortFact {
  std::string id;
  dataplane::PortIndex index;
  wire::MacAddress mac;
  // Of its pool, which holds what it receives and what it sends; none: as many as it takes.
  std::optional<std::uint64_t> frames = std::nullopt;
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
};

struct ChannelPart {
  std::shared_ptr<const Decision> decision;
  std::shared_ptr<const TableSet> tables;   // on air only
  const ChannelNumbers* numbers = nullptr;  // never nullptr
  bool same = false;                        // the operator says the same of it as for the Plan before
};

struct CompileRequest {
  std::shared_ptr<const config::Configuration> configuration;
  std::vector<const std::vector<Pid>*> psi_pids;  // of each input of the configuration, in its order
  // Of each input: another one where it is another stream than before, of which nothing is known. Empty: of
  // none.
  std::vector<std::uint64_t> lives;
  // Of each input: what the operator says of it, and psi_pids, are as for the Plan before. Empty: of none.
  std::vector<bool> inputs_same;
  std::vector<ChannelPart> channels;  // of each channel of the configuration, in its order
  std::vector<PortFact> ports;
  FileFacts files;
  PlanLimits limits;
  std::uint64_t in_use = 0;  // oldest generation that the worker uses
};

struct CompiledInput {
  std::optional<dataplane::InputSlot> slot;
  std::string refusal;  // why it has no slot
};

struct CompiledOutput {
  std::string id;
  std::optional<dataplane::OutputSlot> slot;  // none: not in the Plan
  std::string refusal;                        // why not, though its channel would be on air
};

struct Compiled {
  // nullptr before the first; the one before, where nothing changed or an error keeps the new one back.
  std::shared_ptr<const dataplane::Plan> plan;
  std::vector<config::Problem> problems;                       // why there is no new Plan
  std::map<std::string, CompiledInput> inputs;                 // by input id; disabled ones are not in it
  std::map<std::string, std::vector<CompiledOutput>> outputs;  // by channel id, in its order

  // What the next turn builds on.
  struct OnAir {
    std::shared_ptr<const Decision> decision;  // the last that was on air
    std::shared_ptr<const TableSet> tables;
    std::uint64_t life = 0;  // of its input
  };
  bool slots_short = false;  // something has no slot that may have one when the worker has let go of others
  SlotMap input_slots;
  SlotMap output_slots;
  std::shared_ptr<const config::Configuration> configuration;
  std::map<std::string, OnAir> on_air;  // by channel id
};

[[nodiscard]] Compiled compile(const CompileRequest& request, const Compiled& before);

}  // namespace headwater::control
