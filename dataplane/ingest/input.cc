// SPDX-License-Identifier: Apache-2.0
#include "dataplane/ingest/input.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <span>

#include "dataplane/clock/timeline.h"
#include "dataplane/ingest/inspect.h"
#include "dataplane/ingest/rtp_order.h"
#include "dataplane/ingest/ts_layout.h"
#include "dataplane/wire/rtp.h"

namespace headwater::dataplane {
namespace {

constexpr Ticks27 kPresenceInterval = Ticks27::milliseconds(100);
constexpr std::int64_t kNoReference = -1;

void release(const Frame& frame) {
  frame.pool->release(std::span(&frame, 1));
}

}  // namespace

struct Input::State {
  // TS packets of one datagram, in stream order.
  struct Payload {
    Frame frame;
    Instant arrival;
    std::uint16_t offset = 0;
    TsPlacement placement;
    std::uint32_t lost = 0;  // TS packets known to be missing before it
    std::optional<std::uint32_t> rtp_timestamp;
    const channel::FedFrame* fed = nullptr;  // its due times, of a file
  };

  State(const InputPlan& part, InputCounters& to, channel::PuntRing& ring)
      : plan(&part),
        counters(to),
        punt(ring),
        history(part.history_frames),
        timeline(part.jitter_depth),
        inspector(to) {
    if (part.match && part.encapsulation == Encapsulation::kRtp) order = std::make_unique<RtpOrder>();
  }

  void adopt(const InputPlan& part, InputMemory& memory);
  void receive_udp(Instant now, const Frame& frame, Bytes payload, std::uint16_t offset);
  void receive_rtp(Instant now, const Frame& frame, Bytes datagram, std::uint16_t offset);
  void deliver_rtp(const RtpPacket& packet, std::uint32_t lost);
  void accept(const Payload& payload);
  void revise(const Timeline::Revision& revision);
  void hear(Instant at) const;
  void count(const Inspected& packet) const;
  [[nodiscard]] Instant last_due() const;
  void show_timeline() const;
  void show_rtp();

