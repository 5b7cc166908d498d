// SPDX-License-Identifier: Apache-2.0
#include "dataplane/clock/timeline.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace headwater::dataplane {
namespace {

constexpr Ticks27 kSilence = Ticks27::seconds(1);  // after that a stream begins anew
// ISO/IEC 13818-1 2.7.2 wants a PCR each 100 ms; what comes each 500 ms still serves.
constexpr Ticks27 kReferenceSilent = Ticks27::milliseconds(500);  // where another PID has PCRs
constexpr Ticks27 kReferenceLost = Ticks27::milliseconds(700);
// TR 101 290 2.3b: a jump by more than this, unannounced, is a discontinuity.
constexpr std::int64_t kJump = Ticks27::milliseconds(100).value;
constexpr int kMostRtpJumps = 3;
constexpr double kSteady = 1.0 / 16;  // change of rate from one segment to the next

constexpr double kTicksPerMicrosecond = 27;
constexpr double kLockPhase = 150 * kTicksPerMicrosecond;
constexpr double kLockError = 100 * kTicksPerMicrosecond;
constexpr double kLockFrequency = 0.7e-6;
constexpr double kLockSlope = 0.3e-6;
constexpr double kUnlockPhase = 1000 * kTicksPerMicrosecond;
// What a discontinuity may have done to a stream's phase and frequency: the splice is placed by bytes.
constexpr double kSplicePhase = 10'000 * kTicksPerMicrosecond;
constexpr double kSpliceFrequency = 2e-6;

// 0.9 ppm a PCR keeps PCR_AC within a tick while the frequency is sought.
constexpr SteeredLine::Limits kSeeking{.slew = 500e-6, .change = 0.9e-6, .settle = 2};
// ISO/IEC 13818-1 2.4.2.1: 75 mHz/s of 27 MHz, times the seconds of the step.
constexpr double kNormChange = 75e-3 / 27e6;
constexpr double kLockedSlew = 10e-6;
constexpr double kLockedSettle = 20;

}  // namespace

// Where smoothed arrival goes on: behind what came before, and no further than the depth from what comes now.
// What is lost in between is the pacer's to count.
Instant Timeline::resume_point(Instant arrival) const {
  const Instant reachable = std::min(due(next_index_), arrival + jitter_depth_);
  return std::max(reachable, points_[newest_].due);
}

void Timeline::begin(Instant arrival) {
  // Later than anything that was due before, should the stream come back early.
  const Instant due = source_ == Source::kNone ? arrival : std::max(arrival, resume_point(arrival));
  source_ = Source::kArrival;
  locked_ = false;
  error_ = {};
  acquiring_phase_ = false;
  begun_ = arrival;
  candidate_.known = false;
  rtp_check_.reset();
  tail_ticks_ = 0;
  pacer_.start(arrival, due, 0);
}

Timeline::Revision Timeline::receive(const Datagram& datagram) {
  const Instant arrival = datagram.arrival;
  first_index_ = next_index_ + datagram.lost;
  Revision revision{.from = first_index_, .shift = {}};
  if (source_ == Source::kNone || arrival - last_arrival_ > kSilence) begin(arrival);
  if (source_ >= Source::kRtp && arrival - reference_arrival_ > kReferenceLost) fall_back_to_arrival(arrival);
  last_arrival_ = std::max(last_arrival_, arrival);
  next_index_ = first_index_ + datagram.packets;

  if (source_ == Source::kArrival) {
    place_by_arrival(datagram);
    if (datagram.rtp_timestamp) rtp_check_.add(arrival, *datagram.rtp_timestamp);
    if (datagram.samples.empty() && datagram.rtp_timestamp && rtp_check_.plausible()) {
      last_rtp_timestamp_ = *datagram.rtp_timestamp;
      source_ticks_ = pacer_.ticks_per_packet();
      adopt_clock(Source::kRtp, first_index_, due(first_index_), arrival);
      return revision;
    }
    for (const ClockSample& sample : datagram.samples) {
      if (source_ == Source::kArrival) {
        consider(sample, arrival, revision);
      } else {
        on_pcr(sample, arrival, revision);
      }
    }
    return revision;
  }
  keep_within_reach(arrival);
  if (source_ == Source::kRtp && datagram.rtp_timestamp) on_rtp(*datagram.rtp_timestamp, arrival, revision);
  // The datagram counts where its first packet lies: before a PCR further in, after one that stands there.
  bool counted = false;
  for (const ClockSample& sample : datagram.samples) {
    if (sample.place > 0 && !counted) {
      count_in_segment(arrival);
      counted = true;
    }
    on_pcr(sample, arrival, revision);
  }
  if (!counted && source_ >= Source::kRtp) count_in_segment(arrival);
  return revision;
}

