// SPDX-License-Identifier: Apache-2.0
//
// One input in a worker with the outputs that read its history: keeps room in the ring, frees behind the
// slowest reader. Worker thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "dataplane/ingest/input.h"
#include "dataplane/plan/plan.h"
#include "dataplane/worker/output_lane.h"

namespace headwater::dataplane {

class InputLane {
 public:
  InputLane(const InputPlan& plan, InputCounters& counters, channel::PuntRing& punt, channel::FeedRing* feed)
      : life(plan.life), input_(plan, counters, punt), feed_(feed) {}

  [[nodiscard]] Input& input() { return input_; }
  [[nodiscard]] channel::FeedRing* feed() { return feed_; }
  [[nodiscard]] const std::vector<OutputLane*>& readers() const { return readers_; }

  void add_reader(OutputLane& reader) { readers_.push_back(&reader); }
  void remove_reader(const OutputLane& reader) { std::erase(readers_, &reader); }

  // Before anything is received: room for what may come, by expelling the slowest readers if need be.
  void make_room();
  // True where the history has grown since the last call: its readers have been told how much.
  bool tell_readers();
  // Frees what every reader has left behind.
  void free();

  const std::uint64_t life;
  bool marked = false;    // in the worker's list of lanes whose history has changed in this turn
  bool removed = false;   // the new Plan does not have it
  std::size_t place = 0;  // in the worker's list of lanes

 private:
  Input input_;
  channel::FeedRing* feed_;
  std::vector<OutputLane*> readers_;
  std::uint64_t seen_end_ = 0;
};

}  // namespace headwater::dataplane
