// SPDX-License-Identifier: Apache-2.0
//
// What an input remembers of each PID: dense for the PIDs that its Plan part names, a small fixed hash for
// all others (a newcomer that collides puts the older one out, whose continuity then starts again). One
// worker thread; memory is taken by adopt.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
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
};

class PidTable {
 public:
  // States of PIDs that the plan keeps naming go on; so do those that it names anew.
  void adopt(const PidMap<InputPidAction>& pids, Instant now, std::uint32_t seam) {
    std::vector<PidState> states(1);
    PidMap<std::uint16_t> index;
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
                     .table_seen = now};
      if (const PidState* before = find(pid)) {
        state = *before;
        if (action.watched && !before->action.watched) state.seen = now;
        state.action = action;
      }
      index.set(pid, static_cast<std::uint16_t>(states.size()));
      states.push_back(state);
    }
    known_ = std::move(states);
    index_ = std::move(index);
  }

  [[nodiscard]] PidState& of(Pid pid) {
    if (const std::uint16_t at = index_[pid]; at != 0) return known_[at];
    PidState& state = others_[pid.value() % others_.size()];
    if (state.pid != pid)
      state = PidState{.pid = pid, .action = {}, .continuity = {}, .seen = {}, .table_seen = {}};
    return state;
  }

  // Those that the Plan names.
  [[nodiscard]] std::span<PidState> known() { return std::span(known_).subspan(known_.empty() ? 0 : 1); }
  template <typename Each>
  void for_all(Each&& each) {
    for (PidState& state : known_) each(state);
    for (PidState& state : others_) each(state);
  }

 private:
  [[nodiscard]] const PidState* find(Pid pid) const {
    if (const std::uint16_t at = index_[pid]; at != 0) return &known_[at];
    const PidState& other = others_[pid.value() % others_.size()];
    return other.pid == pid ? &other : nullptr;
  }

  PidMap<std::uint16_t> index_;  // into known_; 0: not named
  std::vector<PidState> known_;
  std::array<PidState, 32> others_{};
};

}  // namespace headwater::dataplane
