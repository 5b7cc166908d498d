// SPDX-License-Identifier: Apache-2.0
//
// What an input remembers of each PID: of those that its Plan part names, and of as many others as a
// multiplex has; beyond that a newcomer puts the oldest out, whose continuity then starts again. One worker
// thread; takes no memory but at construction.
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

  // Of the PIDs that a part names, in their order, for adopt().
  using Named = std::vector<PidState>;
  [[nodiscard]] static Named named_by(const PidMap<InputPidAction>& pids) {
    Named named;
    pids.for_each([&named](Pid pid, const InputPidAction& action) {
      if (!action.psi && !action.routed) return;
      named.push_back(
          {.pid = pid, .action = action, .continuity = {}, .seen = {}, .table_seen = {}, .used = true});
    });
    return named;
  }

  // Takes these for its own, and leaves there those that it had. What is known of a PID goes on, be it named
  // before, anew or no more; what is new begins now.
  void adopt(Named& next, Instant now, std::uint32_t seam) {
    for (PidState& state : next) {
      const InputPidAction action = state.action;
      if (index_[state.pid.value()] == kNone) {
        state.seam = seam;
        state.seen = state.table_seen = now;
        continue;
      }
      PidState& before = at(index_[state.pid.value()]);
      state = before;
      state.action = action;
      if (action.watched && !before.action.watched) state.seen = now;
      if (action.psi && !before.action.psi) state.table_seen = now;
      before.used = false;
    }
    for (const PidState& state : named_) index_[state.pid.value()] = kNone;
    named_.swap(next);
    for (std::size_t i = 0; i < named_.size(); ++i)
      index_[named_[i].pid.value()] = static_cast<std::uint16_t>(1 + kOthers + i);
    for (const PidState& state : next) {
      if (!state.used) continue;
      PidState& other = newcomer(state.pid);
      other.continuity = state.continuity;
      other.seam = state.seam;
    }
  }

  [[nodiscard]] PidState& of(Pid pid) {
    const std::uint16_t place = index_[pid.value()];
    return place != kNone ? at(place) : newcomer(pid);
  }

  // Those that the Plan names.
  [[nodiscard]] std::span<PidState> named() { return named_; }
  template <typename Each>
  void for_all(Each&& each) {
    for (PidState& state : named_) each(state);
    for (PidState& state : others_) each(state);
  }

 private:
  static constexpr std::uint16_t kNone = 0;

  // Of the others first, then of those that are named; from 1 on.
  [[nodiscard]] PidState& at(std::uint16_t place) {
    return place <= kOthers ? others_[place - 1U] : named_[place - 1U - kOthers];
  }
  PidState& newcomer(Pid pid) {
    PidState& state = others_[next_];
    if (state.used) index_[state.pid.value()] = kNone;
    state = PidState{.pid = pid, .action = {}, .continuity = {}, .seen = {}, .table_seen = {}, .used = true};
    index_[pid.value()] = static_cast<std::uint16_t>(1 + next_);
    next_ = (next_ + 1) % kOthers;
    return state;
  }

  std::vector<std::uint16_t> index_ = std::vector<std::uint16_t>(Pid::kCount, kNone);
  Named named_;
  std::vector<PidState> others_ = std::vector<PidState>(kOthers);
  std::size_t next_ = 0;  // of the others, which place is next
};

}  // namespace headwater::dataplane
