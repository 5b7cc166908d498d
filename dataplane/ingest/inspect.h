// SPDX-License-Identifier: Apache-2.0
//
// One TS packet of an input at a time: sync, transport_error_indicator, lengths, continuity, PCR, what its
// PID is to the Plan; counts each reject and TR 101 290 priority 1. Keeps the state of all PIDs and the
// section punts. One worker thread; memory is brought by adopt.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "dataplane/ingest/input_memory.h"
#include "dataplane/ingest/pid_table.h"
#include "dataplane/ingest/section_punt.h"
#include "dataplane/plan/counters.h"
#include "dataplane/plan/plan.h"
#include "psi/base/ticks.h"
#include "psi/checks/sync_tracker.h"
#include "psi/ts/packet.h"

namespace headwater::dataplane {

// What is left of a packet that passed.
struct Inspected {
  Pid pid = kNullPid;
  InputPidAction action;
  bool duplicate = false;
  bool scrambled = false;
  bool seam = false;  // first PCR of its PID after a seam
  bool discontinuity = false;
  std::optional<Pcr> pcr;
};

class Inspector {
 public:
  explicit Inspector(InputCounters& counters) : counters_(counters) {}

  void adopt(InputMemory::Pids& pids, Instant now);
  // nullopt: dropped and counted.
  std::optional<Inspected> inspect(Instant now, ts::PacketBytes bytes);
  // A packet of a PSI PID that passed.
  void punt(ts::PacketBytes bytes, const SectionPunt::Place& place, channel::PuntRing& ring);
  // The file begins again: continuity starts anew, and each PID's next PCR is marked.
  void seam();
  // Priority 1's time-outs, which run while datagrams come. Call a few times a second.
  void check_presence(Instant now, std::optional<Instant> last_datagram);

 private:
  [[nodiscard]] bool check_sync(std::uint8_t first);
  // TR 101 290 1.3.a and 1.5.a on a PSI PID.
  void count_table_error(const PidState& state);

  InputCounters& counters_;
  PidTable pids_;
  std::vector<std::unique_ptr<SectionPunt>> punts_;
  std::uint32_t seam_ = 0;
  ts::SyncTracker sync_;
  bool lost_ = false;  // synchronisation, since it was last acquired
  bool flowing_ = false;
};

}  // namespace headwater::dataplane
