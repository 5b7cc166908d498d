// SPDX-License-Identifier: Apache-2.0
//
// What an input remembers of each PID: of those that its Plan part names, and of as many others as a
// multiplex has; beyond that a newcomer puts the oldest out, whose continuity then starts again. One worker
// thread; memory is taken by adopt.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "dataplane/plan/plan.h"
#include "psi/ts/continuity.h"

namespace headwater::dataplane {

struct PidState {
  static constexpr std::uint32_t kNoPunt = UINT32_MAX;

  Pid pid = kNullPid;
  InputPidAction action;
  ts::ContinuityCheck continuity;
  std::uint32_t seam = 0;        // the last seam after which a PCR was seen here
  std::uint32_t punt = kNoPunt;  // index of its section punt, where action.psi
  Instant seen;                  // any packet
  Instant table_seen;            // the table that a PSI PID must repeat
  bool used = false;             // it is somebody's
};

class PidTable {
 public:
  static constexpr std::size_t kOthers = 256;

  // States of PIDs that the Plan keeps naming go on; so do those that it names anew, or no more.
  void adopt(const PidMap<InputPidAction>& pids, Instant now, std::uint32_t seam) {
    std::vector<PidState> states(1);
    std::vector<std::uint16_t> index(Pid::kCount);
    for (std::uint16_t value = 0; value < Pid::kCount; ++value) {
      const Pid pid = Pid::from_wire(value);
      const InputPidAction action = pids[pid];
      if (!action.psi && !action.routed) continue;
      PidState state{.pid = pid,
                     .action = action,
                     .continuity = {},
                     .seam = seam,
                     .punt = PidState::kNoPunt,
                     .seen = now,
                     .table_seen = now,
                     .used = true};
      if (const std::uint16_t before = index_[value]; before != 0) {
        state = states_[before];
        if (action.watched && !states_[before].action.watched) state.seen = now;
        if (action.psi && !states_[before].action.psi) state.table_seen = now;
        state.action = action;
      }
      index[value] = static_cast<std::uint16_t>(states.size());
      states.push_back(state);
    }
    known_ = states.size() - 1;
    states.resize(1 + known_ + kOthers);
    states_.swap(states);
    index_ = std::move(index);
    next_ = 0;
    for (const PidState& state : states) {
      if (!state.used || index_[state.pid.value()] != 0) continue;
      PidState& other = newcomer(state.pid);
      other.continuity = state.continuity;
      other.seam = state.seam;
    }
  }

  [[nodiscard]] PidState& of(Pid pid) {
    if (const std::uint16_t at = index_[pid.value()]; at != 0) return states_[at];
    return newcomer(pid);
  }

  // Those that the Plan names.
  [[nodiscard]] std::span<PidState> known() {
    return std::span(states_).subspan(states_.empty() ? 0 : 1, known_);
  }
  template <typename Each>
  void for_all(Each&& each) {
    for (PidState& state : states_) each(state);
  }

 private:
  PidState& newcomer(Pid pid) {
    const std::size_t at = 1 + known_ + next_;
    next_ = (next_ + 1) % kOthers;
    PidState& state = states_[at];
    if (state.used) index_[state.pid.value()] = 0;
    state = PidState{.pid = pid, .action = {}, .continuity = {}, .seen = {}, .table_seen = {}, .used = true};
    index_[pid.value()] = static_cast<std::uint16_t>(at);
    return state;
  }

  std::vector<std::uint16_t> index_ = std::vector<std::uint16_t>(Pid::kCount);  // into states_; 0: not there
  std::vector<PidState> states_;  // the first is nobody's; then those that the Plan names; then kOthers
  std::size_t known_ = 0;
  std::size_t next_ = 0;  // of the others, which place is next
};

}  // namespace headwater::dataplane
