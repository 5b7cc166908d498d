// SPDX-License-Identifier: Apache-2.0
//
// A transport stream as a Timeline sees it, made on virtual time: a sender with a clock of its own, a network
// that delays each datagram, and a reader that takes packets when they are due, `delay` later. Keeps what the
// reader saw of each packet against when the sender sent it.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <random>
#include <vector>

#include "dataplane/clock/timeline.h"

namespace headwater::dataplane {

struct SenderModel {
  double packets_per_second = 2660;  // 4 Mb/s
  double ppm = 0;                    // its clock against local time
  Ticks27 pcr_interval = Ticks27::milliseconds(40);
  std::int64_t first_pcr = 0;
  Pid pcr_pid = Pid::from_wire(0x100);
  bool pcrs = true;
  bool rtp = false;
  // Packets a second at a source time (seconds since the start); replaces packets_per_second.
  std::function<double(double)> rate{};
};

class StreamModel {
 public:
  explicit StreamModel(const SenderModel& sender, Ticks27 jitter_depth = Ticks27::milliseconds(100))
      : sender_(sender), timeline_(jitter_depth) {}

  // Delay of the next datagram, ticks, given its sending time; set at will.
  std::function<std::int64_t(Instant)> network = [](Instant) { return std::int64_t{0}; };
  bool every_packet = true;  // else only a datagram's first and those with a PCR are looked at: long runs
  bool keep_order = true;    // of arrivals; else only the order in which the timeline sees them
  Ticks27 delay = Ticks27::milliseconds(200);

  SenderModel& sender() { return sender_; }
  Timeline& timeline() { return timeline_; }

  void run(double seconds);
  // Source time goes on without datagrams.
  void silence(double seconds);
  void jump_pcr(Ticks27 by, bool signalled);
  void lose_datagrams(int count) { to_lose_ = count; }
  // The sender goes on, nothing arrives, and the next datagram's sequence number tells how much is missing.
  void outage(double seconds);

  // Since the last clear_record: due - sent, in ticks, over all packets that the reader took.
  struct Record {
    double least = std::numeric_limits<double>::infinity();
    double greatest = -std::numeric_limits<double>::infinity();
    std::uint64_t packets = 0;
    std::uint64_t backwards = 0;                                  // packets due before the one taken before
    double least_wait = std::numeric_limits<double>::infinity();  // due - arrival, first packets
    double greatest_wait = -std::numeric_limits<double>::infinity();
    double fastest = std::numeric_limits<double>::infinity();  // least ticks between two packets' due times
    // The same over packets with a PCR.
    double least_pcr = std::numeric_limits<double>::infinity();
    double greatest_pcr = -std::numeric_limits<double>::infinity();
    [[nodiscard]] double pcr_peak_to_peak_ms() const { return (greatest_pcr - least_pcr) / 27e3; }
    [[nodiscard]] double peak_to_peak_ms() const { return (greatest - least) / 27e3; }
    [[nodiscard]] double middle_ms() const { return (greatest + least) / 2 / 27e3; }
  };
  [[nodiscard]] const Record& record() const { return record_; }
  void clear_record() { record_ = {}; }
  [[nodiscard]] double seconds() const { return source_seconds_; }

 private:
  struct Unread {
    std::uint64_t index = 0;
    double sent = 0;  // ticks
    Instant due;
    Instant arrival;
    bool first = false;
    bool pcr = false;
  };
  void send_datagram();
  void take(Instant now);

  SenderModel sender_;
  Timeline timeline_;
  std::deque<Unread> unread_;
  std::vector<ClockSample> samples_;
  Record record_;
  Instant last_taken_{std::numeric_limits<std::int64_t>::min()};
  double source_seconds_ = 0;
  double next_pcr_seconds_ = 0;
  std::int64_t pcr_offset_ = 0;
  bool signal_next_ = false;
  int to_lose_ = 0;
  bool outage_ = false;
  std::uint32_t missing_ = 0;  // packets of the outage
  Instant last_arrival_;
};

}  // namespace headwater::dataplane
