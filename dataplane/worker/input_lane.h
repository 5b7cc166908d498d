// SPDX-License-Identifier: Apache-2.0
//
// One input in a worker with the outputs that read its history: keeps room in the ring, frees behind the
// slowest reader. Worker thread.
#pragma once

#include <cstddef>
#include <cstdint>

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

  // A lane reads one input at a time.
  void add_reader(OutputLane& reader);
  void remove_reader(OutputLane& reader);
  template <typename Visit>
  void for_each_reader(Visit&& visit) const {
    for (OutputLane* reader = first_reader_; reader != nullptr; reader = reader->next_reader) visit(*reader);
  }

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
  OutputLane* first_reader_ = nullptr;
  OutputLane* last_reader_ = nullptr;
  std::uint64_t seen_end_ = 0;
};

}  // namespace headwater::dataplane
