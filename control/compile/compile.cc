// SPDX-License-Identifier: Apache-2.0
#include "control/compile/compile.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "control/compile/parts.h"

namespace headwater::control {

namespace {

using dataplane::InputPlan;
using dataplane::OutputPlan;
using dataplane::Plan;
using dataplane::PortPlan;
using dataplane::PsiImage;
using Images = std::vector<std::shared_ptr<const PsiImage>>;

template <typename Part, typename Slot>
std::shared_ptr<const Part> at_slot(const std::vector<std::shared_ptr<const Part>>& parts, Slot slot) {
  return slot.index < parts.size() ? parts[slot.index] : nullptr;
}

class Compilation {
 public:
  Compilation(const CompileRequest& request, const Compiled& before)
      : request_(request),
        config_(*request.configuration),
        before_(before),
        parts_(before.plan.get()),
        ports_(know_ports(config_, request.ports)),
        same_configuration_(before.configuration == request.configuration),
        generation_(before.plan ? before.plan->generation + 1 : 1) {
    result_.input_slots =
        before.input_slots.capacity() == 0 ? SlotMap(request.limits.inputs) : before.input_slots;
    result_.output_slots =
        before.output_slots.capacity() == 0 ? SlotMap(request.limits.outputs) : before.output_slots;
    result_.input_slots.settle(request.in_use);
    result_.output_slots.settle(request.in_use);
    result_.configuration = request.configuration;
  }

  Compiled run() && {
    plan_ports();
    take_inputs();
    plan_outputs();
    release_inputs_of_vanished_channels();
    plan_inputs();
    check_memory();
    if (!result_.problems.empty()) {
      // The Plan before goes on as it is, and so does all that belongs to it.
      Compiled kept = before_;
      kept.problems = std::move(result_.problems);
      return kept;
    }
    finish();
    return std::move(result_);
  }

 private:
  struct NewInput {
    InputPlan plan;
    const std::vector<Pid>* psi_pids = nullptr;
    std::vector<TakenPid> taken;
    std::vector<Pid> pmts;  // that outputs go by
    bool same = false;      // see CompileRequest
    std::uint64_t life = 0;
  };
  struct PortNeed {
    std::uint64_t inputs = 0;
    std::uint64_t frames = 0;
  };

  void plan_ports() {
    for (const auto& [id, port] : ports_) {
      if (!port.fact) continue;
      PortPlan plan{.index = port.fact->index,
                    .id = id,
                    .mac = port.fact->mac,
                    .addresses = {},
                    .vlan = port.config->vlan};
      for (const config::PortAddress& address : port.config->addresses) {
        if (const auto parsed = wire::Ipv4Address::parse(address.address)) plan.addresses.push_back(*parsed);
      }
      const auto same = std::find_if(parts_.ports.begin(), parts_.ports.end(),
                                     [&](const auto& old) { return *old == plan; });
      new_ports_.push_back(same != parts_.ports.end() ? *same
                                                      : std::make_shared<const PortPlan>(std::move(plan)));
    }
    std::sort(new_ports_.begin(), new_ports_.end(),
              [](const auto& a, const auto& b) { return a->index < b->index; });
  }

  // Slots and everything but the PIDs, which the outputs decide.
  void take_inputs() {
    std::map<std::string, std::uint64_t> delays;
    for (const config::Channel& channel : config_.channels) {
      if (channel.inputs.empty() || !channel.enabled) continue;
      std::uint64_t& delay = delays[channel.inputs.front()];
      delay = std::max(delay, channel.delay_ms);
    }
    for (std::size_t i = 0; i < config_.inputs.size(); ++i) {
      const config::Input& input = config_.inputs[i];
      // config/yaml refuses a second of the same id.
      if (!input.enabled || new_inputs_.contains(input.id)) continue;
      const std::vector<Pid>* psi_pids = i < request_.psi_pids.size() ? request_.psi_pids[i] : nullptr;
      CompiledInput& compiled = result_.inputs[input.id];
      compiled = {};
      const std::uint64_t life = i < request_.lives.size() ? request_.lives[i] : 0;
      if (auto refusal = take_input(input, delays[input.id], psi_pids, life, compiled)) {
        compiled.refusal = std::move(*refusal);
      } else if (i < request_.inputs_same.size()) {
        new_inputs_.at(input.id).same = request_.inputs_same[i];
      }
    }
  }