void Timeline::place_by_arrival(const Datagram& datagram) {
  const Instant due = pacer_.next(datagram.arrival, datagram.packets, datagram.lost, jitter_depth_);
  points_[newest_] = {.index = first_index_, .due = due};
  tail_shift_ = 0;
  tail_ticks_ = pacer_.ticks_per_packet();
}

// The datagram's extrapolated place stays near its arrival: the rate may have changed since the last PCR.
void Timeline::keep_within_reach(Instant arrival) {
  tail_shift_ = 0;
  const Instant due = this->due(first_index_);
  Instant kept = std::min(due, arrival + jitter_depth_);
  if (arrival - segment_arrival_ > jitter_depth_ * 2) kept = std::max(kept, arrival - jitter_depth_);
  kept = std::max(kept, points_[newest_].due);
  tail_shift_ = static_cast<double>((kept - due).value);
}

void Timeline::count_in_segment(Instant arrival) {
  const auto place = static_cast<double>(first_index_ - points_[newest_].index);
  const auto local = static_cast<double>((arrival - segment_arrival_).value);
  all_.count += 1;
  all_.arrival += local;
  all_.arrival_square += local * local;
  all_.index += place;
  all_.index_square += place * place;
  all_.cross += local * place;
  if (all_.count == 1 && place < kMostPackets) first_ = all_;
}

void Timeline::on_pcr(const ClockSample& sample, Instant arrival, Revision& revision) {
  const std::uint64_t index = first_index_ + sample.place;
  if (source_ == Source::kRtp) {
    rebase(index, arrival);
    source_ = Source::kPcr;
    reference_ = sample.pid;
  } else if (sample.pid != reference_) {
    if (arrival - reference_arrival_ < kReferenceSilent) return;
    rebase(index, arrival);
    reference_ = sample.pid;
  } else {
    const std::int64_t advance = (sample.pcr - last_pcr_).value;
    if (sample.discontinuity || jumped(index, advance, arrival)) {
      ++discontinuities_;
      rebase(index, arrival);
    } else {
      close_segment(index, advance, arrival, revision);
    }
  }
  last_pcr_ = sample.pcr;
  reference_arrival_ = arrival;
}

void Timeline::on_rtp(std::uint32_t timestamp, Instant arrival, Revision& revision) {
  const std::int64_t advance = std::int64_t{static_cast<std::int32_t>(timestamp - last_rtp_timestamp_)} * 300;
  if (advance == 0) return;  // one timestamp may stand on several datagrams
  if (jumped(first_index_, advance, arrival)) {
    if (++rtp_jumps_ >= kMostRtpJumps) {
      fall_back_to_arrival(arrival);
      return;
    }
    rebase(first_index_, arrival);
  } else {
    close_segment(first_index_, advance, arrival, revision);
  }
  last_rtp_timestamp_ = timestamp;
  reference_arrival_ = arrival;
}

// Smoothed arrival ends at the second PCR of a PID that agrees with arrival.
void Timeline::consider(const ClockSample& sample, Instant arrival, Revision& revision) {
  const std::uint64_t index = first_index_ + sample.place;
  const bool same = candidate_.known && candidate_.pid == sample.pid;
  if (candidate_.known && !same && arrival - candidate_.arrival < kReferenceSilent) return;
  const std::int64_t advance = (sample.pcr - candidate_.pcr).value;
  const std::int64_t elapsed = (arrival - candidate_.arrival).value;
  const bool agrees = advance > 0 && std::abs(advance - elapsed) < kJump + jitter_depth_.value;
  // PCRs further apart would lose the reference before the next one.
  const bool near = elapsed <= kReferenceSilent.value;
  if (!same || sample.discontinuity || !agrees || !near) {
    candidate_ = {.known = true,
                  .pid = sample.pid,
                  .pcr = sample.pcr,
                  .point = {.index = index, .due = due(index)},
                  .arrival = arrival};
    return;
  }
  source_ticks_ = static_cast<double>(advance) / static_cast<double>(index - candidate_.point.index);
  Instant due = this->due(index);
  if (!settled(arrival)) {
    // A fresh stream: what came since the first PCR is due by bytes too.
    points_[newest_] = candidate_.point;
    revision.from = candidate_.point.index;
    due = candidate_.point.due + Ticks27{advance};
  }
  adopt_clock(Source::kPcr, index, due, arrival);
  reference_ = sample.pid;
  last_pcr_ = sample.pcr;
}

