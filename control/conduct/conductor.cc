// SPDX-License-Identifier: Apache-2.0
#include "control/conduct/conductor.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "config/model/compare.h"
#include "control/lineup/lineup.h"
#include "control/si/table_set.h"

namespace headwater::control {

namespace {

// The same stream as before: what is known of its tables still holds.
bool same_source(const config::Input& a, const config::Input& b) {
  return a.kind == b.kind && a.port == b.port && a.group == b.group && a.udp_port == b.udp_port &&
         a.from == b.from && a.path == b.path && a.enabled == b.enabled;
}

// When the PMT of a program is overdue: time runs while packets come. None: it is there, or no packets are.
std::optional<Instant> pmt_deadline(const InputTables::Program& program, std::optional<Instant> heard_since) {
  if (program.pmt || !heard_since) return std::nullopt;
  return std::max(program.since, *heard_since) + Conductor::kPmtPatience;
}

}  // namespace

Carried Conductor::look_at(const InputRun& input) {
  const InputTables& tables = *input.tables;
  Carried carried;
  carried.signal = input.signal;
  carried.sdt_expected = input.sdt_expected;
  carried.broken_sections = input.broken_sections;
  carried.pat = tables.pat() ? &*tables.pat() : nullptr;
  carried.pat_at = tables.pat_at();
  for (const auto& [number, program] : tables.programs()) {
    const auto deadline = pmt_deadline(program, input.heard_since);
    carried.programs[number] = {.pmt_pid = program.pmt_pid,
                                .pmt = program.pmt ? &*program.pmt : nullptr,
                                .at = program.at,
                                .overdue = deadline && *deadline <= input.watched};
  }
  carried.sdt = tables.sdt() ? &*tables.sdt() : nullptr;
  carried.sdt_at = tables.sdt_at();
  return carried;
}

Conductor::Conductor(const ConductorLinks& links)
    : links_(links), publisher_(links.plan), rates_(links.counters) {
  run_.configuration = std::make_shared<const config::Configuration>();
}

Conductor::Run Conductor::begin(std::shared_ptr<const config::Configuration> configuration,
                                std::vector<PortFact> ports, FileFacts files,
                                std::vector<Allocation>& fresh) {
  Run run;
  run.configuration = std::move(configuration);
  run.ports = std::move(ports);
  run.files = std::move(files);
  begin_inputs(run);
  begin_channels(run, fresh);
  return run;
}

void Conductor::begin_inputs(Run& run) {
  const auto serial = [](const FileFacts& files, const std::string& input) {
    const auto file = files.find(input);
    return file == files.end() ? 0 : file->second.serial;
  };
  std::unordered_map<std::string_view, const InputRun*> before;
  for (const InputRun& old : run_.inputs) before.try_emplace(old.config->id, &old);
  run.inputs.reserve(run.configuration->inputs.size());
  for (const config::Input& input : run.configuration->inputs) {
    InputRun& fresh_run = run.inputs.emplace_back();
    const auto old = before.find(input.id);
    if (old != before.end() && same_source(*old->second->config, input) &&
        serial(run_.files, input.id) == serial(run.files, input.id)) {
      fresh_run = *old->second;
      fresh_run.channels.clear();
      fresh_run.same = fresh_run.same && !fresh_run.dirty && config::same(*old->second->config, input);
    } else {
      fresh_run.tables = std::make_shared<InputTables>();
      fresh_run.life = ++lives_;
    }
    fresh_run.config = &input;
  }
}

void Conductor::begin_channels(Run& run, std::vector<Allocation>& fresh) const {
  std::unordered_map<std::string_view, std::size_t> inputs;
  for (std::size_t i = 0; i < run.inputs.size(); ++i) inputs.try_emplace(run.inputs[i].config->id, i);
  std::unordered_map<std::string_view, std::size_t> before;
  for (std::size_t i = 0; i < run_.channels.size(); ++i)
    before.try_emplace(run_.configuration->channels[i].id, i);

  const std::vector<config::Channel>& channels = run.configuration->channels;
  const bool same_headend = config::same(run_.configuration->headend, run.configuration->headend);
  bool numbered = run_.numbers != nullptr;
  run.channels.resize(channels.size());
  for (std::size_t i = 0; i < channels.size(); ++i) {
    ChannelRun& channel = run.channels[i];
    if (!channels[i].inputs.empty()) {
      const auto input = inputs.find(channels[i].inputs.front());
      if (input != inputs.end()) {
        channel.input = input->second;
        run.inputs[input->second].channels.push_back(i);
      }
    }
    const auto old = before.find(channels[i].id);
    if (old == before.end()) {
      numbered = false;
      continue;
    }
    const config::Channel& said = run_.configuration->channels[old->second];
    const ChannelRun& was = run_.channels[old->second];
    channel.last_program = was.last_program;
    channel.told = was.told;
    channel.same = was.same && config::same(said, channels[i]);
    numbered = numbered && (channel.same || numbered_alike(said, channels[i]));
    // Nothing that it was decided by differs.
    if (channel.same && same_headend && (!channel.input || run.inputs[*channel.input].same) &&
        channel.input.has_value() == was.input.has_value()) {
      channel.decision = was.decision;
      channel.tables = was.tables;
      channel.numbers = was.numbers;
    }
  }
  run.numbers = numbered ? run_.numbers
                         : std::make_shared<const Numbers>(
                               number_channels(*run.configuration, links_.store, links_.random, fresh));
  for (std::size_t i = 0; i < channels.size(); ++i) {
    ChannelRun& channel = run.channels[i];
    if (numbered && channel.numbers != nullptr) continue;
    const ChannelNumbers* numbers = &run.numbers->at(channels[i].id);
    if (channel.numbers != nullptr && *channel.numbers != *numbers) channel.decision = nullptr;
    channel.numbers = numbers;
  }
}

std::vector<config::Problem> Conductor::apply(std::shared_ptr<const config::Configuration> configuration,
                                              std::vector<PortFact> ports, Instant now, FileFacts files) {
  publisher_.reclaim();
  std::vector<Allocation> fresh;
  Run run = begin(std::move(configuration), std::move(ports), std::move(files), fresh);
  for (std::size_t i = 0; i < run.channels.size(); ++i) {
    if (!run.channels[i].decision) decide_channel(run, i, fresh);
  }
  Compiled compiled = compile_run(run);
  if (!compiled.problems.empty()) return compiled.problems;
  run_ = std::move(run);
  // What chance gave (SSRCs) is on the disk before it is on the air.
  remember(fresh, now);
  adopt(std::move(compiled));
  links_.log.event(Severity::kInfo, "config.applied",
                   {{"channels", run_.channels.size()}, {"inputs", run_.inputs.size()}});
  report();
  rates_.sample(now);
  return {};
}

void Conductor::on_punt(const dataplane::channel::PuntHeader& header, Bytes bytes) {
  if (header.kind != dataplane::channel::PuntHeader::Kind::kSection) return;
  const auto pid = Pid::from(header.pid);
  InputRun* input = input_at(header.slot);
  if (!pid || input == nullptr || !input->tables->push(*pid, bytes, header.position, header.at)) return;
  input->dirty = true;
  input->section_errors = links_.counters.input({header.slot}).section_errors.get();
  input->broken_sections = false;
  dirty_ = true;
  links_.log.event(Severity::kDebug, "input.tables_changed",
                   {{"input", input->config->id}, {"pid", pid->value()}});
}

void Conductor::step(Instant now) {
  publisher_.reclaim();
  rates_.sample(now);
  watch(now);
  if (short_ != 0 && publisher_.in_use() >= short_) {
    short_ = 0;
    dirty_ = true;
  }
  if (!dirty_) return remember({}, now);
  dirty_ = false;
  std::vector<Allocation> fresh;
  for (InputRun& input : run_.inputs) {
    if (!std::exchange(input.dirty, false)) continue;
    input.same = false;
    expect_pmts(input);
    for (const std::size_t channel : input.channels) decide_channel(run_, channel, fresh);
  }
  // On the air first: the packets that a change begins with are due soon, and the disk may be slow. Should
  // the process end in between, the same tables lead to the same versions and PIDs again.
  adopt(compile_run(run_));
  remember(fresh, now);
  report();
}

void Conductor::watch(Instant now) {
  // What new tables lead to depends on it.
  if (!dirty_ && watched_ && now - *watched_ < kWatchInterval) return;
  watched_ = now;
  for (InputRun& input : run_.inputs) {
    if (!input.slot) continue;
    if (publisher_.in_use() >= input.since) input.since = 0;
    const dataplane::InputCounters& counters = links_.counters.input(*input.slot);
    const Carried::Signal signal = input.since == 0 ? listen(input, counters, now) : input.signal;
    if (input.tables->pat() && !input.tables_since) input.tables_since = now;
    const bool sdt_expected =
        !input.tables->sdt() && !(input.tables_since && now - *input.tables_since >= kSdtPatience);
    input.watched = now;
    const bool misses = misses_pmt(input, counters);
    if (signal == input.signal && sdt_expected == input.sdt_expected && !misses) continue;
    report_signal(input, signal);
    input.signal = signal;
    input.sdt_expected = sdt_expected;
    input.dirty = true;
    dirty_ = true;
  }
}

Carried::Signal Conductor::listen(InputRun& input, const dataplane::InputCounters& counters, Instant now) {
  using Signal = Carried::Signal;
  const bool ever = counters.last_packet.get() != 0;
  if (ever && now - Instant{counters.last_packet.get()} >= Carried::kSilence) {
    input.heard_since.reset();
    return Signal::kLost;
  }
  if (!ever) return Signal::kNone;
  if (!input.heard_since) input.heard_since = now;
  if (!input.tables->pat() && now - *input.heard_since >= kTablesPatience) return Signal::kNoTables;
  return Signal::kTables;
}

bool Conductor::misses_pmt(InputRun& input, const dataplane::InputCounters& counters) {
  const bool overdue = input.pmt_overdue && input.watched >= *input.pmt_overdue;
  if (!overdue && !input.any_overdue) return false;
  const bool broken = counters.section_errors.get() > input.section_errors;
  const bool explained = broken && !input.broken_sections;
  input.broken_sections = input.broken_sections || broken;
  return overdue || explained;
}

void Conductor::expect_pmts(InputRun& input) {
  input.pmt_overdue.reset();
  input.any_overdue = false;
  for (const auto& [number, program] : input.tables->programs()) {
    const auto deadline = pmt_deadline(program, input.heard_since);
    if (!deadline) continue;
    if (*deadline <= input.watched) {
      input.any_overdue = true;
    } else if (!input.pmt_overdue || *deadline < *input.pmt_overdue) {
      input.pmt_overdue = deadline;
    }
  }
}

void Conductor::report_signal(const InputRun& input, Carried::Signal signal) const {
  using Signal = Carried::Signal;
  if (signal == Signal::kLost && input.signal != Signal::kLost) {
    links_.log.event(Severity::kWarning, "input.lost",
                     {{"input", input.config->id}, {"reason", "no valid packets for over 1 s"}});
  } else if (input.signal == Signal::kLost && (signal == Signal::kTables || signal == Signal::kNoTables)) {
    links_.log.event(Severity::kInfo, "input.back", {{"input", input.config->id}});
  }
}

void Conductor::decide_channel(Run& run, std::size_t index, std::vector<Allocation>& fresh) const {
  const config::Channel& channel = run.configuration->channels[index];
  ChannelRun& channel_run = run.channels[index];
  const InputRun* input = channel_run.input ? &run.inputs[*channel_run.input] : nullptr;
  std::optional<Carried> carried;
  if (input != nullptr) carried = look_at(*input);
  Decision decision = decide({.channel = channel,
                              .headend = run.configuration->headend,
                              .input = input != nullptr ? input->config : nullptr,
                              .carried = carried ? &*carried : nullptr,
                              .numbers = *channel_run.numbers,
                              .last_program = channel_run.last_program,
                              .on_air = compiled_.on_air.contains(channel.id)},
                             links_.store, fresh);
  channel_run.tables = nullptr;
  if (decision.state == ChannelState::kOnAir) {
    auto tables = make_tables(channel.id, decision, links_.store, fresh);
    if (tables) {
      channel_run.tables = std::make_shared<const TableSet>(std::move(*tables));
    } else {
      decision.state = ChannelState::kRefused;
      decision.reason = std::move(tables.error());
    }
  }
  if (decision.program) channel_run.last_program = decision.program;
  channel_run.decision = std::make_shared<const Decision>(std::move(decision));
}

Compiled Conductor::compile_run(const Run& run) const {
  CompileRequest request;
  request.configuration = run.configuration;
  for (const InputRun& input : run.inputs) {
    request.psi_pids.push_back(&input.tables->psi_pids());
    request.inputs_same.push_back(input.same);
    request.lives.push_back(input.life);
  }
  request.channels.reserve(run.channels.size());
  for (const ChannelRun& channel : run.channels) {
    request.channels.push_back({.decision = channel.decision,
                                .tables = channel.tables,
                                .numbers = channel.numbers,
                                .same = channel.same});
  }
  request.ports = run.ports;
  request.files = run.files;
  request.limits = {.inputs = static_cast<std::uint32_t>(links_.counters.max_inputs()),
                    .outputs = static_cast<std::uint32_t>(links_.counters.max_outputs())};
  request.in_use = publisher_.in_use();
  return compile(request, compiled_);
}

void Conductor::remember(const std::vector<Allocation>& fresh, Instant now) {
  if (fresh.empty() && !(write_again_ && now >= *write_again_)) return;
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

void Conductor::adopt(Compiled compiled) {
  const bool changed = compiled.plan != compiled_.plan;
  const bool whole = compiled.problems.empty();
  for (InputRun& input : run_.inputs) input.same = input.same || whole;
  for (ChannelRun& channel : run_.channels) channel.same = channel.same || whole;
  compiled_ = std::move(compiled);
  by_slot_.assign(links_.counters.max_inputs(), std::nullopt);
  for (std::size_t i = 0; i < run_.inputs.size(); ++i) {
    InputRun& run = run_.inputs[i];
    const auto input = compiled_.inputs.find(run.config->id);
    const auto slot = input == compiled_.inputs.end() ? std::nullopt : input->second.slot;
    if (slot) by_slot_[slot->index] = i;
    if (slot != run.slot) {
      run.since = compiled_.plan ? compiled_.plan->generation : 0;
      if (slot) forget(run);
    }
    run.slot = slot;
  }
  if (compiled_.slots_short && changed) short_ = compiled_.plan->generation;
  if (!changed) return;
  links_.before_publish(*compiled_.plan);
  publisher_.publish(compiled_.plan);
  links_.log.event(Severity::kDebug, "plan.published",
                   {{"generation", compiled_.plan->generation},
                    {"inputs", compiled_.plan->inputs.size()},
                    {"outputs", compiled_.plan->outputs.size()}});
}

// Positions and counts of a slot that it had before are not those of the new one.
void Conductor::forget(InputRun& input) {
  const bool known = input.tables->pat() || input.tables->sdt();
  input.tables = std::make_shared<InputTables>();
  input.heard_since.reset();
  input.tables_since.reset();
  input.section_errors = 0;
  input.broken_sections = false;
  if (!known) return;
  input.dirty = true;
  dirty_ = true;
}

Conductor::InputRun* Conductor::input_at(std::uint32_t slot) {
  if (slot >= by_slot_.size() || !by_slot_[slot]) return nullptr;
  return &run_.inputs[*by_slot_[slot]];
}

}  // namespace headwater::control