  // nullopt: done; else why not.
  std::optional<std::string> take_input(const config::Input& input, std::uint64_t delay_ms,
                                        const std::vector<Pid>* psi_pids, std::uint64_t life,
                                        CompiledInput& compiled) {
    auto plan = plan_input(input, ports_, delay_ms);
    if (!plan) return std::move(plan.error());
    const auto file = request_.files.find(input.id);
    if (file != request_.files.end() && !file->second.trouble.empty()) return file->second.trouble;
    if (plan->match) {
      const dataplane::InputMatch& match = *plan->match;
      const auto [other, first] = matches_.try_emplace(
          {match.port.index, match.destination.value, match.udp_port, match.source ? match.source->value : 0},
          input.id);
      if (!first) {
        return fmt::format("receives the same datagrams as input \"{}\": tell them apart with `from`",
                           other->second);
      }
    }
    const std::string name = slot_name(input, *plan, life);
    const auto slot = result_.input_slots.take(name);
    if (!slot) {
      result_.slots_short = true;
      return fmt::format("no slot is free: {} inputs are the most", result_.input_slots.capacity());
    }
    result_.input_slots.use(*slot);
    // A history never shrinks under its readers.
    const auto old = at_slot(parts_.inputs, dataplane::InputSlot{*slot});
    if (old && old->id == plan->id)
      plan->history_frames = std::max(plan->history_frames, old->history_frames);
    if (plan->match) {
      PortNeed& need = needs_[plan->match->port];
      ++need.inputs;
      need.frames += frames_held(*plan);
    }
    plan->slot.index = *slot;
    compiled.slot = plan->slot;
    new_inputs_.emplace(
        input.id,
        NewInput{.plan = std::move(*plan), .psi_pids = psi_pids, .taken = {}, .pmts = {}, .life = life});
    return std::nullopt;
  }

  void plan_outputs() {
    same_ports_ = parts_.ports == new_ports_;
    for (std::size_t i = 0; i < config_.channels.size() && i < request_.channels.size(); ++i)
      plan_channel(config_.channels[i], request_.channels[i], result_.outputs[config_.channels[i].id]);
  }

  void plan_channel(const config::Channel& channel, const ChannelPart& part,
                    std::vector<CompiledOutput>& outputs) {
    const Decision& decision = *part.decision;
    const auto last = before_.on_air.find(channel.id);
    const bool was_on_air = last != before_.on_air.end();
    Compiled::OnAir on_air;
    if (decision.state == ChannelState::kOnAir) {
      on_air = {part.decision, part.tables};
    } else if (decision.keep_last && was_on_air && last->second.decision->input == decision.input) {
      on_air = last->second;
    }
    // What was on the air was another stream's, or another program's than is wanted now: the output keeps its
    // tables and numbers, and sends nothing of the new stream by the old one's PIDs.
    bool foreign = false;
    if (const auto input = on_air.decision ? new_inputs_.find(on_air.decision->input) : new_inputs_.end();
        input != new_inputs_.end()) {
      if (decision.state == ChannelState::kOnAir) on_air.life = input->second.life;
      foreign = on_air.life != input->second.life ||
                (channel.program && channel.program != on_air.decision->program);
    }
    if (on_air.decision) result_.on_air[channel.id] = on_air;
    // What differs from the part before because of the input's tables holds from where they changed; what the
    // operator changed counts at once.
    std::optional<StreamPosition> since;
    const bool same = same_configuration_ || part.same;
    if (same && was_on_air && on_air.decision)
      since = change_at(last->second.decision->at, on_air.decision->at);
    const bool unchanged =
        same && was_on_air && same_ports_ && !foreign && last->second.decision == on_air.decision;
    bool untouched = unchanged || (!was_on_air && !on_air.decision);

    Images shared;
    for (const config::Output& output : channel.outputs) {
      CompiledOutput& compiled = outputs.emplace_back();
      compiled.id = output_id(channel, output);
      if (!on_air.decision) continue;
      const std::size_t kept = kept_outputs_;
      if (auto refusal =
              plan_output(channel, output, part, on_air, foreign, unchanged, since, shared, compiled))
        compiled.refusal = std::move(*refusal);
      untouched = untouched && kept_outputs_ > kept;
    }
    if (untouched) return;
    // What outputs take of their inputs differs.
    if (was_on_air) taken_anew_.insert(last->second.decision->input);
    if (on_air.decision) taken_anew_.insert(on_air.decision->input);
  }

