// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/output_lane.h"

#include <algorithm>
#include <array>

namespace headwater::dataplane {
namespace {

constexpr Ticks27 kLate = Ticks27::milliseconds(1);
// Each so much of lateness adds the usual pace once more: a worker that gets only part of its core must still
// not fall behind for ever.
constexpr Ticks27 kHurry = Ticks27::milliseconds(25);

}  // namespace

void OutputLane::hold(std::int64_t packets) {
  held_ += packets;
  counters_.held.set(held_);
}

void OutputLane::note_departure(Instant now, Instant due) {
  // A pause is not the pace of what comes after it.
  const Ticks27 gap = std::clamp(due - due_, Ticks27{}, kDatagramSpan);
  gap_ = gap_ + (gap - gap_) / 8;
  departed_ = now;
  due_ = due;
}

std::optional<Instant> OutputLane::next_look(Instant now) {
  const std::optional<Instant> look = schedule_.next_look(now);
  if (!look || *look >= now) return look;
  return std::max(*look, departed_ + gap_ / (2 + (now - *look).value / kHurry.value));
}

void OutputLane::depart(Instant now, std::span<const std::unique_ptr<PortLane>> ports) {
  const std::optional<Schedule::Datagram> datagram = schedule_.select(now);
  if (!datagram) return;
  note_departure(now, datagram->departure);
  const Destination& destination = schedule_.part()->destination;
  if (schedule_.part_changes() != addressed_) {
    framer_.address(destination);
    addressed_ = schedule_.part_changes();
  }
  PortLane& lane = *ports[destination.port.index];
  const std::size_t payload = datagram->packets * ts::kPacketSize;
  PortLane::Refusal why{};
  Frame* frame = lane.fresh(why);
  if (frame == nullptr) {
    // The counters go on, so that receivers see what is missing.
    std::array<std::uint8_t, kPacketsPerDatagram * ts::kPacketSize> nowhere;
    schedule_.write(nowhere);
    framer_.skip();
    (why == PortLane::Refusal::kQueueFull ? counters_.drop_tx_full : counters_.drop_no_buffer)
        .add(datagram->packets);
    return;
  }
  schedule_.write({frame->data + framer_.payload_offset(), payload});
  framer_.finish(*frame, payload, datagram->departure);
  lane.put(datagram->departure, {slot_, static_cast<std::uint16_t>(datagram->packets), frame->length});
  hold(static_cast<std::int64_t>(datagram->packets));
}

void OutputLane::count_sent(Instant now, Instant departure, std::uint16_t packets) {
  hold(-std::int64_t{packets});
  counters_.emitted.add(packets);
  counters_.emitted_bytes.add(packets * ts::kPacketSize);
  counters_.datagrams.add();
  const Ticks27 lateness = now - departure;
  if (lateness > kLate) counters_.late_departures.add();
  if (lateness.value > counters_.greatest_lateness_ticks.get()) {
    counters_.greatest_lateness_ticks.set(lateness.value);
  }
}

void OutputLane::count_stopped(std::uint64_t packets) {
  hold(-static_cast<std::int64_t>(packets));
  counters_.drop_stopped.add(packets);
}

}  // namespace headwater::dataplane
