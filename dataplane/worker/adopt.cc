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
    if (old == nullptr) {
      begin(*part, now);
    } else {
      inputs_[part->slot.index]->input().adopt(*part);
    }
  });
  marked_.reserve(live_inputs_.size());
  Parts<OutputPlan>::for_each_difference(before.outputs, plan->outputs,
                                         [&](const auto* old, const auto* part) {
                                           if (part != nullptr) {
                                             offer(*part, before.generation, now);
                                           } else {
                                             stop(outputs_[old->slot.index]);
                                           }
                                         });
  end_vanished(before, *plan);
  links_.counters.worker().plans_adopted.add();
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
      if (part == nullptr) visit(inputs_[old->slot.index]);
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
void Worker::State::offer(const OutputPlan& part, std::uint64_t before, Instant now) {
  OutputPlace& place = outputs_[part.slot.index];
  const bool born = place.lane == nullptr;
  if (!born) {
    place.lane->schedule().confirm(before);
  } else {
    OutputCounters& counters = links_.counters.output(part.slot);
    if (std::exchange(place.id, part.id) != part.id) clear(counters);
    place.lane = std::make_unique<OutputLane>(part.slot, counters);
  }
  InputLane& input = *inputs_[part.input.index];
  const bool waits = place.lane->schedule().part_waits();
  place.lane->schedule().offer(part, plan_->generation, input.input().history(), now);
  if (!waits && place.lane->schedule().part_waits()) waiting_.push_back(part.slot.index);
  if (born || place.input != part.input) {
    if (!born) inputs_[place.input.index]->remove_reader(*place.lane);
    input.add_reader(*place.lane);
    place.input = part.input;
  }
  arm(*place.lane, now);
}

void Worker::State::stop(OutputPlace& place) {
  OutputLane& lane = *place.lane;
  lane.schedule().stop();
  inputs_[place.input.index]->remove_reader(lane);
  mark(*inputs_[place.input.index]);
  calendar_.disarm(lane.slot().index);
  for (const auto& port : ports_) lane.count_stopped(port->drop(lane.slot()));
  place.lane.reset();
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
