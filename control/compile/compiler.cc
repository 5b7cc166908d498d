// SPDX-License-Identifier: Apache-2.0
#include "control/compile/compiler.h"

#include <algorithm>
#include <utility>

#include "control/compile/state.h"

namespace headwater::control {

using dataplane::Plan;
using dataplane::PortPlan;

namespace {

PortPlan plan_port(const config::Port& port, const PortFact& fact) {
  std::vector<wire::Ipv4Address> addresses;
  for (const config::PortAddress& address : port.addresses) {
    if (const auto parsed = wire::Ipv4Address::parse(address.address)) addresses.push_back(*parsed);
  }
  return {.index = fact.index,
          .id = port.id,
          .mac = fact.mac,
          .addresses = std::move(addresses),
          .vlan = port.vlan};
}

}  // namespace

void Places::sort() {
  std::ranges::sort(list_);
}

Compiler::Compiler(const PlanLimits& limits) : state_(std::make_unique<State>(limits)) {}
Compiler::~Compiler() = default;

const CompiledInput& Compiler::input(std::size_t place) const {
  return state_->inputs[place].shown;
}

const CompiledChannel& Compiler::channel(std::size_t place) const {
  return state_->channels[place].shown;
}

bool Compiler::could_do_more(std::uint64_t in_use) const {
  return state_->slots_short &&
         (state_->input_slots.waits_for(in_use) || state_->output_slots.waits_for(in_use));
}

// Only what the difference names can need more than it did.
std::vector<config::Problem> Compiler::judge(const CompileTurn& turn) const {
  if (turn.difference == nullptr) return {};
  const config::Configuration& configuration = *turn.configuration;
  const config::Pairing& inputs = turn.difference->inputs;
  const config::Pairing& channels = turn.difference->channels;
  const KnownPorts ports = know_ports(configuration, *turn.ports);
  MemoryNeeds needs = state_->needs;
  for (const std::size_t gone : inputs.gone) needs.remove(state_->inputs[gone].need);
  Places changed(configuration.inputs.size());
  for (std::size_t place = 0; place < inputs.same.size(); ++place) {
    if (!inputs.same[place] || !turn.goes_on[place]) changed.add(place);
  }
  for (std::size_t place = 0; place < channels.same.size(); ++place) {
    const auto taken = turn.relations->taken[place];
    if (!channels.same[place] && taken) changed.add(*taken);
  }
  for (const std::size_t place : changed.list()) {
    std::uint32_t held = 0;
    if (const auto was = inputs.before[place]) {
      const HeldInput& before = state_->inputs[*was];
      needs.remove(before.need);
      if (turn.goes_on[place] && before.shown.slot)
        held = state_->input_parts.at(before.shown.slot->index)->history_frames;
    }
    needs.add(need_of(configuration.inputs[place], ports, turn.relations->delays[place], held));
  }
  return needs.problems(configuration.headend, ports);
}

Compiler::Touched Compiler::turn(const CompileTurn& turn) {
  const std::uint64_t generation = plan_ ? plan_->generation + 1 : 1;
  Touched touched = Pass(*state_, turn, generation).run();
  if (plan_ && plan_->ports == state_->ports && plan_->inputs == state_->input_parts &&
      plan_->outputs == state_->output_parts) {
    return touched;
  }
  plan_ = std::make_shared<const Plan>(
      Plan{generation, state_->ports, state_->input_parts, state_->output_parts});
  return touched;
}

Compiler::Pass::Pass(State& state, const CompileTurn& turn, std::uint64_t generation)
    : state_(state),
      turn_(turn),
      config_(*turn.configuration),
      ports_(know_ports(config_, *turn.ports)),
      generation_(generation),
      inputs_(config_.inputs.size()),
      channels_(config_.channels.size()) {}

Compiler::Touched Compiler::Pass::run() {
  state_.input_slots.settle(turn_.in_use);
  state_.output_slots.settle(turn_.in_use);
  state_.slots_short = false;
  if (turn_.difference != nullptr) {
    move_inputs();
    move_channels();
  }
  if (plan_ports()) {
    inputs_.add_all();
    channels_.add_all();
  }
  inputs_.add(turn_.inputs);
  inputs_.add(state_.refused_inputs);
  channels_.add(turn_.channels);
  channels_.add(state_.refused_channels);
  // Another channel takes other PIDs, for another time.
  for (const std::size_t place : channels_.list()) {
    HeldChannel& channel = state_.channels[place];
    if (channel.input) inputs_.add(*channel.input);
    channel.input = turn_.relations->taken[place];
    if (channel.input) inputs_.add(*channel.input);
  }
  inputs_.sort();
  for (const std::size_t place : inputs_.list()) settle_input(place);
  channels_.sort();
  // All of them first: channels may pass a group from one to another. What is on the air keeps it.
  for (const std::size_t place : channels_.list()) release_destinations(state_.channels[place]);
  std::vector<std::size_t> order = channels_.list();
  std::ranges::stable_partition(order, [this](std::size_t place) {
    return std::ranges::any_of(state_.channels[place].shown.outputs,
                               [](const CompiledOutput& output) { return output.slot.has_value(); });
  });
  for (const std::size_t place : order) plan_channel(place);
  for (const Planned& planned : planned_) finish_input(planned);

  state_.refused_inputs.clear();
  for (const std::size_t place : inputs_.list()) {
    if (!state_.inputs[place].shown.refusal.empty()) state_.refused_inputs.push_back(place);
  }
  state_.refused_channels.clear();
  for (const std::size_t place : channels_.list()) {
    const auto refused = [](const CompiledOutput& output) { return !output.refusal.empty(); };
    if (std::ranges::any_of(state_.channels[place].shown.outputs, refused))
      state_.refused_channels.push_back(place);
  }
  return {.inputs = inputs_.list(), .channels = channels_.list()};
}

bool Compiler::Pass::plan_ports() {
  std::vector<std::shared_ptr<const PortPlan>> ports;
  for (const auto& [id, port] : ports_) {
    if (!port.fact) continue;
    const auto plan = std::make_shared<const PortPlan>(plan_port(*port.config, *port.fact));
    const auto same = std::ranges::find_if(state_.ports, [&](const auto& old) { return *old == *plan; });
    ports.push_back(same != state_.ports.end() ? *same : plan);
  }
  std::ranges::sort(ports, {}, [](const auto& port) { return port->index; });
  if (ports == state_.ports) return false;
  state_.ports = std::move(ports);
  return true;
}

}  // namespace headwater::control
