// SPDX-License-Identifier: Apache-2.0
//
// What one input's tables say now: PAT, the PMT of each program of the PAT, SDT. Fed with the sections that
// the dataplane punts, which are only the changed ones: whatever arrives is kept until it can be used, since
// it will not come again. Control thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "psi/base/bytes.h"
#include "psi/base/pid.h"
#include "psi/base/stream_position.h"
#include "psi/base/ticks.h"
#include "psi/dvbpsi/decode.h"
#include "psi/tables/tables.h"

namespace headwater::control {

class InputTables {
 public:
  struct Program {
    Pid pmt_pid = kNullPid;
    std::optional<psi::Pmt> pmt;  // none: not seen yet
    StreamPosition at;            // of the packet that completed it
    Instant since;                // the PAT has it, on this PID
  };

  // A whole section with a right CRC_32, completed by the packet at `at`, which arrived at `now`. True: what
  // stands below changed.
  bool push(Pid pid, Bytes section, StreamPosition at, Instant now);

  [[nodiscard]] const std::optional<psi::Pat>& pat() const { return pat_; }
  [[nodiscard]] StreamPosition pat_at() const { return pat_at_; }
  // By program_number; those of the PAT and no others.
  [[nodiscard]] const std::map<std::uint16_t, Program>& programs() const { return programs_; }
  [[nodiscard]] const std::optional<psi::Sdt>& sdt() const { return sdt_; }
  [[nodiscard]] StreamPosition sdt_at() const { return sdt_at_; }

  // What the dataplane must assemble: PAT, SDT, the PMT PIDs of the PAT; in order.
  [[nodiscard]] const std::vector<Pid>& psi_pids() const { return psi_pids_; }

  // How long sections of a PMT PID that left the PAT are good for, should it come back.
  static constexpr Ticks27 kComeback = Ticks27::seconds(2);
  // PMT sections kept of one input; above it, those of no program of the PAT go.
  static constexpr std::size_t kMaxSections = 1024;

 private:
  using Key = std::pair<Pid, std::uint16_t>;  // PMT PID, program_number

  bool push_pat(Bytes section, StreamPosition at, Instant now);
  bool push_sdt(Bytes section, StreamPosition at);
  bool push_pmt(Pid pid, Bytes section, StreamPosition at);
  bool decode(std::uint16_t number, Bytes section, StreamPosition at);
  void note_psi_pids(Instant now);

  psi::PatDecoder pat_decoder_;
  psi::SdtDecoder sdt_decoder_;
  std::map<std::uint16_t, psi::PmtDecoder> pmt_decoders_;

  std::optional<psi::Pat> pat_;
  StreamPosition pat_at_;
  std::map<std::uint16_t, Program> programs_;
  std::optional<psi::Sdt> sdt_;
  StreamPosition sdt_at_;
  std::vector<Pid> psi_pids_{kPatPid, kSdtPid};

  std::map<Key, std::vector<std::uint8_t>> sections_;  // the last of each, also of programs not in the PAT
  std::map<Pid, Instant> left_;                        // PMT PIDs that left the PAT, and when
};

}  // namespace headwater::control
