// SPDX-License-Identifier: Apache-2.0
//
// Continuity of every PID of a stream, TR 101 290 1.4. One thread, no allocation after construction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "psi/checks/pid_table.h"
#include "psi/ts/continuity.h"

namespace headwater::ts {

class ContinuityTable {
 public:
  explicit ContinuityTable(std::size_t pages = 16) : checks_(pages) {}

  // nullopt: null packets have no continuity, and PIDs beyond the table's room are not followed.
  std::optional<Continuity> next(const PacketView& packet) {
    const Pid pid = packet.pid();
    if (pid == kNullPid) return std::nullopt;
    ContinuityCheck* check = checks_.get(pid);
    if (check == nullptr) {
      ++untracked_;
      return std::nullopt;
    }
    return check->next(packet);
  }
  // Packets of PIDs beyond the table's room.
  [[nodiscard]] std::uint64_t untracked() const { return untracked_; }
  void reset() { checks_.clear(); }

 private:
  PidTable<ContinuityCheck> checks_;
  std::uint64_t untracked_ = 0;
};

}  // namespace headwater::ts
