// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "control/compile/state.h"

namespace headwater::control {

using dataplane::InputPlan;

InputNeed need_of(const config::Input& input, const KnownPorts& ports, std::uint64_t delay_ms,
                  std::uint32_t held) {
  if (!input.enabled) return {};
  auto plan = plan_input(input, ports, delay_ms);
  if (!plan || !plan->match) return {};
  plan->history_frames = std::max(plan->history_frames, held);
  return {.port = plan->match->port, .frames = frames_held(*plan)};
}

// To the places of another configuration.
void Compiler::Pass::move_inputs() {
  const config::Pairing& pairing = turn_.difference->inputs;
  for (const std::size_t gone : pairing.gone) {
    release(state_.inputs[gone]);
    state_.needs.remove(state_.inputs[gone].need);
  }
  if (!pairing.in_place) {
    std::vector<HeldInput> moved(config_.inputs.size());
    for (std::size_t place = 0; place < moved.size(); ++place) {
      if (pairing.before[place]) moved[place] = std::move(state_.inputs[*pairing.before[place]]);
    }
    std::vector<std::optional<std::size_t>> now(state_.inputs.size());
    for (std::size_t place = 0; place < moved.size(); ++place) {
      if (pairing.before[place]) now[*pairing.before[place]] = place;
    }
    state_.inputs = std::move(moved);
    for (HeldChannel& channel : state_.channels) {
      if (channel.input) channel.input = now[*channel.input];
    }
    std::vector<std::size_t> refused;
    for (const std::size_t place : state_.refused_inputs) {
      if (now[place]) refused.push_back(*now[place]);
    }
    state_.refused_inputs = std::move(refused);
  }
  for (std::size_t place = 0; place < config_.inputs.size(); ++place) {
    if (!turn_.goes_on[place]) release(state_.inputs[place]);
    if (!pairing.same[place] || !turn_.goes_on[place]) inputs_.add(place);
  }
}

// The stream is no longer in the Plan. It may come back, as another one.
void Compiler::Pass::release(HeldInput& input) {
  if (input.match) state_.matches.erase(*input.match);
  input.match.reset();
  if (!input.shown.slot) return;
  state_.input_parts.clear(input.shown.slot->index);
  state_.input_slots.give_back(input.shown.slot->index, generation_);
  state_.placement.give_back(input.shown.worker, input.load);
  input.shown.slot.reset();
  input.shown.life = 0;
}

void Compiler::Pass::settle_input(std::size_t place) {
  HeldInput& input = state_.inputs[place];
  const std::uint64_t life = input.shown.life;
  const std::string refusal = std::exchange(input.shown.refusal, "");
  count_need(place, input);
  if (config_.inputs[place].enabled) {
    auto planned = plan(place, input);
    if (planned) {
      planned_.push_back({.place = place, .plan = std::move(*planned)});
    } else {
      release(input);
      input.shown.refusal = std::move(planned.error());
    }
  } else {
    release(input);
  }
  // Its channels read another stream now, or none, or say why.
  if (input.shown.life != life || input.shown.refusal != refusal)
    channels_.add(turn_.relations->takers[place]);
}

std::expected<InputPlan, std::string> Compiler::Pass::plan(std::size_t place, HeldInput& input) {
  const config::Input& said = config_.inputs[place];
  auto plan = plan_input(said, ports_, turn_.relations->delays[place]);
  if (!plan) return plan;
  const auto file = turn_.files->find(said.id);
  if (file != turn_.files->end() && !file->second.trouble.empty())
    return std::unexpected(file->second.trouble);

  if (input.match) state_.matches.erase(*input.match);
  input.match.reset();
  if (plan->match) {
    const dataplane::InputMatch& match = *plan->match;
    const MatchKey key{match.port, match.destination.value, match.udp_port,
                       match.source ? match.source->value : 0};
    const auto [other, first] = state_.matches.try_emplace(key, said.id);
    if (!first) {
      return std::unexpected(fmt::format(
          "receives the same datagrams as input \"{}\": tell them apart with `from`", other->second));
    }
    input.match = key;
  }
  const bool fresh = !input.shown.slot;
  if (fresh) {
    const auto slot = state_.input_slots.take();
    if (!slot) {
      state_.slots_short = true;
      return std::unexpected(
          fmt::format("no slot is free: {} inputs are the most", state_.input_slots.capacity()));
    }
    input.shown.slot = dataplane::InputSlot{*slot};
    input.shown.life = ++state_.lives;
  }
  place_input(place, input, fresh);
  plan->slot = *input.shown.slot;
  plan->life = input.shown.life;
  plan->worker = input.shown.worker;
  // A history never shrinks under its readers.
  if (const auto& old = state_.input_parts.at(plan->slot.index)) {
    plan->history_frames = std::max(plan->history_frames, old->history_frames);
    plan->held_for = std::max(plan->held_for, old->held_for);
  }
  return plan;
}

// A packet is work where it is received, and in each output that copies it.
void Compiler::Pass::place_input(std::size_t place, HeldInput& input, bool fresh) {
  const config::Input& said = config_.inputs[place];
  std::uint64_t times = 1;
  for (const std::size_t channel : turn_.relations->takers[place]) {
    if (config_.channels[channel].enabled) times += config_.channels[channel].outputs.size();
  }
  const std::uint64_t load = said.max_rate * times;
  if (fresh) {
    const auto port = ports_.find(said.port);
    const bool stands = port != ports_.end() && port->second.fact;
    input.shown.worker = state_.placement.take(stands ? port->second.fact->node : std::nullopt, load);
  } else {
    state_.placement.reweigh(input.shown.worker, input.load, load);
  }
  input.load = load;
}

// Of one that is refused too: it may have its slot later, when nobody asks whether it fits.
void Compiler::Pass::count_need(std::size_t place, HeldInput& input) {
  const auto slot = input.shown.slot;
  const std::uint32_t held = slot ? state_.input_parts.at(slot->index)->history_frames : 0;
  state_.needs.remove(input.need);
  input.need = need_of(config_.inputs[place], ports_, turn_.relations->delays[place], held);
  state_.needs.add(input.need);
}

void Compiler::Pass::finish_input(const Planned& planned) {
  InputPlan plan = planned.plan;
  std::vector<TakenPid> taken;
  std::vector<Pid> pmts;
  for (const std::size_t channel : turn_.relations->takers[planned.place]) take_pids(channel, taken, pmts);
  plan.pids = plan_input_pids(*turn_.input(planned.place).psi_pids, taken, pmts);
  const auto& old = state_.input_parts.at(plan.slot.index);
  if (old && *old == plan) return;
  state_.input_parts.set(std::make_shared<const InputPlan>(std::move(plan)));
}

}  // namespace headwater::control
