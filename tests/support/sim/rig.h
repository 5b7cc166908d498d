// SPDX-License-Identifier: Apache-2.0
//
// Workers over memory ports in virtual time: the whole dataplane, the same each run, a day in seconds.
// Several turn one after the other, each with a queue of its own of every port. At its end it fails the test
// if a ledger does not balance or a frame was not given back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
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
#include "dataplane/worker/crew.h"
#include "dataplane/worker/step.h"
#include "dataplane/worker/worker.h"

namespace headwater::test {

struct RigSizes {
  std::size_t ports = 2;
  std::size_t port_frames = 16384;
  std::size_t inputs = 64;
  std::size_t outputs = 64;
  std::size_t punt_bytes = std::size_t{1} << 20;
  std::size_t workers = 1;
};

class Rig {
 public:
  explicit Rig(const RigSizes& sizes = {});
  ~Rig();
  Rig(const Rig&) = delete;
  Rig& operator=(const Rig&) = delete;

  [[nodiscard]] Instant now() const { return now_; }
  // The worker's queue of the port.
  [[nodiscard]] dataplane::MemoryPort& port(std::size_t index, std::size_t worker = 0) {
    return *hands_[worker]->ports[index];
  }
  [[nodiscard]] dataplane::channel::CounterBlocks& counters() { return counters_; }
  [[nodiscard]] const dataplane::InputCounters& input(std::uint32_t slot) { return counters_.input({slot}); }
  [[nodiscard]] const dataplane::OutputCounters& output(std::uint32_t slot) {
    return counters_.output({slot});
  }
  [[nodiscard]] dataplane::channel::InjectRing& inject() { return hands_.front()->inject; }
  [[nodiscard]] const dataplane::channel::PlanRing& plan_ring() const { return hands_.front()->plan; }
  // What the workers punted since the last call.
  [[nodiscard]] std::vector<dataplane::channel::PuntRing::Record> take_punted();
  // Before run(): the input is fed by this ring.
  void feed(dataplane::InputSlot slot, dataplane::channel::FeedRing& ring) { feeds_[slot.index] = &ring; }

  // Hands a Plan to the workers, with the next generation; frees those that they no longer use.
  void publish(dataplane::Plan plan);
  // The newest one, to be changed and published again.
  [[nodiscard]] const dataplane::Plan& plan() const { return *plans_.rbegin()->second; }
  [[nodiscard]] std::size_t plans_alive() const { return plans_.size(); }
  // Oldest generation that a worker uses.
  [[nodiscard]] std::uint64_t in_use() const;

  // Runs `action` when virtual time gets there, before the workers' turns.
  void at(Instant when, std::function<void()> action);
  // They turn whenever one has something to do; they may be late by `latency`.
  void run_until(Instant end);
  // The same with a thread for each worker, which all turn at least once every half millisecond of virtual
  // time.
  void run_threads_until(Instant end);
  void set_latency(Ticks27 latency) { latency_ = latency; }
  // Time passes and no worker turns.
  void stall(Ticks27 time) { now_ = now_ + time; }
  // From now on that worker does not turn, or does again.
  void rest(std::size_t worker, bool rests = true) { hands_[worker]->rests = rests; }

  // Each equation that does not balance, as a line.
  [[nodiscard]] std::vector<std::string> imbalances() const;

 private:
  struct Hand {
    explicit Hand(std::size_t punt_bytes) : punt(punt_bytes) {}

    dataplane::channel::PlanRing plan;
    dataplane::channel::PuntRing punt;
    dataplane::channel::InjectRing inject{1 << 16};
    std::vector<std::unique_ptr<dataplane::MemoryPort>> ports;
    std::vector<dataplane::Port*> port_pointers;
    std::unique_ptr<dataplane::Worker> worker;
    std::deque<dataplane::Step> steps;  // not adopted yet, oldest first
    bool rests = false;
  };
  [[nodiscard]] dataplane::WorkerLinks links(std::uint32_t worker);
  [[nodiscard]] Instant next_turn() const;
  void act();
  void release_plans();

  std::vector<dataplane::channel::FeedRing*> feeds_;
  dataplane::channel::CounterBlocks counters_;
  std::vector<std::unique_ptr<Hand>> hands_;
  std::unique_ptr<dataplane::Crew> crew_;
  std::map<std::uint64_t, std::unique_ptr<const dataplane::Plan>> plans_;  // by generation
  std::uint64_t generation_ = 0;
  std::multimap<Instant, std::function<void()>> actions_;
  Instant now_;
  Ticks27 latency_;
};

}  // namespace headwater::test