  // Channels that are no longer in the configuration took something too.
  void release_inputs_of_vanished_channels() {
    if (same_configuration_) return;
    auto now = result_.on_air.begin();
    for (const auto& [id, before] : before_.on_air) {
      while (now != result_.on_air.end() && now->first < id) ++now;
      if (now == result_.on_air.end() || now->first != id) taken_anew_.insert(before.decision->input);
    }
  }

  // nullopt: done; else why not. `unchanged`: so are configuration, ports, decision and tables. `shared`:
  // tables that another output of the channel has already.
  std::optional<std::string> plan_output(const config::Channel& channel, const config::Output& output,
                                         const ChannelPart& part, const Compiled::OnAir& on_air, bool foreign,
                                         bool unchanged, std::optional<StreamPosition> since, Images& shared,
                                         CompiledOutput& compiled) {
    const Decision& decision = *on_air.decision;
    const auto input = new_inputs_.find(decision.input);
    if (input == new_inputs_.end()) {
      const auto refused = result_.inputs.find(decision.input);
      return fmt::format("input \"{}\": {}", decision.input,
                         refused == result_.inputs.end() ? "is not there" : refused->second.refusal);
    }
    const auto slot = result_.output_slots.take(compiled.id);
    if (!slot) {
      result_.slots_short = true;
      return fmt::format("no slot is free: {} outputs are the most", result_.output_slots.capacity());
    }
    std::shared_ptr<const OutputPlan> old = at_slot(parts_.outputs, dataplane::OutputSlot{*slot});
    if (old && old->id != compiled.id) old = nullptr;

    // Where nothing that a part comes from changed, it is not even built.
    const bool untouched = old && unchanged && old->input == input->second.plan.slot;
    const auto rtp = part.numbers->rtp.find(compiled.id);
    const auto destination =
        untouched ? old->destination
                  : plan_destination(output, ports_, rtp == part.numbers->rtp.end() ? nullptr : &rtp->second);
    if (!destination) return destination.error();
    const auto [owner, first] = destinations_.try_emplace(
        {destination->port.index, destination->group.value, destination->group_port}, channel.id);
    if (!first) {
      return fmt::format("{}:{} on port \"{}\" is already channel \"{}\"'s", output.group, output.udp_port,
                         output.port, owner->second);
    }
    result_.output_slots.use(*slot);
    compiled.slot = dataplane::OutputSlot{*slot};
    if (!foreign) take_pids(decision, output, input->second);
    if (untouched) {
      ++kept_outputs_;
      new_outputs_.push_back(std::move(old));
      return std::nullopt;
    }

    if (shared.empty()) shared = plan_images(*on_air.tables, old ? old->psi : Images());
    OutputPlan plan;
    plan.slot = *compiled.slot;
    plan.id = compiled.id;
    plan.input = input->second.plan.slot;
    if (!foreign) plan.route = plan_routes(decision.pids, output.keep_nulls);
    plan.psi = shared;
    plan.destination = *destination;
    plan.delay = Ticks27::milliseconds(static_cast<std::int64_t>(channel.delay_ms));
    plan.drop_scrambled = channel.scrambled == config::Channel::Scrambled::kRefuse;
    if (old) {
      plan.effective_from = old->effective_from;
      if (plan == *old) {
        new_outputs_.push_back(std::move(old));
        return std::nullopt;
      }
    }
    plan.effective_from = old && since ? *since : StreamPosition{};
    new_outputs_.push_back(std::make_shared<const OutputPlan>(std::move(plan)));
    return std::nullopt;
  }

