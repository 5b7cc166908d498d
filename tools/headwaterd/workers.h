// SPDX-License-Identifier: Apache-2.0
//
// The dataplane's workers, one for each core of `workers`: their rings to and from control, their threads.
// What control sends of its own goes by the first. Control thread.
#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/model/configuration.h"
#include "dataplane/channel/counter_blocks.h"
#include "dataplane/channel/feed_ring.h"
#include "dataplane/channel/inject_ring.h"
#include "dataplane/channel/plan_ring.h"
#include "dataplane/channel/punt_ring.h"
#include "dataplane/plan/port.h"
#include "dataplane/worker/crew.h"
#include "dataplane/worker/thread.h"
#include "dataplane/worker/worker.h"
#include "tools/headwaterd/drain.h"

namespace headwater::daemon {

class Workers {
 public:
  explicit Workers(std::vector<unsigned> cores);

  [[nodiscard]] std::size_t count() const { return cores_.size(); }
  [[nodiscard]] unsigned core(std::size_t worker) const { return cores_[worker]; }
  // NUMA nodes of the cores; nullopt where the machine has one.
  [[nodiscard]] std::vector<std::optional<unsigned>> nodes() const;
  [[nodiscard]] std::span<dataplane::channel::PlanRing> plans() { return plans_; }
  [[nodiscard]] dataplane::channel::InjectRing& inject() { return hands_.front()->inject; }

  // `queues`: a worker's of every port, by PortIndex. All of it outlives the workers.
  using Queues = std::function<std::span<dataplane::Port* const>(std::size_t worker)>;
  // Before the first Plan.
  void make(dataplane::channel::CounterBlocks& counters, const Queues& queues,
            std::span<dataplane::channel::FeedRing* const> feeds, std::span<dataplane::StreamRecord> records);
  // Between two Plans.
  [[nodiscard]] std::unique_ptr<dataplane::channel::PlanStep> step(dataplane::WorkerIndex worker,
                                                                   const dataplane::Plan& before,
                                                                   const dataplane::Plan& plan) const;
  // `on_start` is run first in each thread. The error names the core.
  std::expected<void, std::string> start(const dataplane::WorkerClock& clock, dataplane::Polling polling,
                                         const std::function<void()>& on_start);
  // What they sent up, no more than `most` of each.
  template <typename Handle>
  void drain(std::size_t most, const Handle& handle) {
    for (const auto& hand : hands_) daemon::drain(hand->punt, most, handle);
  }

  // The threads end; then all that they held is given back.
  void stop();
  void end();

 private:
  struct Hand {
    dataplane::channel::PuntRing punt;
    dataplane::channel::InjectRing inject;
    std::optional<dataplane::WorkerLinks> links;
    std::unique_ptr<dataplane::Worker> worker;
    std::unique_ptr<dataplane::WorkerThread> thread;
    Hand();
  };

  std::vector<unsigned> cores_;
  std::vector<dataplane::channel::PlanRing> plans_;
  std::vector<std::unique_ptr<Hand>> hands_;
  std::unique_ptr<dataplane::Crew> crew_;
};

}  // namespace headwater::daemon
