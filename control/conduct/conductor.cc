// SPDX-License-Identifier: Apache-2.0
#include "control/conduct/conductor.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include "config/model/compare.h"
#include "control/lineup/lineup.h"
#include "control/si/table_set.h"

namespace headwater::control {

namespace {

// Which table, whatever its version: PID, table_id and table_id_extension of ISO/IEC 13818-1 2.4.4.11. 0 for
// a section that is too short to have them.
std::uint64_t table_key(Pid pid, Bytes section) {
  if (section.size() < 8) return 0;
  return std::uint64_t{pid.value()} << 24 | std::uint64_t{section[0]} << 16 | load_be16(&section[3]);
}

}  // namespace

Conductor::Conductor(const ConductorLinks& links)
    : links_(links),
      publisher_(links.plans, links.make_step),
      rates_(links.counters),
      configuration_(std::make_shared<const config::Configuration>()),
      numbers_(links.store, links.random),
      compiler_({.inputs = static_cast<std::uint32_t>(links.counters.max_inputs()),
                 .outputs = static_cast<std::uint32_t>(links.counters.max_outputs()),
                 .workers = links.nodes}),
      by_slot_(links.counters.max_inputs()) {}

std::vector<config::Problem> Conductor::apply(
    const std::shared_ptr<const config::Configuration>& configuration, std::vector<PortFact> ports,
    Instant now, FileFacts files, std::optional<config::Difference> difference) {
  publisher_.reclaim();
  if (!difference) difference = config::difference(*configuration_, *configuration);
  CompileTurn turn = next_turn();
  turn.configuration = configuration;
  turn.relations = &difference->relations;
  turn.difference = &*difference;
  turn.goes_on = going_on(*configuration, difference->inputs, files);
  turn.ports = &ports;
  turn.files = &files;
  if (auto problems = compiler_.judge(turn); !problems.empty()) return problems;
  take_over(std::move(turn), std::move(*difference), std::move(ports), std::move(files), now);
  return {};
}

// All is moved in place: what is thrown half way (no memory) must end the process, not leave it with half of
// it.
void Conductor::take_over(CompileTurn turn, config::Difference difference, std::vector<PortFact> ports,
                          FileFacts files, Instant now) noexcept {
  std::vector<Allocation> fresh;
  const auto renumbered = numbers_.take_over(*configuration_, difference, *turn.configuration, fresh);
  turn.channels = undecided(difference, turn.goes_on, renumbered.places);
  for (const std::size_t place : renumbered.displaced)
    report_displaced(turn.configuration->channels[place].id, numbers_.of(place));
  std::vector<bool> on_air;
  for (const std::size_t channel : turn.channels) {
    const auto was = difference.channels.before[channel];
    on_air.push_back(was && compiler_.channel(*was).decision != nullptr);
  }
  move_inputs(difference.inputs, turn.goes_on);
  move_channels(difference, turn.goes_on);
  configuration_ = turn.configuration;
  relations_ = std::move(difference.relations);
  turn.relations = &relations_;
  turn.difference = &difference;
  report_far(std::exchange(ports_, std::move(ports)));
  turn.ports = &ports_;
  files_ = std::move(files);
  turn.files = &files_;
  for (std::size_t k = 0; k < turn.channels.size(); ++k) decide_channel(turn.channels[k], on_air[k], fresh);

  const Compiler::Touched touched = compiler_.turn(turn);
  take_up(touched.inputs);
  // What chance gave (SSRCs) is on the disk before it is on the air.
  remember(fresh, now);
  publish();
  links_.log.event(Severity::kInfo, "config.applied",
                   {{"channels", channels_.size()}, {"inputs", inputs_.size()}});
  report(touched.channels);
  rates_.sample(now);
}

void Conductor::on_punt(const dataplane::channel::PuntHeader& header, Bytes bytes) {
  if (header.kind != dataplane::channel::PuntHeader::Kind::kSection) return;
  const auto pid = Pid::from(header.pid);
  InputRun* input = input_at(header.slot, header.life);
  if (!pid || input == nullptr) return;
  const std::uint64_t table = table_key(*pid, bytes);
  if (follows_first(*input, *pid, table)) {
    ++follows_;
    watch(header.at);
    follow();
  }
  if (!input->tables->push(*pid, bytes, header.position, header.at)) return;
  input->news.insert(table);
  input->dirty = true;
  input->section_errors = links_.counters.input({header.slot}).section_errors.get();
  input->broken_sections = false;
  dirty_ = true;
  links_.log.event(Severity::kDebug, "input.tables_changed",
                   {{"input", configuration_->inputs[*by_slot_[header.slot]].id}, {"pid", pid->value()}});
}

void Conductor::step(Instant now) {
  publisher_.reclaim();
  rates_.sample(now);
  watch(now);
  follows_ = 0;
  if (dirty_ || compiler_.could_do_more(publisher_.in_use())) follow();
  // On the air first: the packets that a change begins with are due soon, and the disk may be slow. Should
  // the process end in between, the same tables lead to the same versions and PIDs again.
  remember({}, now);
}

// A Plan of its own for each version of a table, since the packets up to the next one go by it; and for a PMT
// before a PAT that may take its program away. Not for ever: a stream whose tables never rest must not keep
// control from all others.
bool Conductor::follows_first(const InputRun& input, Pid pid, std::uint64_t table) const {
  if (follows_ == kMostFollows) return false;
  return input.news.contains(table) || (pid == kPatPid && !input.news.empty());
}

void Conductor::follow() {
  dirty_ = false;
  std::vector<Allocation> fresh;
  CompileTurn turn = next_turn();
  for (std::size_t place = 0; place < inputs_.size(); ++place) {
    if (!std::exchange(inputs_[place].dirty, false)) continue;
    inputs_[place].news.clear();
    expect_pmts(inputs_[place]);
    turn.inputs.push_back(place);
    for (const std::size_t channel : relations_.takers[place]) {
      decide_channel(channel, compiler_.channel(channel).decision != nullptr, fresh);
      turn.channels.push_back(channel);
    }
  }
  const Compiler::Touched touched = compiler_.turn(turn);
  take_up(touched.inputs);
  publish();
  links_.store.note(fresh);
  unwritten_ = unwritten_ || !fresh.empty();
  report(touched.channels);
}

void Conductor::decide_channel(std::size_t index, bool on_air, std::vector<Allocation>& fresh) {
  const config::Channel& channel = configuration_->channels[index];
  ChannelRun& run = channels_[index];
  const auto input = relations_.taken[index];
  std::optional<Carried> carried;
  if (input) carried = look_at(inputs_[*input]);
  Decision decision = decide({.channel = channel,
                              .headend = configuration_->headend,
                              .input = input ? &configuration_->inputs[*input] : nullptr,
                              .carried = carried ? &*carried : nullptr,
                              .numbers = numbers_.of(index),
                              .last_program = run.last_program,
                              .on_air = on_air},
                             links_.store, fresh);
  run.tables = nullptr;
  if (decision.state == ChannelState::kOnAir) {
    auto tables = make_tables(channel.id, decision, links_.store, fresh);
    if (tables) {
      run.tables = std::make_shared<const TableSet>(std::move(*tables));
    } else {
      decision.state = ChannelState::kRefused;
      decision.reason = std::move(tables.error());
    }
  }
  if (decision.program) run.last_program = decision.program;
  run.decision = std::make_shared<const Decision>(std::move(decision));
}

CompileTurn Conductor::next_turn() const {
  CompileTurn turn;
  turn.configuration = configuration_;
  turn.relations = &relations_;
  turn.input = [this](std::size_t place) -> InputPart { return {&inputs_[place].tables->psi_pids()}; };
  turn.channel = [this](std::size_t place) -> ChannelPart {
    const ChannelRun& run = channels_[place];
    return {.decision = run.decision, .tables = run.tables, .numbers = &numbers_.of(place)};
  };
  turn.ports = &ports_;
  turn.files = &files_;
  turn.in_use = publisher_.in_use();
  return turn;
}

void Conductor::remember(const std::vector<Allocation>& fresh, Instant now) {
  if (fresh.empty() && !unwritten_ && !(write_again_ && now >= *write_again_)) return;
  unwritten_ = false;
  const auto kept = links_.store.remember(fresh);
  if (kept) {
    if (write_again_) links_.log.event(Severity::kInfo, "store.written");
    write_again_.reset();
    store_trouble_.clear();
    return;
  }
  if (!write_again_)
    links_.log.event(Severity::kError, "store.write_failed", {{"reason", kept.error().text}});
  store_trouble_ = kept.error().text;
  write_again_ = now + kWriteAgain;
}

// What the compiler has made of these inputs.
void Conductor::take_up(const std::vector<std::size_t>& inputs) {
  for (const std::size_t place : inputs) {
    InputRun& input = inputs_[place];
    const CompiledInput& compiled = compiler_.input(place);
    if (compiled.life == input.life) continue;
    if (input.slot) by_slot_[input.slot->index].reset();
    forget(input);
    input.slot = compiled.slot;
    input.life = compiled.life;
    input.since = compiler_.plan()->generation;
    if (input.slot) by_slot_[input.slot->index] = place;
  }
}

// What is known of a stream does not hold for another one, nor where it comes again in another slot.
void Conductor::forget(InputRun& input) {
  const bool known = input.tables->pat() || input.tables->sdt();
  input = {};
  input.dirty = known;
  dirty_ = dirty_ || known;
}

void Conductor::publish() {
  const std::shared_ptr<const dataplane::Plan>& plan = compiler_.plan();
  if (plan->generation == published_) return;
  published_ = plan->generation;
  links_.before_publish(*plan);
  publisher_.publish(plan);
  links_.log.event(
      Severity::kDebug, "plan.published",
      {{"generation", plan->generation}, {"inputs", plan->inputs.size()}, {"outputs", plan->outputs.size()}});
}

Conductor::InputRun* Conductor::input_at(std::uint32_t slot, std::uint64_t life) {
  if (slot >= by_slot_.size() || !by_slot_[slot]) return nullptr;
  InputRun& input = inputs_[*by_slot_[slot]];
  return input.life == life ? &input : nullptr;
}

}  // namespace headwater::control
