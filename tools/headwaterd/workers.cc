// SPDX-License-Identifier: Apache-2.0
#include "tools/headwaterd/workers.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "dataplane/worker/step.h"

namespace headwater::daemon {
namespace {

constexpr std::size_t kRingBytes = 1 << 20;

// A core's folder links to its node: /sys/devices/system/cpu/cpu1/node0.
std::optional<unsigned> node_of(unsigned core) {
  for (unsigned node = 0; node < 64; ++node) {
    if (std::filesystem::exists(fmt::format("/sys/devices/system/cpu/cpu{}/node{}", core, node))) return node;
  }
  return std::nullopt;
}

}  // namespace

Workers::Hand::Hand() : punt(kRingBytes), inject(kRingBytes) {}

Workers::Workers(std::vector<unsigned> cores) : cores_(std::move(cores)), plans_(cores_.size()) {
  for (std::size_t worker = 0; worker < cores_.size(); ++worker) hands_.push_back(std::make_unique<Hand>());
}

std::vector<std::optional<unsigned>> Workers::nodes() const {
  std::vector<std::optional<unsigned>> nodes(cores_.size());
  std::ranges::transform(cores_, nodes.begin(), node_of);
  return nodes;
}

void Workers::make(dataplane::channel::CounterBlocks& counters, const Queues& queues,
                   std::span<dataplane::channel::FeedRing* const> feeds,
                   std::span<dataplane::StreamRecord> records) {
  crew_ = std::make_unique<dataplane::Crew>(cores_.size(), counters.max_outputs(), records);
  for (std::uint32_t worker = 0; worker < hands_.size(); ++worker) {
    Hand& hand = *hands_[worker];
    hand.links.emplace(dataplane::WorkerLinks{.plan = plans_[worker],
                                              .punt = hand.punt,
                                              .inject = hand.inject,
                                              .counters = counters,
                                              .ports = queues(worker),
                                              .feeds = feeds,
                                              .crew = *crew_,
                                              .index = {worker}});
    hand.worker = std::make_unique<dataplane::Worker>(*hand.links);
  }
}

std::unique_ptr<dataplane::channel::PlanStep> Workers::step(dataplane::WorkerIndex worker,
                                                            const dataplane::Plan& before,
                                                            const dataplane::Plan& plan) const {
  return std::make_unique<dataplane::Step>(*hands_[worker.index]->links, before, plan);
}

std::expected<void, std::string> Workers::start(const dataplane::WorkerClock& clock,
                                                dataplane::Polling polling,
                                                const std::function<void()>& on_start) {
  for (std::size_t worker = 0; worker < hands_.size(); ++worker) {
    auto thread = dataplane::WorkerThread::start(
        *hands_[worker]->worker, clock, {.core = cores_[worker], .polling = polling, .on_start = on_start});
    if (!thread) return std::unexpected(thread.error());
    hands_[worker]->thread = std::move(*thread);
  }
  return {};
}

void Workers::stop() {
  for (const auto& hand : hands_) hand->thread.reset();
}

void Workers::end() {
  for (const auto& hand : hands_) hand->worker.reset();
  crew_.reset();
}

}  // namespace headwater::daemon
