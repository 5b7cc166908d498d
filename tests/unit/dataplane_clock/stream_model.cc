// SPDX-License-Identifier: Apache-2.0
#include "stream_model.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace headwater::dataplane {
namespace {

constexpr std::int64_t kStart = 1'000'000'000;  // local time at source second 0

}  // namespace

void StreamModel::send_datagram() {
  samples_.clear();
  std::array<double, 7> sent{};
  std::array<bool, 7> has_pcr{};
  const double first_seconds = source_seconds_;
  for (std::uint32_t place = 0; place < 7; ++place) {
    sent[place] = static_cast<double>(kStart) + source_seconds_ / (1 + sender_.ppm * 1e-6) * 27e6;
    if (sender_.pcrs && source_seconds_ >= next_pcr_seconds_) {
      const auto ticks = std::llround(source_seconds_ * 27e6);
      samples_.push_back({.place = place,
                          .pid = sender_.pcr_pid,
                          .pcr = Pcr::from_ticks(sender_.first_pcr + pcr_offset_ + ticks),
                          .discontinuity = signal_next_});
      has_pcr[place] = true;
      signal_next_ = false;
      next_pcr_seconds_ = source_seconds_ + sender_.pcr_interval.to_seconds();
    }
    const double rate = sender_.rate ? sender_.rate(source_seconds_) : sender_.packets_per_second;
    source_seconds_ += 1 / rate;
  }
  if (outage_) {
    missing_ += 7;
    return;
  }
  if (to_lose_ > 0) {
    --to_lose_;
    return;
  }
  const Instant leaves{std::llround(sent[0])};
  Instant arrival = leaves + Ticks27{network(leaves)};
  if (keep_order) arrival = std::max(arrival, last_arrival_);
  last_arrival_ = std::max(arrival, last_arrival_);
  take(last_arrival_);

  std::optional<std::uint32_t> timestamp;
  if (sender_.rtp) timestamp = static_cast<std::uint32_t>(std::llround(first_seconds * 90e3) + 0xFFFF0000);
  const Timeline::Revision revision = timeline_.receive({.arrival = arrival,
                                                         .packets = 7,
                                                         .lost = std::exchange(missing_, 0),
                                                         .samples = samples_,
                                                         .rtp_timestamp = timestamp});
  const std::uint64_t index = timeline_.next_index() - 7;
  for (std::uint32_t place = 0; place < 7; ++place) {
    if (!every_packet && place > 0 && !has_pcr[place]) continue;
    unread_.push_back({.index = index + place,
                       .sent = sent[place],
                       .due = {},
                       .arrival = arrival,
                       .first = place == 0,
                       .pcr = has_pcr[place]});
  }
  // Only what the revision touches: what lies before keeps its place.
  std::size_t first = unread_.size();
  while (first > 0 && (revision.shift.value != 0 || unread_[first - 1].index >= revision.from)) --first;
  Instant floor = first == 0 ? last_taken_ : unread_[first - 1].due;
  for (std::size_t at = first; at < unread_.size(); ++at) {
    Unread& packet = unread_[at];
    packet.due = packet.index >= revision.from ? timeline_.due(packet.index) : packet.due + revision.shift;
    packet.due = std::max(packet.due, floor);
    floor = packet.due;
  }
}

void StreamModel::take(Instant now) {
  while (!unread_.empty() && unread_.front().due + delay <= now) {
    const Unread& packet = unread_.front();
    const double off = static_cast<double>(packet.due.value) - packet.sent;
    record_.least = std::min(record_.least, off);
    record_.greatest = std::max(record_.greatest, off);
    if (packet.due < last_taken_) ++record_.backwards;
    if (record_.packets > 0) {
      record_.fastest = std::min(record_.fastest, static_cast<double>((packet.due - last_taken_).value));
    }
    if (packet.pcr) {
      record_.least_pcr = std::min(record_.least_pcr, off);
      record_.greatest_pcr = std::max(record_.greatest_pcr, off);
    }
    if (packet.first) {
      const auto wait = static_cast<double>((packet.due - packet.arrival).value);
      record_.least_wait = std::min(record_.least_wait, wait);
      record_.greatest_wait = std::max(record_.greatest_wait, wait);
    }
    last_taken_ = packet.due;
    ++record_.packets;
    unread_.pop_front();
  }
}

void StreamModel::run(double seconds) {
  const double end = source_seconds_ + seconds;
  while (source_seconds_ < end) send_datagram();
}

void StreamModel::outage(double seconds) {
  outage_ = true;
  run(seconds);
  outage_ = false;
}

void StreamModel::silence(double seconds) {
  source_seconds_ += seconds;
}

void StreamModel::jump_pcr(Ticks27 by, bool signalled) {
  pcr_offset_ += by.value;
  signal_next_ = signalled;
}

}  // namespace headwater::dataplane
