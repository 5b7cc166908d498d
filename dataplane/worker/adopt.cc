// SPDX-License-Identifier: Apache-2.0
//
// A new Plan in a worker: new slots come to life, vanished ones let go of everything, parts that did not
// change (the same by pointer) are not touched. The one step that may allocate.
#include <algorithm>

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

template <typename Place, typename Counters>
void claim(Place& place, const std::string& id, Counters& counters) {
  if (place.id == id) return;
  clear(counters);
  place.id = id;
}

}  // namespace

bool Worker::State::adopt(Instant now) {
  const Plan* plan = links_.plan.newest();
  if (plan == nullptr || plan->generation == generation_) return false;
  generation_ = plan->generation;
  bool reclassify = adopt_ports(*plan);
  reclassify |= adopt_inputs(*plan, now);
  adopt_outputs(*plan, now);
  remove_vanished_outputs();
  reclassify |= remove_vanished_inputs();
  if (reclassify) classifier_ = Classifier(*plan);
  links_.counters.worker().plans_adopted.add();
  report_generation();
  return true;
}

bool Worker::State::adopt_ports(const Plan& plan) {
  const auto same = [](const PortPlan* old, const auto& part) { return old == part.get(); };
  if (std::equal(port_parts_.begin(), port_parts_.end(), plan.ports.begin(), plan.ports.end(), same)) {
    return false;
  }
  port_parts_.clear();
  for (const auto& part : plan.ports) port_parts_.push_back(part.get());
  return true;
}

// True where any input is new or has another part.
bool Worker::State::adopt_inputs(const Plan& plan, Instant now) {
  bool changed = false;
  for (const auto& part : plan.inputs) {
    Place<InputLane>& place = inputs_[part->slot.index];
    place.generation = generation_;
    if (place.lane != nullptr && place.lane->part() == part.get()) continue;
    changed = true;
    if (place.lane != nullptr) {
      place.lane->adopt(*part);
      continue;
    }
    InputCounters& counters = links_.counters.input(part->slot);
    claim(place, part->id, counters);
    const bool fed = part->slot.index < links_.feeds.size();
    channel::FeedRing* feed = fed ? links_.feeds[part->slot.index] : nullptr;
    if (feed != nullptr) drop_stale(*feed, now);
    place.lane = std::make_unique<InputLane>(*part, counters, links_.punt, feed);
    live_inputs_.push_back(place.lane.get());
    if (feed != nullptr) fed_inputs_.push_back(place.lane.get());
  }
  marked_.reserve(live_inputs_.size());
  return changed;
}

void Worker::State::adopt_outputs(const Plan& plan, Instant now) {
  for (const auto& part : plan.outputs) {
    OutputPlace& place = outputs_[part->slot.index];
    place.generation = generation_;
    const bool born = place.lane == nullptr;
    if (born) {
      OutputCounters& counters = links_.counters.output(part->slot);
      claim(place, part->id, counters);
      place.lane = std::make_unique<OutputLane>(part->slot, counters);
    }
    InputLane& input = *inputs_[part->input.index].lane;
    const bool changed = place.lane->offer(*part, generation_, input.input().history(), now);
    if (born || place.input != part->input) {
      if (!born) inputs_[place.input.index].lane->remove_reader(*place.lane);
      input.add_reader(*place.lane);
      place.input = part->input;
    }
    if (changed) arm(*place.lane, now);
  }
}

void Worker::State::stop(OutputPlace& place) {
  OutputLane& lane = *place.lane;
  lane.schedule().stop();
  inputs_[place.input.index].lane->remove_reader(lane);
  mark(*inputs_[place.input.index].lane);
  calendar_.disarm(lane.slot().index);
  for (const auto& port : ports_) lane.count_stopped(port->drop(lane.slot()));
  place.lane.reset();
}

void Worker::State::remove_vanished_outputs() {
  for (OutputPlace& place : outputs_) {
    if (place.lane != nullptr && place.generation != generation_) stop(place);
  }
}

// True where any vanished. Nothing reads them: what did has vanished too, or reads another.
bool Worker::State::remove_vanished_inputs() {
  const auto vanished = [](const InputLane* lane) { return lane->removed; };
  bool any = false;
  for (Place<InputLane>& place : inputs_) {
    if (place.lane == nullptr || place.generation == generation_) continue;
    place.lane->removed = true;
    any = true;
  }
  if (!any) return false;
  std::erase_if(live_inputs_, vanished);
  std::erase_if(fed_inputs_, vanished);
  std::erase_if(marked_, vanished);
  for (Place<InputLane>& place : inputs_) {
    if (place.lane != nullptr && place.lane->removed) place.lane.reset();
  }
  return true;
}

void Worker::State::report_generation() {
  std::uint64_t oldest = generation_;
  for (const OutputPlace& place : outputs_) {
    if (place.lane == nullptr || !place.lane->schedule().part_waits()) continue;
    oldest = std::min(oldest, place.lane->schedule().oldest_generation());
  }
  part_waits_ = oldest != generation_;
  links_.plan.report_in_use(oldest);
}

}  // namespace headwater::dataplane
