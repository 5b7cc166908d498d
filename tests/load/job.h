// SPDX-License-Identifier: Apache-2.0
//
// Headwater under load in the lab: encoders, the real headwaterd on af_packet, and a box for each channel,
// all on this machine. The test of label load judges the figures, `hwbench lab` prints them.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>

#include "tests/system/lab.h"

namespace headwater::test {

struct LoadOptions {
  std::uint32_t channels = 100;
  std::uint64_t rate = 4'000'000;  // bit/s of each, its nulls with it
  std::chrono::seconds time{60};   // from all channels on air to the encoders' end
  std::string poll = "adaptive";
};

// From the first datagram to the last: what leads up to `time` is to be whole as well.
struct LoadFigures {
  struct Datagrams {
    std::uint64_t sent = 0;              // by the encoders
    std::uint64_t headend_received = 0;  // by its inputs' counters
    std::uint64_t headend_sent = 0;      // by its outputs' counters, when the encoders had ended
    std::uint64_t received = 0;          // by the boxes
  } datagrams;
  // Where something was lost, from the encoders to the boxes.
  struct Lost {
    std::uint64_t refused = 0;         // datagrams that the kernel would not take of the encoders
    std::uint64_t before_headend = 0;  // datagrams: the switch, or the port's ring
    std::uint64_t gaps = 0;            // that its inputs counted by RTP and continuity counters
    std::uint64_t in_headend = 0;      // whatever its ledger names
    std::string named;                 // these, each with its counter
    std::uint64_t behind_headend =
        0;                       // datagrams, by the gaps in the outputs' RTP: the port's ring, or the switch
    std::uint64_t at_boxes = 0;  // datagrams, by the boxes' sockets: part of the above
    std::uint64_t packets = 0;   // TS packets of the streams, from encoder to box, by their stamps
  } lost;
  std::uint64_t packets = 0;       // TS packets of the streams that came to the boxes
  std::uint64_t strange = 0;       // of them those of another channel, out of order or twice
  std::uint64_t disorder = 0;      // datagrams of the outputs out of order, twice or of another SSRC
  std::uint64_t damaged = 0;       // datagrams and packets that are none
  std::uint64_t cc_errors = 0;     // at the boxes
  std::uint32_t silent_boxes = 0;  // that got nothing
  bool balanced = false;           // the ledger
  std::uint64_t entries = 0;       // in it
  std::uint64_t late_departures = 0;
  double greatest_lateness_ms = 0;
  double encoders_lateness_ms = 0;

  // Over `time`.
  double input_packets = 0;                           // TS packets that the encoders sent
  double headend_user_ns = 0, headend_system_ns = 0;  // a TS packet
  // Of one core.
  double headend_share = 0, encoders_share = 0, boxes_share = 0;
  double pcr_jitter_us = 0;  // 99 % of the PCRs are no further from a straight line, of the median channel

  [[nodiscard]] bool nothing_lost() const {
    return lost.refused == 0 && lost.before_headend == 0 && lost.gaps == 0 && lost.in_headend == 0 &&
           lost.behind_headend == 0 && lost.at_boxes == 0 && lost.packets == 0 && silent_boxes == 0;
  }
  // The first place on the way where something was lost; where nothing was, who has the least of a core left.
  [[nodiscard]] std::string limit() const;
};

// The error: it could not be measured.
std::expected<LoadFigures, Lab::Trouble> run_load(const LoadOptions& options);

}  // namespace headwater::test