void Timeline::adopt_clock(Source source, std::uint64_t index, Instant due, Instant arrival) {
  source_ = source;
  line_.set(segment_source_, due);
  line_.set_slope(clock_.frequency());
  open_segment(index, due, arrival);
  tail_ticks_ = source_ticks_ * (1.0 + line_.slope());
  reference_arrival_ = arrival;
  rtp_jumps_ = 0;
  locked_ = false;
  acquiring_phase_ = !settled(arrival);
  acquired_count_ = acquired_sum_ = acquired_square_ = 0;
  if (!acquiring_phase_) {
    // Smoothed arrival has found the phase.
    const auto depth = static_cast<double>(jitter_depth_.value);
    clock_.start(segment_source_, due, depth / 20, depth / 10);
  }
}

void Timeline::fall_back_to_arrival(Instant arrival) {
  pacer_.start(arrival, resume_point(arrival), tail_ticks_);
  rtp_check_.reset();
  candidate_.known = false;
  source_ = Source::kArrival;
  locked_ = false;
  error_ = {};
}

bool Timeline::jumped(std::uint64_t index, std::int64_t advance, Instant arrival) const {
  if (advance <= 0 || index <= points_[newest_].index) return true;
  if (std::abs(advance - (arrival - reference_arrival_).value) <= kJump) return false;
  if (source_ticks_ <= 0) return true;
  const double by_bytes = static_cast<double>(index - points_[newest_].index) * source_ticks_;
  return std::abs(static_cast<double>(advance) - by_bytes) > static_cast<double>(kJump);
}

void Timeline::close_segment(std::uint64_t index, std::int64_t advance, Instant arrival, Revision& revision) {
  const Point begin = points_[newest_];
  const auto packets = static_cast<double>(index - begin.index);
  const double ticks = static_cast<double>(advance) / packets;
  const double by_bytes = packets * source_ticks_;
  // Where the rate changes or packets are missing, bytes do not say when packets within the segment were
  // sent: then only the datagram at its PCR counts.
  const bool steady = std::abs(static_cast<double>(advance) - by_bytes) < by_bytes * kSteady;
  const PcrClock::Segment sums = segment_sums(ticks, steady);
  source_ticks_ = ticks;
  segment_source_ += advance;
  revision.from = std::min(revision.from, begin.index);
  line_.advance(segment_source_);
  open_segment(index, std::max(line_.at(segment_source_), begin.due), arrival);

  if (acquiring_phase_) {
    acquire(sums, arrival, revision);
  } else {
    clock_.measure(sums, segment_source_);
    follow(Ticks27{advance}.to_seconds());
  }
  tail_ticks_ = ticks * (1.0 + line_.slope());
}

// Source time that cannot be followed (a discontinuity, another PID): due times go on by bytes.
void Timeline::rebase(std::uint64_t index, Instant arrival) {
  const Instant due = std::max(this->due(index), points_[newest_].due);
  segment_source_ = line_.source_at(due);
  line_.set(segment_source_, due);
  open_segment(index, due, arrival);
  clock_.disturb(kSplicePhase, kSpliceFrequency);
  locked_ = false;
}

PcrClock::Segment Timeline::segment_sums(double ticks, bool steady) const {
  const SegmentSums& sums = steady ? all_ : first_;
  return {.source = segment_source_,
          .local = segment_arrival_,
          .count = sums.count,
          .local_sum = sums.arrival,
          .local_square = sums.arrival_square,
          .source_sum = sums.index * ticks,
          .source_square = sums.index_square * ticks * ticks,
          .cross = sums.cross * ticks};
}

