// SPDX-License-Identifier: Apache-2.0
//
// TR 101 290 clause 5.2.1, first priority: 1.1 to 1.6 of one transport stream, each with its counter. Which
// PIDs PAT and PMT refer to is told from outside (refer). While synchronisation is lost nothing else is
// judged. One thread, no allocation after construction; time is an argument.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "psi/base/ticks.h"
#include "psi/checks/continuity_table.h"
#include "psi/checks/pid_table.h"
#include "psi/checks/repetition_timer.h"
#include "psi/checks/sync_tracker.h"
#include "psi/ts/packet.h"

namespace headwater::ts {

class Priority1 {
 public:
  struct Counters {
    std::uint64_t sync_loss = 0;   // 1.1 TS_sync_loss
    std::uint64_t sync_byte = 0;   // 1.2 Sync_byte_error
    std::uint64_t pat = 0;         // 1.3.a PAT_error_2: absent for 0.5 s, another table_id, scrambled
    std::uint64_t continuity = 0;  // 1.4 Continuity_count_error
    std::uint64_t pmt = 0;         // 1.5.a PMT_error_2: absent for 0.5 s, scrambled; each referenced PID
    std::uint64_t pid = 0;         // 1.6 PID_error: a referenced PID absent
    friend bool operator==(const Counters&, const Counters&) = default;
  };
  struct Settings {
    Ticks27 table_interval = Ticks27::milliseconds(500);
    Ticks27 pid_interval = Ticks27::seconds(5);
    std::size_t pid_pages = PidTable<ContinuityCheck>::kPages;
    std::size_t max_references = 1024;
  };
  struct Reference {
    enum class Kind : std::uint8_t { kPmt, kStream };
    Pid pid;
    Kind kind;
    friend bool operator==(const Reference&, const Reference&) = default;
  };

  Priority1(const Settings& settings, Instant now);

  // All that PAT and PMT refer to now; the time of what stays runs on. false: more than max_references, and
  // those beyond it are not judged.
  bool refer(std::span<const Reference> references, Instant now);
  void push(PacketBytes packet, Instant now);
  // To be called also when no packet comes: absence is an error.
  void poll(Instant now);

  [[nodiscard]] const Counters& counters() const { return counters_; }
  [[nodiscard]] bool in_sync() const { return sync_.in_sync(); }

 private:
  struct Watched {
    Reference reference;
    RepetitionTimer timer;
  };

  [[nodiscard]] Ticks27 interval(Reference::Kind kind) const;
  std::uint64_t& counter(Reference::Kind kind);
  void restart(Instant now);
  void inspect(const PacketView& packet, Instant now);
  void inspect_pat(const PacketView& packet, Instant now);
  void inspect_reference(Watched& watched, const PacketView& packet, Instant now);

  Settings settings_;
  Counters counters_;
  SyncTracker sync_;
  ContinuityTable continuity_;
  RepetitionTimer pat_;
  std::vector<Watched> watched_;
  std::vector<Watched> previous_;       // refer's own
  PidTable<std::uint16_t> watched_at_;  // 1 + index of the PID's first entry in watched_; 0: not referred to
  Instant next_poll_;
};

}  // namespace headwater::ts
