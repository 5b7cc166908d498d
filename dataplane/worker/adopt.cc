// SPDX-License-Identifier: Apache-2.0
//
// A new Plan in a worker: new slots come to life, vanished ones let go of everything, parts that did not
// change (the same by pointer) are not touched. The one step that may allocate.
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

const Plan Worker::State::kNoPlan;

bool Worker::State::adopt(Instant now) {
  const Plan* plan = links_.plan.take();
  if (plan == nullptr) return false;
  const Plan& before = *plan_;
  plan_ = plan;
  if (plan->ports != before.ports) classifier_.adopt_ports(*plan);
  // What is no longer received first: another input may have its group now.
  Parts<InputPlan>::for_each_difference(before.inputs, plan->inputs,
                                        [&](const auto* old, const auto* /*part*/) {
                                          if (old != nullptr) classifier_.remove(*old);
                                        });
  Parts<InputPlan>::for_each_difference(before.inputs, plan->inputs, [&](const auto* old, const auto* part) {
    if (part == nullptr) return;
    classifier_.add(*part);
    if (!owns(part)) return;
    if (old == nullptr) {
      begin(*part, now);
    } else {
      inputs_[part->slot.index]->input().adopt(*part);
    }
  });
  marked_.reserve(live_inputs_.size());
  Parts<OutputPlan>::for_each_difference(
      before.outputs, plan->outputs,
      [&](const auto* old, const auto* part) { adopt_output(old, part, before.generation, now); });
  end_vanished(before, *plan);
  links_.counters.worker(links_.index).plans_adopted.add();
  report_generation();
  return true;
}

void Worker::State::begin(const InputPlan& part, Instant now) {
  // They are another stream's, be it of the same name.
  InputCounters& counters = links_.counters.input(part.slot);
  clear(counters);
  const bool fed = part.slot.index < links_.feeds.size();
  channel::FeedRing* feed = fed ? links_.feeds[part.slot.index] : nullptr;
  if (feed != nullptr) drop_stale(*feed, now);
  std::unique_ptr<InputLane>& lane = inputs_[part.slot.index];
  lane = std::make_unique<InputLane>(part, counters, links_.punt, feed);
  lane->place = live_inputs_.size();
  live_inputs_.push_back(lane.get());
  if (feed != nullptr) fed_inputs_.push_back(lane.get());
}

// Nothing reads them: what did has stopped too, or reads another.
void Worker::State::end_vanished(const Plan& before, const Plan& plan) {
  bool any = false;
  const auto each_vanished = [&](auto&& visit) {
    Parts<InputPlan>::for_each_difference(before.inputs, plan.inputs, [&](const auto* old, const auto* part) {
      if (part == nullptr && owns(old)) visit(inputs_[old->slot.index]);
    });
  };
  each_vanished([&](const auto& lane) {
    any = lane->removed = true;
    live_inputs_.back()->place = lane->place;
    std::swap(live_inputs_[lane->place], live_inputs_.back());
    live_inputs_.pop_back();
  });
  if (!any) return;
  const auto removed = [](const InputLane* lane) { return lane->removed; };
  std::erase_if(fed_inputs_, removed);
  std::erase_if(marked_, removed);
  each_vanished([](auto& lane) { lane.reset(); });
}

// `before`: generation of the Plan that is left.
void Worker::State::adopt_output(const OutputPlan* old, const OutputPlan* part, std::uint64_t before,
                                 Instant now) {
  OutputPlace& place = outputs_[(part != nullptr ? part : old)->slot.index];
  if (place.lane != nullptr) place.lane->schedule().confirm(before);
  if (owns(part)) {
    if (old != nullptr && !owns(old)) {
      place.arrives = true;
      arriving_.push_back(part->slot.index);
    } else if (!place.arrives) {
      offer(*part, now);
    }
  } else if (owns(old)) {
    if (place.arrives) {
      place.arrives = false;
      std::erase(arriving_, old->slot.index);
    } else if (part != nullptr) {
      crew_.put_down(let_go(place));
    } else {
      let_go(place).reset();
    }
  }
}

void Worker::State::offer(const OutputPlan& part, Instant now) {
  OutputPlace& place = outputs_[part.slot.index];
  if (place.lane == nullptr) {
    // What another worker put down here when nobody was to take it up any more.
    crew_.take_up(part.slot).reset();
    OutputCounters& counters = links_.counters.output(part.slot);
    std::string& counted = crew_.counted(part.slot);
    if (std::exchange(counted, part.id) != part.id) clear(counters);
    StreamRecord& record = crew_.record(part.slot);
    const std::uint64_t stream = stream_of(part.id);
    if (record.stream != stream) record = {.stream = stream};
    place.lane = std::make_unique<OutputLane>(part.slot, counters, record);
  }
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
std::unique_ptr<OutputLane> Worker::State::let_go(OutputPlace& place) {
  OutputLane& lane = *place.lane;
  lane.schedule().detach();
  InputLane& input = *inputs_[place.input->index];
  input.remove_reader(lane);
  mark(input);
  calendar_.disarm(lane.slot().index);
  for (const auto& port : ports_) lane.count_stopped(port->drop(lane.slot()));
  place.input.reset();
  return std::move(place.lane);
}

bool Worker::State::take_up_arrivals(Instant now) {
  bool any = false;
  std::erase_if(arriving_, [&](std::uint32_t slot) {
    std::unique_ptr<OutputLane> lane = crew_.take_up({slot});
    if (lane == nullptr) return false;
    outputs_[slot].lane = std::move(lane);
    outputs_[slot].arrives = false;
    offer(*plan_->outputs.at(slot), now);
    return any = true;
  });
  if (any) report_generation();
  return any;
}

void Worker::State::report_generation() {
  std::erase_if(waiting_, [this](std::uint32_t slot) {
    return outputs_[slot].lane == nullptr || !outputs_[slot].lane->schedule().part_waits();
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
