// SPDX-License-Identifier: Apache-2.0
//
// A worker over memory ports in virtual time: the whole dataplane, the same each run, a day in seconds. At
// its end it fails the test if a ledger does not balance or a frame was not given back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dataplane/channel/counter_blocks.h"
#include "dataplane/channel/feed_ring.h"
#include "dataplane/channel/inject_ring.h"
#include "dataplane/channel/plan_ring.h"
#include "dataplane/channel/punt_ring.h"
#include "dataplane/kernel/memory_port.h"
#include "dataplane/plan/plan.h"
#include "dataplane/worker/worker.h"

namespace headwater::test {

struct RigSizes {
  std::size_t ports = 2;
  std::size_t port_frames = 16384;
  std::size_t inputs = 64;
  std::size_t outputs = 64;
  std::size_t punt_bytes = std::size_t{1} << 20;
};

class Rig {
 public:
  explicit Rig(const RigSizes& sizes = {});
  ~Rig();
  Rig(const Rig&) = delete;
  Rig& operator=(const Rig&) = delete;

  [[nodiscard]] Instant now() const { return now_; }
  [[nodiscard]] dataplane::MemoryPort& port(std::size_t index) { return *ports_[index]; }
  [[nodiscard]] dataplane::channel::CounterBlocks& counters() { return counters_; }
  [[nodiscard]] const dataplane::InputCounters& input(std::uint32_t slot) { return counters_.input({slot}); }
  [[nodiscard]] const dataplane::OutputCounters& output(std::uint32_t slot) {
    return counters_.output({slot});
  }
  [[nodiscard]] dataplane::channel::InjectRing& inject() { return inject_; }
  [[nodiscard]] const dataplane::channel::PlanRing& plan_ring() const { return plan_ring_; }
  // What the worker punted since the last call.
  [[nodiscard]] std::vector<dataplane::channel::PuntRing::Record> take_punted();
  // Before run(): the input is fed by this ring.
  void feed(dataplane::InputSlot slot, dataplane::channel::FeedRing& ring) { feeds_[slot.index] = &ring; }

  // Hands a Plan to the worker, with the next generation; frees those that it no longer uses.
  void publish(dataplane::Plan plan);
  // The newest one, to be changed and published again.
  [[nodiscard]] const dataplane::Plan& plan() const { return *plans_.rbegin()->second; }
  [[nodiscard]] std::size_t plans_alive() const { return plans_.size(); }

  // Runs `action` when virtual time gets there, before the worker's turn.
  void at(Instant when, std::function<void()> action);
  // The worker turns whenever it has something to do; it may be late by `latency`.
  void run_until(Instant end);
  void set_latency(Ticks27 latency) { latency_ = latency; }
  // Time passes and the worker does not turn.
  void stall(Ticks27 time) { now_ = now_ + time; }

  // Each equation that does not balance, as a line.
  [[nodiscard]] std::vector<std::string> imbalances() const;

 private:
  [[nodiscard]] Instant next_turn() const;
  void release_plans();

  std::vector<std::unique_ptr<dataplane::MemoryPort>> ports_;
  std::vector<dataplane::Port*> port_pointers_;
  std::vector<dataplane::channel::FeedRing*> feeds_;
  dataplane::channel::CounterBlocks counters_;
  dataplane::channel::PlanRing plan_ring_;
  dataplane::channel::PuntRing punt_;
  dataplane::channel::InjectRing inject_;
  std::map<std::uint64_t, std::unique_ptr<const dataplane::Plan>> plans_;  // by generation
  std::uint64_t generation_ = 0;
  std::unique_ptr<dataplane::Worker> worker_;
  std::multimap<Instant, std::function<void()>> actions_;
  Instant now_;
  Ticks27 latency_;
};

}  // namespace headwater::test
