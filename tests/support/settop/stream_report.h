// SPDX-License-Identifier: Apache-2.0
//
// What a set-top box finds in the datagrams that reach it: loss, continuity, PCR timing, services. Sockets
// and clocks are elsewhere; arrival times are arguments. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "psi/base/bytes.h"
#include "psi/base/pid.h"
#include "psi/base/ticks.h"
#include "psi/dvbpsi/decode.h"
#include "psi/section/assembler.h"
#include "psi/tables/tables.h"
#include "psi/ts/continuity.h"
#include "psi/ts/packet.h"
#include "tests/support/settop/pcr_timing.h"
#include "tests/support/settop/rtp_sequence.h"

namespace headwater::settop {

class StreamReport {
 public:
  struct PidReport {
    std::uint64_t packets = 0;
    std::uint64_t cc_errors = 0;
    std::uint64_t scrambled = 0;
    ts::ContinuityCheck continuity;
    PcrTiming pcr;
  };

  explicit StreamReport(bool carried_in_rtp) : rtp_(carried_in_rtp) {}

  // A UDP payload. Returns its transport stream packets: empty where it is no RTP, or not whole packets.
  Bytes add(Instant arrival, Bytes payload);
  // Nothing more comes: takes into account what waited for the next datagram.
  void finish();

  std::uint64_t datagrams = 0;
  std::uint64_t bad_datagrams = 0;  // no RTP header, or not 1 to 7 whole packets
  std::uint64_t packets = 0;
  std::uint64_t sync_errors = 0;
  std::uint64_t malformed = 0;
  std::optional<Instant> first_arrival;
  Instant last_arrival;
  RtpSequence rtp;
  std::map<Pid, PidReport> pids;

  std::optional<psi::Pat> pat;
  std::map<std::uint16_t, psi::Pmt> pmts;  // by program number
  std::optional<psi::Sdt> sdt;

  [[nodiscard]] std::uint64_t cc_errors() const;
  [[nodiscard]] double bitrate() const;  // bit/s of whole packets, over the time that they took

 private:
  struct PmtFollower {
    psi::SectionAssembler assembler;
    psi::PmtDecoder decoder;
  };
  struct WaitingPcr {
    Pid pid;
    Pcr pcr;
    bool discontinuity;
    std::size_t position;  // of its packet in the datagram
  };

  void add_packet(ts::PacketBytes bytes, std::size_t position);
  void follow_tables(const ts::PacketView& packet);
  void settle(std::optional<Instant> next_arrival);

  bool rtp_;
  std::size_t last_count_ = 0;       // packets of the last datagram
  std::vector<WaitingPcr> waiting_;  // PCRs of the last datagram
  psi::SectionAssembler pat_sections_;
  psi::SectionAssembler sdt_sections_;
  psi::PatDecoder pat_decoder_;
  psi::SdtDecoder sdt_decoder_;
  std::map<Pid, std::map<std::uint16_t, PmtFollower>> pmt_followers_;
};

}  // namespace headwater::settop
