// SPDX-License-Identifier: Apache-2.0
//
// A new Plan in a worker: new slots come to life, vanished ones let go of everything, parts that did not
// change (the same by pointer) are not touched.
#include <algorithm>
#include <utility>

#include "dataplane/plan/clear.h"
#include "dataplane/worker/state.h"

namespace headwater::dataplane {
namespace {

// What a feeder pushed for an input that lived here before.
constexpr Ticks27 kStaleFeed = Ticks27::seconds(1);

void drop_stale(channel::FeedRing& feed, Instant now) {
  for (const channel::FedFrame* fed = feed.front(); fed != nullptr && fed->due[0] < now - kStaleFeed;
       fed = feed.front()) {
    fed->frame.pool->release(std::span(&fed->frame, 1));
    feed.pop();
  }
}

}  // namespace

bool Worker::State::adopt(Instant now) {
  channel::PlanStep* taken = links_.plan.take();
  if (taken == nullptr) return false;
  auto& step = static_cast<Step&>(*taken);
  const std::uint64_t before = plan_ != nullptr ? plan_->generation : 0;
  plan_ = step.plan;
  if (step.ports_change) classifier_.adopt_ports(*plan_);
  // What is no longer received first: another input may have its group now.
  for (const Step::InputChange& change : step.inputs) {
    if (change.before != nullptr) classifier_.remove(*change.before);
  }
  for (Step::InputChange& change : step.inputs) adopt_input(change, now);
  for (Step::OutputChange& change : step.outputs) adopt_output(change, before, now);
  end_vanished(step.inputs);
  links_.counters.worker(links_.index).plans_adopted.add();
  report_generation();
  return true;
}

void Worker::State::adopt_input(Step::InputChange& change, Instant now) {
  if (change.after == nullptr) return;
  classifier_.add(*change.after);
  if (!owns(change.after)) return;
  if (change.before == nullptr) {
    begin(change.lane, change.after->slot, now);
  } else {
    inputs_[change.after->slot.index]->input().adopt(*change.after, *change.memory);
  }
}

void Worker::State::begin(std::unique_ptr<InputLane>& lane, InputSlot slot, Instant now) {
  // They are another stream's, be it of the same name.
  clear(links_.counters.input(slot));
  lane->place = live_inputs_.size();
  live_inputs_.push_back(lane.get());
  if (lane->feed() != nullptr) {
    drop_stale(*lane->feed(), now);
    fed_inputs_.push_back(lane.get());
  }
  inputs_[slot.index].swap(lane);
}

// Nothing reads them: what did has stopped too, or reads another.
void Worker::State::end_vanished(std::vector<Step::InputChange>& changes) {
  const auto vanished = [this](const Step::InputChange& change) {
    return change.after == nullptr && owns(change.before);
  };
  for (const Step::InputChange& change : changes) {
    if (!vanished(change)) continue;
    InputLane& lane = *inputs_[change.before->slot.index];
    lane.removed = true;
    live_inputs_.back()->place = lane.place;
    std::swap(live_inputs_[lane.place], live_inputs_.back());
    live_inputs_.pop_back();
  }
  const auto removed = [](const InputLane* lane) { return lane->removed; };
  std::erase_if(fed_inputs_, removed);
  std::erase_if(marked_, removed);
  for (Step::InputChange& change : changes) {
    if (!vanished(change)) continue;
    std::unique_ptr<InputLane>& lane = inputs_[change.before->slot.index];
    lane->input().end();
    lane.swap(change.lane);
  }
}

// `before`: generation of the Plan that is left.
void Worker::State::adopt_output(Step::OutputChange& change, std::uint64_t before, Instant now) {
  const OutputSlot slot = (change.after != nullptr ? change.after : change.before)->slot;
  OutputPlace& place = outputs_[slot.index];
  if (place.lane != nullptr) {
    place.lane->schedule().room().take_room(change.room);
    if (!place.arrives) place.lane->schedule().confirm(before);
  }
  if (!owns(change.after)) {
    if (place.arrives) {
      place.arrives = false;
      std::erase(arriving_, slot.index);
    } else {
      let_go(place);
      if (change.after != nullptr) links_.crew.put_down(slot);
    }
    place.lane.swap(change.lane);
  } else if (!owns(change.before)) {
    place.lane.swap(change.lane);
    if (change.before != nullptr) {
      place.arrives = true;
      arriving_.push_back(slot.index);
    } else {
      begin(*change.after);
      offer(*change.after, now);
    }
  } else if (!place.arrives) {
    offer(*change.after, now);
  }
}

void Worker::State::begin(const OutputPlan& part) {
  // What another worker put down here when nobody was to take it up any more.
  static_cast<void>(links_.crew.take_up(part.slot));
  const std::uint64_t stream = stream_of(part.id);
  if (std::exchange(links_.crew.counted(part.slot), stream) != stream)
    clear(links_.counters.output(part.slot));
  StreamRecord& record = links_.crew.record(part.slot);
  if (record.stream != stream) record = {.stream = stream};
}

void Worker::State::offer(const OutputPlan& part, Instant now) {
  OutputPlace& place = outputs_[part.slot.index];
  Schedule& schedule = place.lane->schedule();
  const bool waits = schedule.part_waits();
  schedule.offer(part, plan_->generation, inputs_[part.input.index]->input().history(), now);
  if (!waits && schedule.part_waits()) waiting_.push_back(part.slot.index);
  if (place.input != part.input) {
    if (place.input) inputs_[place.input->index]->remove_reader(*place.lane);
    inputs_[part.input.index]->add_reader(*place.lane);
    place.input = part.input;
  }
  arm(*place.lane, now);
}

// It reads nothing any more, and nothing of it is on its way.
void Worker::State::let_go(OutputPlace& place) {
  OutputLane& lane = *place.lane;
  lane.schedule().stop();
  InputLane& input = *inputs_[place.input->index];
  input.remove_reader(lane);
  mark(input);
  calendar_.disarm(lane.slot().index);
  for (const auto& port : ports_) lane.count_stopped(port->drop(lane.slot()));
  place.input.reset();
}

bool Worker::State::take_up_arrivals(Instant now) {
  bool any = false;
  std::erase_if(arriving_, [&](std::uint32_t slot) {
    if (!links_.crew.take_up({slot})) return false;
    outputs_[slot].arrives = false;
    outputs_[slot].lane->schedule().take_up();
    offer(*plan_->outputs.at(slot), now);
    return any = true;
  });
  if (any) report_generation();
  return any;
}

void Worker::State::report_generation() {
  std::erase_if(waiting_, [this](std::uint32_t slot) {
    const OutputPlace& place = outputs_[slot];
    return place.lane == nullptr || !place.lane->schedule().part_waits();
  });
  std::uint64_t oldest = plan_->generation;
  for (const std::uint32_t slot : waiting_) {
    Schedule& schedule = outputs_[slot].lane->schedule();
    if (schedule.part() == nullptr) schedule.confirm(plan_->generation);
    oldest = std::min(oldest, schedule.oldest_generation());
  }
  links_.plan.report(plan_->generation, oldest);
}

}  // namespace headwater::dataplane
