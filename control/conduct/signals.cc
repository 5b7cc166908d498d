// SPDX-License-Identifier: Apache-2.0
//
// What an input's counters and the passing of time say of it: packets or none, tables that come or do not.
#include <algorithm>
#include <cstddef>

#include "control/conduct/conductor.h"

namespace headwater::control {

namespace {

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

void Conductor::watch(Instant now) {
  // What new tables lead to depends on it.
  if (!dirty_ && watched_ && now - *watched_ < kWatchInterval) return;
  watched_ = now;
  for (std::size_t place = 0; place < inputs_.size(); ++place) {
    InputRun& input = inputs_[place];
    if (!input.slot) continue;
    if (publisher_.adopted() >= input.since) input.since = 0;
    const dataplane::InputCounters& counters = links_.counters.input(*input.slot);
    const Carried::Signal signal = input.since == 0 ? listen(input, counters, now) : input.signal;
    if (input.tables->pat() && !input.tables_since) input.tables_since = now;
    const bool sdt_expected =
        !input.tables->sdt() && !(input.tables_since && now - *input.tables_since >= kSdtPatience);
    input.watched = now;
    const bool misses = misses_pmt(input, counters);
    if (signal == input.signal && sdt_expected == input.sdt_expected && !misses) continue;
    report_signal(place, signal);
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

void Conductor::report_signal(std::size_t input, Carried::Signal signal) const {
  using Signal = Carried::Signal;
  const Signal before = inputs_[input].signal;
  const std::string& id = configuration_->inputs[input].id;
  if (signal == Signal::kLost && before != Signal::kLost) {
    links_.log.event(Severity::kWarning, "input.lost",
                     {{"input", id}, {"reason", "no valid packets for over 1 s"}});
  } else if (before == Signal::kLost && (signal == Signal::kTables || signal == Signal::kNoTables)) {
    links_.log.event(Severity::kInfo, "input.back", {{"input", id}});
  }
}

}  // namespace headwater::control
