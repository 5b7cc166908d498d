// SPDX-License-Identifier: Apache-2.0
//
// The turn of a worker: run_once is its table of contents, the steps follow in their order.
#include <algorithm>
#include <array>
#include <cstring>

#include "dataplane/worker/state.h"

namespace headwater::dataplane {
namespace {

constexpr std::size_t kPrefetch = 4;          // frames ahead
constexpr std::size_t kDeparturesATurn = 64;  // outputs
constexpr std::size_t kInjectionsATurn = 16;
constexpr std::size_t kFeedsATurn = 32;
constexpr std::size_t kTickStripes = 5;  // every input every 5 ms, a fifth of them each millisecond
constexpr Ticks27 kTickStep = Ticks27::milliseconds(1);
constexpr Ticks27 kStall = Ticks27::milliseconds(100);

void prefetch_frame(const Frame& frame) {
  __builtin_prefetch(frame.data);
  __builtin_prefetch(frame.data + 64);
}

void release(const Frame& frame) {
  frame.pool->release(std::span(&frame, 1));
}

}  // namespace

Worker::State::State(const WorkerLinks& links)
    : links_(links),
      inputs_(links.counters.max_inputs()),
      outputs_(links.counters.max_outputs()),
      classifier_(links.ports.size(), links.counters.max_inputs()),
      calendar_(links.counters.max_outputs()) {
  for (std::uint32_t i = 0; i < links.ports.size(); ++i) {
    ports_.push_back(std::make_unique<PortLane>(links.ports[i], links.counters.port({i}, links.index)));
  }
  for (std::vector<InputLane*>* lanes : {&live_inputs_, &fed_inputs_, &marked_})
    lanes->reserve(links.counters.max_inputs());
  for (std::vector<std::uint32_t>* slots : {&arriving_, &waiting_})
    slots->reserve(links.counters.max_outputs());
  injected_.bytes.reserve(Port::kFrameRoom);
}

bool Worker::State::run_once(Instant now) {
  count_stall(now);
  bool busy = adopt(now);
  busy |= take_up_arrivals(now);
  for (std::uint32_t port = 0; port < ports_.size(); ++port) busy |= receive(now, {port});
  busy |= take_handed(now);
  busy |= take_feeds(now);
  busy |= tick(now);
  wake_readers(now);
  busy |= inject(now);
  busy |= depart(now);
  free_history();
  busy |= transmit(now);

  WorkerCounters& counters = links_.counters.worker(links_.index);
  counters.loops.add();
  if (busy) counters.busy_loops.add();
  counters.heartbeat.set(now.value);
  return busy;
}

void Worker::State::count_stall(Instant now) {
  WorkerCounters& counters = links_.counters.worker(links_.index);
  const Ticks27 pause = now - Instant{counters.heartbeat.get()};
  // Nothing is on the air before the first turn.
  if (pause <= kStall || counters.loops.get() <= 1) return;
  counters.stalls.add();
  counters.stall_ticks.add(static_cast<std::uint64_t>(pause.value));
}

bool Worker::State::receive(Instant now, PortIndex index) {
  PortLane& lane = *ports_[index.index];
  if (lane.port() == nullptr) return false;
  std::array<Frame, kBurst> frames;
  const std::size_t count = lane.port()->receive(now, frames);
  for (std::size_t i = 0; i < std::min(count, kPrefetch); ++i) prefetch_frame(frames[i]);
  for (std::size_t i = 0; i < count; ++i) {
    if (i + kPrefetch < count) prefetch_frame(frames[i + kPrefetch]);
    const Classified classified = classifier_.classify(index, frames[i].bytes(), lane.counters());
    switch (classified.verdict) {
      case Classified::Verdict::kInput:
        if (classified.worker == links_.index) {
          lane.counters().to_input.add();
          hear(now, *inputs_[classified.input.index], frames[i], classified.payload_offset,
               classified.payload_length);
        } else {
          (hand_over(frames[i], classified) ? lane.counters().to_input : lane.counters().drop_handover_full)
              .add();
        }
        break;
      case Classified::Verdict::kPunt:
        punt(now, index, frames[i]);
        break;
      case Classified::Verdict::kDrop:
        release(frames[i]);
        break;
    }
  }
  return count != 0;
}

void Worker::State::hear(Instant now, InputLane& lane, const Frame& frame, std::uint16_t offset,
                         std::uint16_t length) {
  lane.make_room();
  lane.input().receive(now, frame, offset, length);
  mark(lane);
}

bool Worker::State::hand_over(const Frame& frame, const Classified& classified) {
  const bool taken = links_.crew.handover(links_.index, classified.worker)
                         .try_push({.frame = frame,
                                    .input = classified.input,
                                    .life = plan_->inputs.at(classified.input.index)->life,
                                    .payload_offset = classified.payload_offset,
                                    .payload_length = classified.payload_length});
  if (taken) {
    links_.counters.worker(links_.index).handed_over.add();
  } else {
    links_.counters.refused(links_.index, classified.worker).add();
    release(frame);
  }
  return taken;
}

bool Worker::State::take_handed(Instant now) {
  WorkerCounters& counters = links_.counters.worker(links_.index);
  bool any = false;
  for (std::uint32_t from = 0; from < links_.crew.size(); ++from) {
    if (from == links_.index.index) continue;
    channel::HandoverRing& ring = links_.crew.handover({from}, links_.index);
    for (std::size_t i = 0; i < kBurst; ++i) {
      const channel::HandedFrame* handed = ring.front();
      if (handed == nullptr) break;
      any = true;
      counters.taken_over.add();
      InputLane* lane = inputs_[handed->input.index].get();
      if (lane != nullptr && lane->life == handed->life) {
        hear(now, *lane, handed->frame, handed->payload_offset, handed->payload_length);
      } else {
        counters.drop_handover_stale.add();
        release(handed->frame);
      }
      ring.pop();
    }
  }
  return any;
}

void Worker::State::punt(Instant now, PortIndex port, const Frame& frame) {
  const channel::PuntHeader header{
      .kind = channel::PuntHeader::Kind::kFrame, .slot = port.index, .at = now, .position = {}};
  PortCounters& counters = ports_[port.index]->counters();
  // A storm of ARP or IGMP leaves room for the inputs' tables.
  const std::size_t spared = links_.punt.capacity() / 4 * 3;
  (links_.punt.try_push(header, frame.bytes(), spared) ? counters.punted : counters.drop_punt_full).add();
  release(frame);
}

bool Worker::State::take_feeds(Instant now) {
  bool any = false;
  for (InputLane* lane : fed_inputs_) {
    for (std::size_t i = 0; i < kFeedsATurn; ++i) {
      const channel::FedFrame* fed = lane->feed()->front();
      if (fed == nullptr) break;
      lane->make_room();
      lane->input().receive(now, *fed);
      lane->feed()->pop();
      mark(*lane);
      any = true;
    }
  }
  return any;
}

// Lets a fifth of the inputs know the time.
bool Worker::State::tick(Instant now) {
  if (now < next_tick_) return false;
  next_tick_ = now + kTickStep;
  const std::size_t end = live_inputs_.size() * (tick_stripe_ + 1) / kTickStripes;
  for (std::size_t i = live_inputs_.size() * tick_stripe_ / kTickStripes; i < end; ++i) {
    live_inputs_[i]->make_room();
    live_inputs_[i]->input().tick(now);
    mark(*live_inputs_[i]);
  }
  tick_stripe_ = (tick_stripe_ + 1) % kTickStripes;
  if (!waiting_.empty()) report_generation();
  return false;
}

void Worker::State::mark(InputLane& lane) {
  if (lane.marked) return;
  lane.marked = true;
  marked_.push_back(&lane);
}

void Worker::State::wake_readers(Instant now) {
  for (InputLane* input : marked_) {
    if (!input->tell_readers()) continue;
    input->for_each_reader([&](OutputLane& output) {
      if (output.schedule().starved()) arm(output, now);
    });
  }
}

bool Worker::State::inject(Instant now) {
  std::size_t count = 0;
  for (; count < kInjectionsATurn && links_.inject.try_pop(injected_); ++count) {
    PortLane& lane = *ports_[injected_.header.port];
    PortLane::Refusal why{};
    Frame* frame = lane.fresh(why);
    if (frame == nullptr) continue;
    frame->length = static_cast<std::uint32_t>(std::min(injected_.bytes.size(), Port::kFrameRoom));
    std::memcpy(frame->data, injected_.bytes.data(), frame->length);
    lane.counters().injected.add();
    lane.put(now, {std::nullopt, 0, frame->length});
  }
  return count != 0;
}

bool Worker::State::depart(Instant now) {
  std::array<std::uint32_t, kDeparturesATurn> due;
  const std::size_t count = calendar_.take_due(now, due);
  for (std::size_t i = 0; i < count; ++i) {
    OutputPlace& place = outputs_[due[i]];
    place.lane->depart(now, ports_);
    arm(*place.lane, now);
    mark(*inputs_[place.input->index]);
  }
  return count != 0;
}

void Worker::State::arm(OutputLane& lane, Instant now) {
  if (const auto look = lane.next_look(now)) {
    calendar_.arm(lane.slot().index, *look);
  } else {
    calendar_.disarm(lane.slot().index);
  }
}

void Worker::State::free_history() {
  for (InputLane* input : marked_) {
    input->free();
    input->marked = false;
  }
  marked_.clear();
}

bool Worker::State::transmit(Instant now) {
  bool held = false;
  for (const auto& lane : ports_) {
    if (!lane->holds()) continue;
    lane->send(now, [&](const FrameOrigin& origin, Instant departure) {
      if (origin.output) outputs_[origin.output->index].lane->count_sent(now, departure, origin.packets);
    });
    held |= lane->holds();
  }
  return held;
}

Instant Worker::State::next_deadline(Instant now) const {
  Instant deadline = next_tick_;
  if (const auto departure = calendar_.earliest()) deadline = std::min(deadline, *departure);
  bool waits = std::any_of(ports_.begin(), ports_.end(), [](const auto& lane) { return lane->holds(); }) ||
               std::any_of(fed_inputs_.begin(), fed_inputs_.end(),
                           [](InputLane* lane) { return lane->feed()->front() != nullptr; });
  const auto handed = [this](std::uint32_t from) {
    return from != links_.index.index && links_.crew.handover({from}, links_.index).front() != nullptr;
  };
  for (std::uint32_t from = 0; from < links_.crew.size(); ++from) waits |= handed(from);
  if (waits) return now;
  return std::max(deadline, now);
}

}  // namespace headwater::dataplane
