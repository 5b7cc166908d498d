// SPDX-License-Identifier: Apache-2.0
//
// Smoothed arrival: due times for a stream that carries no usable clock. Datagrams are paced by the measured
// mean packet rate and drawn slowly to where they arrive on average; a due time never lies further than the
// jitter depth from its datagram's arrival, and never before the one before. One worker thread.
#pragma once

#include <cstdint>

#include "psi/base/ticks.h"

namespace headwater::dataplane {

class ArrivalPacer {
 public:
  // The next packet is due at `due`; ticks_per_packet 0 where nothing is known of the rate.
  void start(Instant arrival, Instant due, double ticks_per_packet);
  // The next datagram of `packets`; `lost` packets before it are known to be missing. Gives the due time of
  // its first packet.
  Instant next(Instant arrival, std::uint32_t packets, std::uint32_t lost, Ticks27 jitter_depth);

  [[nodiscard]] double ticks_per_packet() const { return ticks_per_packet_; }

 private:
  Instant last_arrival_;
  Instant last_due_;
  double expected_ = 0;  // of the next packet, ticks after last_due_
  double ticks_per_packet_ = 0;
  std::uint32_t last_packets_ = 0;
  double datagrams_ = 0;  // since the start, while few
  // Sums that fade with a time constant: their quotient is the mean rate.
  double ticks_sum_ = 0;
  double packet_sum_ = 0;
};

}  // namespace headwater::dataplane