  static void take_pids(const Decision& decision, const config::Output& output, NewInput& input) {
    for (const RoutedPid& pid : decision.pids) {
      const bool steady = pid.kind == "video" || pid.kind == "audio" || pid.out == decision.pcr_pid;
      input.taken.push_back({pid.in, steady});
    }
    if (output.keep_nulls) input.taken.push_back({kNullPid});
    input.pmts.push_back(decision.input_pmt_pid);
  }

  void plan_inputs() {
    static const std::vector<Pid> kNone;
    for (auto& [id, input] : new_inputs_) {
      std::shared_ptr<const InputPlan> old = at_slot(parts_.inputs, input.plan.slot);
      if (old && input.same && old->id == id && old->history_frames == input.plan.history_frames &&
          !taken_anew_.contains(id)) {
        final_inputs_.push_back(std::move(old));
        continue;
      }
      input.plan.pids =
          plan_input_pids(input.psi_pids != nullptr ? *input.psi_pids : kNone, input.taken, input.pmts);
      final_inputs_.push_back(old && *old == input.plan
                                  ? std::move(old)
                                  : std::make_shared<const InputPlan>(std::move(input.plan)));
    }
  }

  // A history holds frames of the port that received them; a file's are its feeder's own. A quarter of each
  // pool stays for the device's queues and for sending.
  void check_memory() {
    for (const auto& [id, port] : ports_) {
      if (!port.fact || !port.fact->frames) continue;
      const auto need = needs_.find(port.fact->index);
      const std::uint64_t room = *port.fact->frames - *port.fact->frames / 4;
      if (need == needs_.end() || need->second.frames <= room) continue;
      result_.problems.push_back(
          {config_.headend.where,
           fmt::format("port \"{}\": the histories of its {} inputs need {} frames, its share of `memory` "
                       "has {} for them: set `memory` to {}M, or lower `max_rate` of inputs or `delay` of "
                       "channels (a history that has grown on air is given back by a restart)",
                       id, need->second.inputs, need->second.frames, room,
                       memory_needed(static_cast<double>(need->second.frames) / static_cast<double>(room)))});
    }
  }

  // MiB, when there were `times` as many frames.
  [[nodiscard]] std::uint64_t memory_needed(double times) const {
    constexpr double kMebibyte = 1 << 20;
    return static_cast<std::uint64_t>(
        std::ceil(static_cast<double>(config_.headend.memory) * times / kMebibyte));
  }

  void finish() {
    result_.input_slots.end_plan(generation_);
    result_.output_slots.end_plan(generation_);
    const auto by_slot = [](const auto& a, const auto& b) { return a->slot < b->slot; };
    std::sort(final_inputs_.begin(), final_inputs_.end(), by_slot);
    std::sort(new_outputs_.begin(), new_outputs_.end(), by_slot);
    if (before_.plan && before_.plan->ports == new_ports_ && before_.plan->inputs == final_inputs_ &&
        before_.plan->outputs == new_outputs_) {
      result_.plan = before_.plan;
      return;
    }
    result_.plan = std::make_shared<const Plan>(
        Plan{generation_, std::move(new_ports_), std::move(final_inputs_), std::move(new_outputs_)});
  }

  const CompileRequest& request_;
  const config::Configuration& config_;
  const Compiled& before_;
  const PartsBefore parts_;
  const KnownPorts ports_;
  const bool same_configuration_;
  const std::uint64_t generation_;
  Compiled result_;

  std::vector<std::shared_ptr<const PortPlan>> new_ports_;
  std::map<std::string, NewInput> new_inputs_;  // by id
  bool same_ports_ = false;
  std::size_t kept_outputs_ = 0;                   // as they were, not even built
  std::set<std::string, std::less<>> taken_anew_;  // ids of inputs of which another set of PIDs is taken
  std::vector<std::shared_ptr<const InputPlan>> final_inputs_;
  std::vector<std::shared_ptr<const OutputPlan>> new_outputs_;
  std::map<dataplane::PortIndex, PortNeed> needs_;
  std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint16_t, std::uint32_t>, std::string_view> matches_;
  std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint16_t>, std::string_view> destinations_;
};

}  // namespace

Compiled compile(const CompileRequest& request, const Compiled& before) {
  return Compilation(request, before).run();
}

}  // namespace headwater::control
