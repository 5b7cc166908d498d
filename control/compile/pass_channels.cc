// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "control/compile/state.h"

namespace headwater::control {

using dataplane::OutputPlan;
using dataplane::OutputSlot;

// To the places of another configuration.
void Compiler::Pass::move_channels() {
  const config::Pairing& pairing = turn_.difference->channels;
  for (const std::size_t gone : pairing.gone) {
    HeldChannel& channel = state_.channels[gone];
    release_outputs(channel.shown.outputs);
    release_destinations(channel);
    if (channel.input) inputs_.add(*channel.input);
  }
  if (!pairing.in_place) {
    std::vector<HeldChannel> moved(config_.channels.size());
    std::vector<std::optional<std::size_t>> now(state_.channels.size());
    for (std::size_t place = 0; place < moved.size(); ++place) {
      if (!pairing.before[place]) continue;
      moved[place] = std::move(state_.channels[*pairing.before[place]]);
      now[*pairing.before[place]] = place;
    }
    state_.channels = std::move(moved);
    std::vector<std::size_t> refused;
    for (const std::size_t place : state_.refused_channels) {
      if (now[place]) refused.push_back(*now[place]);
    }
    state_.refused_channels = std::move(refused);
  }
  for (std::size_t place = 0; place < config_.channels.size(); ++place) {
    if (!pairing.same[place]) channels_.add(place);
  }
}

void Compiler::Pass::release_destinations(HeldChannel& channel) {
  for (const DestinationKey& key : channel.destinations) state_.destinations.erase(key);
  channel.destinations.clear();
}

void Compiler::Pass::release_outputs(const std::vector<CompiledOutput>& outputs) {
  for (const CompiledOutput& output : outputs) {
    if (!output.slot) continue;
    state_.output_parts.clear(output.slot->index);
    state_.output_slots.give_back(output.slot->index, generation_);
  }
}

// What the outputs send by. True: what differs in it holds from where the input's tables changed; what the
// operator changed counts at once, behind what still waits.
bool Compiler::Pass::keep_on_air(std::size_t place, const ChannelPart& part, HeldChannel& channel) {
  CompiledChannel& shown = channel.shown;
  const config::Channel& said = config_.channels[place];
  const std::uint64_t life = channel.input ? state_.inputs[*channel.input].shown.life : 0;
  const bool was_on_air = shown.decision != nullptr;
  if (part.decision->state == ChannelState::kOnAir) {
    shown.decision = part.decision;
    shown.tables = part.tables;
    shown.life = life;
  } else if (!part.decision->keep_last) {
    shown.decision = nullptr;
    shown.tables = nullptr;
  }
  shown.foreign = shown.decision != nullptr &&
                  (shown.life != life || (said.program && said.program != shown.decision->program));
  const bool same = turn_.difference == nullptr || turn_.difference->channels.same[place];
  return same && was_on_air && shown.decision != nullptr;
}

void Compiler::Pass::plan_channel(std::size_t place) {
  HeldChannel& channel = state_.channels[place];
  const config::Channel& said = config_.channels[place];
  const ChannelPart part = turn_.channel(place);
  const std::shared_ptr<const Decision> before = channel.shown.decision;
  std::optional<StreamPosition> since;
  if (keep_on_air(place, part, channel)) since = change_at(before->at, channel.shown.decision->at);

  std::vector<CompiledOutput> old = std::exchange(channel.shown.outputs, {});
  Tables tables;
  for (const CompiledOutput& each : old) {
    if (!each.slot) continue;
    tables.before = state_.output_parts.at(each.slot->index)->psi;
    break;
  }
  for (const config::Output& output : said.outputs) {
    CompiledOutput& compiled = channel.shown.outputs.emplace_back();
    compiled.id = output_id(said, output);
    if (channel.shown.decision == nullptr) continue;
    const auto known = std::ranges::find_if(
        old, [&](const CompiledOutput& each) { return each.slot && each.id == compiled.id; });
    const auto slot = known == old.end() ? std::nullopt : known->slot;
    if (auto refusal = plan_output(place, output, part, since, slot, tables, compiled)) {
      compiled.refusal = std::move(*refusal);
    } else if (known != old.end()) {
      old.erase(known);
    }
  }
  release_outputs(old);
}

std::optional<std::string> Compiler::Pass::plan_output(std::size_t place, const config::Output& output,
                                                       const ChannelPart& part,
                                                       std::optional<StreamPosition> since,
                                                       std::optional<OutputSlot> old_slot, Tables& tables,
                                                       CompiledOutput& compiled) {
  HeldChannel& channel = state_.channels[place];
  const config::Channel& said = config_.channels[place];
  const CompiledInput& input = state_.inputs[*channel.input].shown;
  if (!input.slot) return fmt::format("input \"{}\": {}", config_.inputs[*channel.input].id, input.refusal);
  const auto rtp = part.numbers->rtp.find(compiled.id);
  const auto destination =
      plan_destination(output, ports_, rtp == part.numbers->rtp.end() ? nullptr : &rtp->second);
  if (!destination) return destination.error();
  const DestinationKey key{destination->port, destination->group.value, destination->group_port};
  if (const auto owner = state_.destinations.find(key); owner != state_.destinations.end()) {
    return fmt::format("{}:{} on port \"{}\" is already channel \"{}\"'s", output.group, output.udp_port,
                       output.port, owner->second);
  }
  if (!old_slot) {
    const auto slot = state_.output_slots.take();
    if (!slot) {
      state_.slots_short = true;
      return fmt::format("no slot is free: {} outputs are the most", state_.output_slots.capacity());
    }
    old_slot = OutputSlot{*slot};
  }
  compiled.slot = old_slot;
  state_.destinations.emplace(key, said.id);
  channel.destinations.push_back(key);

  const auto& old = state_.output_parts.at(compiled.slot->index);
  if (tables.now.empty()) tables.now = plan_images(*channel.shown.tables, tables.before);
  OutputPlan plan;
  plan.slot = *compiled.slot;
  plan.id = compiled.id;
  plan.input = *input.slot;
  plan.worker = input.worker;
  if (!channel.shown.foreign) plan.route = plan_routes(channel.shown.decision->pids, output.keep_nulls);
  plan.psi = tables.now;
  plan.destination = *destination;
  plan.delay = Ticks27::milliseconds(static_cast<std::int64_t>(said.delay_ms));
  plan.drop_scrambled = said.scrambled == config::Channel::Scrambled::kRefuse;
  if (old) {
    plan.effective_from = old->effective_from;
    if (plan == *old) return std::nullopt;
    plan.effective_from = old->input == plan.input ? since.value_or(StreamPosition{}) : StreamPosition{};
  }
  state_.output_parts.set(std::make_shared<const OutputPlan>(std::move(plan)));
  return std::nullopt;
}

void Compiler::Pass::take_pids(std::size_t channel, std::vector<TakenPid>& taken,
                               std::vector<Pid>& pmts) const {
  const CompiledChannel& shown = state_.channels[channel].shown;
  if (shown.decision == nullptr || shown.foreign) return;
  const std::vector<config::Output>& outputs = config_.channels[channel].outputs;
  bool any = false;
  for (std::size_t k = 0; k < shown.outputs.size(); ++k) {
    if (!shown.outputs[k].slot) continue;
    any = true;
    if (outputs[k].keep_nulls) taken.push_back({kNullPid});
  }
  if (!any) return;
  for (const RoutedPid& pid : shown.decision->pids) {
    const bool steady = pid.kind == "video" || pid.kind == "audio" || pid.out == shown.decision->pcr_pid;
    taken.push_back({pid.in, steady});
  }
  pmts.push_back(shown.decision->input_pmt_pid);
}

}  // namespace headwater::control
