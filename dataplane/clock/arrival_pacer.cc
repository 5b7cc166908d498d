// SPDX-License-Identifier: Apache-2.0
#include "dataplane/clock/arrival_pacer.h"

#include <algorithm>
#include <cmath>

namespace headwater::dataplane {
namespace {

constexpr double kRateMemory = 2.0 * 27e6;   // ticks
constexpr double kPhaseMemory = 2.0 * 27e6;  // ticks
constexpr double kSettled = 1000;            // datagrams

}  // namespace

void ArrivalPacer::start(Instant arrival, Instant due, double ticks_per_packet) {
  last_arrival_ = arrival;
  last_due_ = due;
  expected_ = 0;
  ticks_per_packet_ = ticks_per_packet;
  last_packets_ = 0;
  datagrams_ = ticks_per_packet > 0 ? kSettled : 0;
  // What is known counts as a tenth of the memory, so that a wrong start is soon forgotten.
  ticks_sum_ = ticks_per_packet > 0 ? kRateMemory / 10 : 0;
  packet_sum_ = ticks_per_packet > 0 ? ticks_sum_ / ticks_per_packet : 0;
}

Instant ArrivalPacer::next(Instant arrival, std::uint32_t packets, std::uint32_t lost, Ticks27 jitter_depth) {
  const double elapsed = std::max(static_cast<double>((arrival - last_arrival_).value), 0.0);
  if (last_packets_ > 0) {
    // Fades by what came, not by time: the gap before a burst must not weigh more than its packets.
    const double came = last_packets_ + lost;
    const double keep = 1.0 / (1.0 + came * ticks_per_packet_ / kRateMemory);
    ticks_sum_ = ticks_sum_ * keep + elapsed;
    packet_sum_ = packet_sum_ * keep + came;
    ticks_per_packet_ = ticks_sum_ / packet_sum_;
  }
  double due = expected_ + lost * ticks_per_packet_;
  const auto arrived = static_cast<double>((arrival - last_due_).value);
  // Weighed by what the datagram carries, not by the time since the one before: else those that others queue
  // behind would count for all of them. At first a plain mean.
  const double weight = packets * ticks_per_packet_ / kPhaseMemory;
  datagrams_ = std::min(datagrams_ + 1, kSettled);
  due += (arrived - due) * std::clamp(weight, 1 / datagrams_, 1.0);
  const auto depth = static_cast<double>(jitter_depth.value);
  due = std::max(std::clamp(due, arrived - depth, arrived + depth), 0.0);

  const double whole = std::floor(due);
  last_due_ = last_due_ + Ticks27{static_cast<std::int64_t>(whole)};
  last_arrival_ = std::max(arrival, last_arrival_);
  expected_ = due - whole + packets * ticks_per_packet_;
  last_packets_ = packets;
  return last_due_;
}

}  // namespace headwater::dataplane
