// SPDX-License-Identifier: Apache-2.0
//
// The transport timeline of one input: when each of its TS packets is due, on local time. Packets are counted
// from the first that the input ever received; between two PCRs of the reference PID they are due by bytes,
// final when the second arrives, extrapolated until then. A PcrClock maps source time to local time, a
// SteeredLine follows it without steps. Without usable PCRs RTP timestamps serve, else smoothed arrival.
// A packet's due time is about its datagram's arrival, network jitter taken out; a packet that comes late is
// late, its due time stays. One worker thread, no allocation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "dataplane/clock/arrival_pacer.h"
#include "dataplane/clock/pcr_clock.h"
#include "dataplane/clock/rtp_clock_check.h"
#include "dataplane/clock/steered_line.h"
#include "psi/base/pid.h"
#include "psi/base/ticks.h"
#include "psi/ts/pcr.h"

namespace headwater::dataplane {

// A PCR within a datagram. Repeated packets (the legal duplicates) are left out.
struct ClockSample {
  std::uint32_t place = 0;  // of its packet in the datagram, from 0
  Pid pid = kNullPid;
  Pcr pcr;
  bool discontinuity = false;  // discontinuity_indicator
};

class Timeline {
 public:
  static constexpr std::size_t kMostPackets = 7;  // a datagram

  enum class State : std::uint8_t { kNone = 0, kArrival = 1, kAcquiring = 2, kLocked = 3 };

  struct Datagram {
    Instant arrival;
    std::uint32_t packets = 0;  // 1..kMostPackets, damaged ones counted
    std::uint32_t lost = 0;     // packets known to be missing before it
    std::span<const ClockSample> samples;
    std::optional<std::uint32_t> rtp_timestamp;
  };

  // What a datagram changed in the due times given before.
  struct Revision {
    std::uint64_t from = 0;  // due() of packets from here on is to be asked again
    Ticks27 shift;           // packets before `from` move by this: 0 but in the first moments of a stream
  };

  explicit Timeline(Ticks27 jitter_depth) : jitter_depth_(jitter_depth) {}
  void set_jitter_depth(Ticks27 depth) { jitter_depth_ = depth; }

  // Datagrams in the order of the stream; their arrivals may be out of order. The datagram's packets are
  // [next_index before + lost, next_index after).
  Revision receive(const Datagram& datagram);
  [[nodiscard]] std::uint64_t next_index() const { return next_index_; }

  // For indices from the last Revision's `from` on.
  [[nodiscard]] Instant due(std::uint64_t index) const;

  [[nodiscard]] State state() const;
  [[nodiscard]] std::optional<Pid> reference() const;
  // The source's clock against local time, parts in 10^9: positive where the source runs fast.
  [[nodiscard]] std::int64_t drift_ppb() const;
  // By how much the due times still differ from the estimate.
  [[nodiscard]] Ticks27 error() const { return error_; }
  [[nodiscard]] std::uint64_t discontinuities() const { return discontinuities_; }

 private:
  // What the due times go by.
  enum class Source : std::uint8_t { kNone, kArrival, kRtp, kPcr };

  struct Point {
    std::uint64_t index = 0;
    Instant due;
  };

  void begin(Instant arrival);
  [[nodiscard]] Instant resume_point(Instant arrival) const;
  [[nodiscard]] bool settled(Instant arrival) const { return arrival - begun_ > jitter_depth_ * 2; }
  void place_by_arrival(const Datagram& datagram);
  void keep_within_reach(Instant arrival);
  void count_in_segment(Instant arrival);
  void on_pcr(const ClockSample& sample, Instant arrival, Revision& revision);
  void on_rtp(std::uint32_t timestamp, Instant arrival, Revision& revision);
  void consider(const ClockSample& sample, Instant arrival, Revision& revision);
  void adopt_clock(Source source, std::uint64_t index, Instant due, Instant arrival);
  void fall_back_to_arrival(Instant arrival);
  [[nodiscard]] bool jumped(std::uint64_t index, std::int64_t advance, Instant arrival) const;
  void close_segment(std::uint64_t index, std::int64_t advance, Instant arrival, Revision& revision);
  void rebase(std::uint64_t index, Instant arrival);
  void acquire(const PcrClock::Segment& segment, Instant arrival, Revision& revision);
  void follow(double seconds);
  void open_segment(std::uint64_t index, Instant due, Instant arrival);
  [[nodiscard]] PcrClock::Segment segment_sums(double ticks_per_packet, bool steady) const;

  Ticks27 jitter_depth_;
  Source source_ = Source::kNone;
  std::uint64_t next_index_ = 0;
  std::uint64_t first_index_ = 0;  // of the present datagram
  Instant last_arrival_;           // the latest so far

  // Fixed points of the due line, newest last in time; between them it is straight. Beyond the newest it goes
  // on by tail_ticks_, moved by tail_shift_.
  std::array<Point, 16> points_{};
  std::size_t newest_ = 0;
  double tail_ticks_ = 0;  // a packet
  double tail_shift_ = 0;

  ArrivalPacer pacer_;
  RtpClockCheck rtp_check_;
  SteeredLine line_;
  PcrClock clock_;
  bool locked_ = false;
  Ticks27 error_;

  // Sums over datagrams of arrival (relative to segment_arrival_) and packet index (relative to the newest
  // point).
  struct SegmentSums {
    double count = 0;
    double arrival = 0, arrival_square = 0;
    double index = 0, index_square = 0;
    double cross = 0;
  };

  // The open segment, from the newest point on: source time there, all its datagrams, and its first one.
  std::int64_t segment_source_ = 0;
  Instant segment_arrival_;
  SegmentSums all_, first_;
  double source_ticks_ = 0;  // a packet, in the last segment; 0: not known

  // The first moments after a start: phase is the mean of what has arrived, and still may step.
  bool acquiring_phase_ = false;
  Instant begun_;
  double acquired_count_ = 0, acquired_sum_ = 0, acquired_square_ = 0;

  // Smoothed arrival waits for the second PCR of a PID.
  struct Candidate {
    bool known = false;
    Pid pid = kNullPid;
    Pcr pcr;
    Point point;
    Instant arrival;
  };
  Candidate candidate_;

  Pid reference_ = kNullPid;
  Pcr last_pcr_;
  std::uint32_t last_rtp_timestamp_ = 0;
  int rtp_jumps_ = 0;
  Instant reference_arrival_;  // of the newest PCR of the reference PID
  std::uint64_t discontinuities_ = 0;
};

}  // namespace headwater::dataplane