void Timeline::open_segment(std::uint64_t index, Instant due, Instant arrival) {
  newest_ = (newest_ + 1) % points_.size();
  points_[newest_] = {.index = index, .due = due};
  tail_shift_ = 0;
  segment_arrival_ = arrival;
  all_ = first_ = {};
}

// Phase is where arrivals lie on average; what no reader has taken yet moves with it.
void Timeline::acquire(const PcrClock::Segment& sums, Instant arrival, Revision& revision) {
  const double slope = 1.0 + line_.slope();
  const auto offset = static_cast<double>((line_.at(sums.source) - sums.local).value);
  acquired_count_ += sums.count;
  acquired_sum_ += sums.local_sum - slope * sums.source_sum - sums.count * offset;
  acquired_square_ += sums.local_square + slope * slope * sums.source_square + sums.count * offset * offset -
                      2 * slope * sums.cross - 2 * offset * sums.local_sum +
                      2 * slope * offset * sums.source_sum;
  if (acquired_count_ < 1) return;
  const double mean = acquired_sum_ / acquired_count_;
  const double variance = std::max(acquired_square_ / acquired_count_ - mean * mean, 0.0);
  const Ticks27 shift{std::llround(mean)};
  line_.shift(shift);
  for (Point& point : points_) point.due = point.due + shift;
  revision.shift = revision.shift + shift;
  const auto moved = static_cast<double>(shift.value);
  acquired_square_ += acquired_count_ * moved * moved - 2 * moved * acquired_sum_;
  acquired_sum_ -= acquired_count_ * moved;

  if (arrival - begun_ < jitter_depth_ || acquired_count_ < 2) return;
  acquiring_phase_ = false;
  // Arrivals that are late together make the mean worse than their number says.
  const double sigma = std::sqrt(variance);
  clock_.start(segment_source_, line_.at(segment_source_), 2 * sigma / std::sqrt(acquired_count_), sigma);
}

void Timeline::follow(double seconds) {
  const double error = clock_.ahead_of(line_.at(segment_source_), segment_source_);
  error_ = Ticks27{std::llround(error)};
  const double off = std::abs(error);
  const double turn = std::abs(line_.slope() - clock_.frequency());
  if (!locked_) {
    locked_ = clock_.phase_sigma() < kLockPhase && clock_.frequency_sigma() < kLockFrequency &&
              off < kLockError && turn < kLockSlope;
  } else if (clock_.phase_sigma() > kUnlockPhase || off > static_cast<double>(jitter_depth_.value) / 2) {
    locked_ = false;
  }
  SteeredLine::Limits limits = kSeeking;
  if (locked_) limits = {.slew = kLockedSlew, .change = kNormChange * seconds, .settle = kLockedSettle};
  line_.steer(error, clock_.frequency(), seconds, limits);
}

Instant Timeline::due(std::uint64_t index) const {
  const Point& newest = points_[newest_];
  if (index >= newest.index) {
    const double beyond = static_cast<double>(index - newest.index) * tail_ticks_ + tail_shift_;
    return newest.due + Ticks27{static_cast<std::int64_t>(beyond)};
  }
  std::size_t at = newest_;
  for (std::size_t step = 1; step < points_.size(); ++step) {
    const Point& end = points_[at];
    at = (at + points_.size() - 1) % points_.size();
    const Point& begin = points_[at];
    if (index < begin.index) continue;
    const auto span = static_cast<double>((end.due - begin.due).value);
    const double part =
        static_cast<double>(index - begin.index) / static_cast<double>(end.index - begin.index);
    return begin.due + Ticks27{static_cast<std::int64_t>(span * part)};
  }
  return points_[at].due;
}

Timeline::State Timeline::state() const {
  if (source_ == Source::kNone) return State::kNone;
  if (source_ == Source::kArrival) return State::kArrival;
  return locked_ ? State::kLocked : State::kAcquiring;
}

std::optional<Pid> Timeline::reference() const {
  if (source_ != Source::kPcr) return std::nullopt;
  return reference_;
}

std::int64_t Timeline::drift_ppb() const {
  if (source_ < Source::kRtp) return 0;
  return std::llround(-clock_.frequency() * 1e9);
}

}  // namespace headwater::dataplane