  const InputPlan* plan;
  InputCounters& counters;
  channel::PuntRing& punt;
  History history;
  Timeline timeline;
  Inspector inspector;
  std::unique_ptr<RtpOrder> order;  // of an RTP input: for its whole life
  RtpOrder::Events shown;           // of order's events, what the counters have
  TsLayout layout;
  std::uint8_t packets_per_datagram = 0;  // of the last one
  bool file = false;
  std::optional<Instant> last_datagram;
  std::optional<Instant> next_presence;
};

void Input::State::adopt(const InputPlan& part, InputMemory& memory) {
  plan = &part;
  timeline.set_jitter_depth(part.jitter_depth);
  history.grow(memory.history);
  if (memory.pids) inspector.adopt(*memory.pids, last_datagram.value_or(Instant{}));
}

void Input::State::receive_udp(Instant now, const Frame& frame, Bytes payload, std::uint16_t offset) {
  const auto placement = find_packets(payload, layout);
  if (!placement) {
    counters.drop_payload_size.add();
    release(frame);
    return;
  }
  counters.accepted.add();
  accept({.frame = frame, .arrival = now, .offset = offset, .placement = *placement, .rtp_timestamp = {}});
}

void Input::State::receive_rtp(Instant now, const Frame& frame, Bytes datagram, std::uint16_t offset) {
  const auto rtp = wire::RtpView::parse(datagram);
  if (!rtp) {
    counters.drop_rtp_header.add();
    release(frame);
    return;
  }
  const auto placement = find_packets(rtp->payload(), layout);
  // RFC 3551 gives transport streams type 33; senders that number it otherwise must show sync bytes. What has
  // none (FEC, retransmissions, RTCP on the same port) would upset the order by its own sequence numbers.
  const bool synchronised = placement && rtp->payload()[placement->layout.prefix] == ts::kSyncByte;
  if (rtp->payload_type() != wire::kRtpPayloadTypeMpeg2Ts && !synchronised) {
    counters.drop_rtp_other.add();
    release(frame);
    return;
  }
  if (!placement) {
    counters.drop_payload_size.add();
    release(frame);
    return;
  }
  const RtpPacket packet{.frame = frame,
                         .arrival = now,
                         .offset = static_cast<std::uint16_t>(offset + rtp->payload_offset()),
                         .placement = *placement,
                         .sequence = rtp->sequence(),
                         .timestamp = rtp->timestamp(),
                         .ssrc = rtp->ssrc()};
  const auto verdict =
      order->push(packet, [this](const RtpPacket& next, std::uint32_t lost) { deliver_rtp(next, lost); });
  if (verdict == RtpOrder::Verdict::kDuplicate) {
    counters.drop_rtp_duplicate.add();
    release(frame);
  } else if (verdict == RtpOrder::Verdict::kLate) {
    counters.drop_rtp_late.add();
    release(frame);
  } else if (synchronised) {
    // It may be held for long, until the one before it comes.
    hear(now);
  }
  show_rtp();
}

void Input::State::hear(Instant at) const {
  counters.last_packet.set(std::max(counters.last_packet.get(), at.value));
}

void Input::State::deliver_rtp(const RtpPacket& packet, std::uint32_t lost) {
  counters.accepted.add();
  accept({.frame = packet.frame,
          .arrival = packet.arrival,
          .offset = packet.offset,
          .placement = packet.placement,
          .lost = lost * packets_per_datagram,
          .rtp_timestamp = packet.timestamp});
}

void Input::State::accept(const Payload& payload) {
  const TsPlacement& placement = payload.placement;
  layout = placement.layout;
  packets_per_datagram = placement.count;
  counters.torn_bytes.add(placement.torn_bytes);

  const bool room = !history.full();
  const Bytes data = Bytes(payload.frame.bytes()).subspan(payload.offset);
  const auto bytes_of = [&](std::size_t place) {
    return data.subspan(place * placement.layout.stride + placement.layout.prefix).first<ts::kPacketSize>();
  };
  HistoryFrame held{.frame = payload.frame};
  std::array<ClockSample, kPacketsPerDatagram> samples{};
  std::size_t sample_count = 0;
  std::array<bool, kPacketsPerDatagram> psi{};
  for (std::uint8_t place = 0; place < placement.count; ++place) {
    if (payload.fed != nullptr && ((payload.fed->seam >> place) & 1) != 0) {
      inspector.seam();
      counters.file_loops.add();
    }
    const auto packet = inspector.inspect(payload.arrival, bytes_of(place));
    if (!packet) continue;
    if (packet->pcr && !packet->duplicate) {
      samples[sample_count++] = {
          .place = place, .pid = packet->pid, .pcr = *packet->pcr, .discontinuity = packet->discontinuity};
    }
    psi[held.count] = packet->action.psi;
    const std::size_t offset =
        payload.offset + std::size_t{place} * placement.layout.stride + placement.layout.prefix;
    held.packets[held.count++] = {.due = {},
                                  .offset = static_cast<std::uint16_t>(offset),
                                  .pid = packet->pid,
                                  .duplicate = packet->duplicate,
                                  .seam = packet->seam,
                                  .scrambled = packet->scrambled,
                                  .place = place};
    if (room) {
      count(*packet);
    } else {
      counters.drop_history_full.add();
    }
  }

  if (held.count > 0) hear(payload.arrival);

  if (payload.fed == nullptr) {
    const std::uint64_t discontinuities = timeline.discontinuities();
    revise(timeline.receive({.arrival = payload.arrival,
                             .packets = placement.count,
                             .lost = payload.lost,
                             .samples = std::span(samples).first(sample_count),
                             .rtp_timestamp = payload.rtp_timestamp}));
    counters.pcr_discontinuity.add(timeline.discontinuities() - discontinuities);
    held.stream_index = timeline.next_index() - placement.count;
  }
  Instant floor = last_due();
  for (std::size_t k = 0; k < held.count; ++k) {
    HistoryPacket& packet = held.packets[k];
    const Instant due = payload.fed != nullptr ? payload.fed->due[packet.place]
                                               : timeline.due(held.stream_index + packet.place);
    packet.due = floor = std::max(due, floor);
    if (psi[k]) {
      const StreamPosition position{history.end_position() + k};
      inspector.punt(bytes_of(packet.place), {plan->slot, plan->life, position, payload.arrival}, punt);
    }
  }
  if (room && held.count > 0) {
    history.append(held);
  } else {
    release(payload.frame);
  }
}

void Input::State::count(const Inspected& packet) const {
  if (packet.pid == kNullPid) {
    counters.null.add();
  } else if (packet.action.psi) {
    counters.psi.add();
  } else if (packet.action.routed) {
    counters.routed.add();
  } else {
    counters.unrouted.add();
  }
}

Instant Input::State::last_due() const {
  if (history.size() == 0) return history.freed_due();
  const HistoryFrame& last = history.at(history.end() - 1);
  return last.packets[last.count - 1].due;
}

// Due times that no reader has taken yet follow the timeline; none goes before the one in front of it.
void Input::State::revise(const Timeline::Revision& revision) {
  const bool all = revision.shift.value != 0;
  const std::uint64_t first = history.first_untaken();
  std::uint64_t sequence = history.end();
  while (sequence > first &&
         (all || history.at(sequence - 1).stream_index + kPacketsPerDatagram > revision.from)) {
    --sequence;
  }
  if (sequence == history.end()) return;
  Instant floor = history.freed_due();
  if (sequence > history.begin()) {
    const HistoryFrame& before = history.at(sequence - 1);
    floor = before.packets[before.count - 1].due;
  }
  for (; sequence < history.end(); ++sequence) {
    HistoryFrame& frame = history.at(sequence);
    for (HistoryPacket& packet : std::span(frame.packets).first(frame.count)) {
      const std::uint64_t index = frame.stream_index + packet.place;
      const Instant due = index >= revision.from ? timeline.due(index) : packet.due + revision.shift;
      packet.due = floor = std::max(due, floor);
    }
  }
}

void Input::State::show_rtp() {
  const RtpOrder::Events& now = order->events();
  counters.rtp_lost.add(now.lost - shown.lost);
  counters.rtp_reordered.add(now.reordered - shown.reordered);
  counters.rtp_restarts.add(now.restarts - shown.restarts);
  counters.datagrams_held.set(static_cast<std::int64_t>(order->held()));
  shown = now;
}

void Input::State::show_timeline() const {
  counters.history_frames.set(static_cast<std::int64_t>(history.size()));
  if (file) {
    // A file is due by its own PCRs, on local time: there is nothing to lock to.
    counters.timeline_state.set(static_cast<std::int64_t>(Timeline::State::kLocked));
    counters.timeline_reference_pid.set(kNoReference);
    return;
  }
  const std::optional<Pid> reference = timeline.reference();
  counters.timeline_state.set(static_cast<std::int64_t>(timeline.state()));
  counters.timeline_reference_pid.set(reference ? reference->value() : kNoReference);
  counters.timeline_drift_ppb.set(timeline.drift_ppb());
  counters.timeline_error_ticks.set(timeline.error().value);
}

Input::Input(const InputPlan& plan, InputCounters& counters, channel::PuntRing& punt)
    : state_(std::make_unique<State>(plan, counters, punt)) {
  InputMemory memory(nullptr, plan);
  adopt(plan, memory);
}

Input::~Input() {
  if (history().size() != 0 || (state_->order && state_->order->held() != 0)) end();
}

void Input::end() {
  State& state = *state_;
  state.history.free_before(state.history.end());
  if (state.order) {
    state.counters.drop_stopped.add(state.order->held());
    state.order->end();
  }
  state.counters.datagrams_held.set(0);
  state.counters.history_frames.set(0);
}

void Input::adopt(const InputPlan& plan, InputMemory& memory) {
  state_->adopt(plan, memory);
}

std::size_t Input::room_needed() const {
  return 1 + (state_->order ? state_->order->held() : 0);
}

void Input::receive(Instant now, const Frame& frame, std::uint16_t payload_offset,
                    std::uint16_t payload_length) {
  State& state = *state_;
  state.last_datagram = now;
  state.counters.datagrams.add();
  state.counters.bytes.add(payload_length);
  const Bytes payload = Bytes(frame.bytes()).subspan(payload_offset, payload_length);
  if (state.order) {
    state.receive_rtp(now, frame, payload, payload_offset);
  } else {
    state.receive_udp(now, frame, payload, payload_offset);
  }
}

void Input::receive(Instant now, const channel::FedFrame& fed) {
  State& state = *state_;
  state.file = true;
  state.last_datagram = now;
  state.counters.datagrams.add();
  state.counters.bytes.add(std::size_t{fed.count} * ts::kPacketSize);
  state.counters.accepted.add();
  state.counters.torn_bytes.add(fed.torn_bytes);
  state.accept({.frame = fed.frame,
                .arrival = now,
                .placement = {.layout = {}, .count = fed.count, .torn_bytes = 0},
                .rtp_timestamp = {},
                .fed = &fed});
}

void Input::tick(Instant now) {
  State& state = *state_;
  if (state.order && state.order->held() > 0) {
    state.order->expire(
        now, state.plan->reorder_window,
        [&state](const RtpPacket& packet, std::uint32_t lost) { state.deliver_rtp(packet, lost); });
    state.show_rtp();
  }
  if (!state.next_presence || now >= *state.next_presence) {
    state.next_presence = now + kPresenceInterval;
    state.inspector.check_presence(now, state.last_datagram);
  }
  state.show_timeline();
}

History& Input::history() {
  return state_->history;
}
const History& Input::history() const {
  return state_->history;
}

Instant Input::next_deadline() const {
  const State& state = *state_;
  Instant deadline{std::numeric_limits<std::int64_t>::max()};
  if (state.last_datagram && state.next_presence) deadline = *state.next_presence;
  if (state.order) {
    if (const auto since = state.order->waiting_since()) {
      deadline = std::min(deadline, *since + state.plan->reorder_window);
    }
  }
  return deadline;
}

}  // namespace headwater::dataplane
