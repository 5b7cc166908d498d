// SPDX-License-Identifier: Apache-2.0
#include "tests/support/sim/rig.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "dataplane/plan/ledger.h"

namespace headwater::test {
namespace {

// How soon a worker that polls comes back where it is not told a later instant.
constexpr Ticks27 kPoll = Ticks27::microseconds(50);

template <typename Counters>
void check(const std::string& whose, const Counters& counters, std::vector<std::string>& out) {
  for (const dataplane::LedgerEquation& equation : dataplane::ledger(counters)) {
    if (equation.balanced()) continue;
    std::string line = whose + " " + std::string(equation.name) + ":";
    for (const auto& term : equation.left)
      line += " " + std::string(term.name) + " " + std::to_string(term.value);
    line += " =";
    for (const auto& term : equation.right) {
      if (term.value != 0) line += " " + std::string(term.name) + " " + std::to_string(term.value);
    }
    out.push_back(line);
  }
}

}  // namespace

Rig::Rig(const RigSizes& sizes)
    : feeds_(sizes.inputs, nullptr),
      counters_(sizes.ports, sizes.inputs, sizes.outputs, sizes.workers),
      crew_(std::make_unique<dataplane::Crew>(sizes.workers, sizes.outputs)) {
  for (std::uint32_t index = 0; index < sizes.workers; ++index) {
    Hand& hand = *hands_.emplace_back(std::make_unique<Hand>(sizes.punt_bytes));
    for (std::size_t i = 0; i < sizes.ports; ++i) {
      hand.ports.push_back(std::make_unique<dataplane::MemoryPort>(sizes.port_frames));
      hand.port_pointers.push_back(hand.ports.back().get());
    }
    hand.worker = std::make_unique<dataplane::Worker>(links(index));
  }
}

dataplane::WorkerLinks Rig::links(std::uint32_t worker) {
  Hand& hand = *hands_[worker];
  return {.plan = hand.plan,
          .punt = hand.punt,
          .inject = hand.inject,
          .counters = counters_,
          .ports = hand.port_pointers,
          .feeds = feeds_,
          .crew = *crew_,
          .index = {worker}};
}

Rig::~Rig() {
  for (const std::string& line : imbalances()) ADD_FAILURE() << "the ledger does not balance: " << line;
  for (std::uint32_t worker = 0; worker < hands_.size(); ++worker) {
    for (std::uint32_t i = 0; i < hands_[worker]->ports.size(); ++i) {
      EXPECT_EQ(counters_.port({i}, {worker}).sent.get(), port(i, worker).frames_sent())
          << "port " << i << " of worker " << worker;
    }
  }
  for (const auto& hand : hands_) hand->worker.reset();
  crew_.reset();
  for (const auto& hand : hands_) {
    for (std::size_t i = 0; i < hand->ports.size(); ++i) {
      EXPECT_EQ(hand->ports[i]->frames_in_use(), 0U) << "frames of port " << i << " were not given back";
    }
  }
}

std::vector<std::string> Rig::imbalances() const {
  std::vector<std::string> out;
  for (std::uint32_t i = 0; i < counters_.max_ports(); ++i) {
    for (std::uint32_t worker = 0; worker < counters_.max_workers(); ++worker)
      check("port " + std::to_string(i), counters_.port({i}, {worker}), out);
  }
  for (std::uint32_t i = 0; i < counters_.max_inputs(); ++i) {
    check("input " + std::to_string(i), counters_.input({i}), out);
  }
  for (std::uint32_t i = 0; i < counters_.max_outputs(); ++i) {
    check("output " + std::to_string(i), counters_.output({i}), out);
  }
  return out;
}

std::vector<dataplane::channel::PuntRing::Record> Rig::take_punted() {
  std::vector<dataplane::channel::PuntRing::Record> records;
  dataplane::channel::PuntRing::Record record;
  for (const auto& hand : hands_) {
    while (hand->punt.try_pop(record)) records.push_back(record);
  }
  return records;
}

void Rig::publish(dataplane::Plan plan) {
  plan.generation = ++generation_;
  auto owned = std::make_unique<const dataplane::Plan>(std::move(plan));
  static const dataplane::Plan kNone;
  const dataplane::Plan& before = plans_.empty() ? kNone : this->plan();
  for (std::uint32_t worker = 0; worker < hands_.size(); ++worker) {
    Hand& hand = *hands_[worker];
    EXPECT_TRUE(hand.plan.try_publish(&hand.steps.emplace_back(links(worker), before, *owned)));
  }
  plans_.emplace(generation_, std::move(owned));
}

std::uint64_t Rig::in_use() const {
  std::uint64_t oldest = generation_;
  for (const auto& hand : hands_) oldest = std::min(oldest, hand->plan.in_use());
  return oldest;
}

void Rig::release_plans() {
  for (const auto& hand : hands_) {
    const std::uint64_t adopted = hand->plan.adopted();
    while (!hand->steps.empty() && hand->steps.front().plan->generation <= adopted) hand->steps.pop_front();
  }
  plans_.erase(plans_.begin(), plans_.lower_bound(in_use()));
}

void Rig::at(Instant when, std::function<void()> action) {
  actions_.emplace(when, std::move(action));
}

Instant Rig::next_turn() const {
  Instant next{INT64_MAX};
  for (const auto& hand : hands_) {
    if (hand->rests) continue;
    next = std::min(next, hand->worker->next_deadline(now_));
    for (const auto& port : hand->ports) {
      if (const auto arrival = port->next_arrival()) next = std::min(next, *arrival);
    }
  }
  return next <= now_ ? now_ + kPoll : next + latency_;
}

void Rig::act() {
  for (auto due = actions_.begin(); due != actions_.end() && due->first <= now_; due = actions_.begin()) {
    const auto action = std::move(due->second);
    actions_.erase(due);
    action();
  }
}

void Rig::run_threads_until(Instant end) {
  std::atomic<std::int64_t> clock = now_.value;
  std::vector<std::atomic<std::uint64_t>> turns(hands_.size());
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < hands_.size(); ++i) {
    threads.emplace_back([&, i](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        hands_[i]->worker->run_once(Instant{clock.load(std::memory_order_relaxed)});
        turns[i].fetch_add(1, std::memory_order_relaxed);
        std::this_thread::yield();
      }
    });
  }
  for (; now_ <= end; now_ = now_ + Ticks27::microseconds(500)) {
    act();
    clock.store(now_.value, std::memory_order_relaxed);
    for (const auto& turned : turns) {
      // One turn may have begun before the clock was set.
      const std::uint64_t from = turned.load(std::memory_order_relaxed);
      while (turned.load(std::memory_order_relaxed) < from + 2) std::this_thread::yield();
    }
    release_plans();
  }
}

void Rig::run_until(Instant end) {
  for (bool done = false; !done;) {
    act();
    for (const auto& hand : hands_) {
      if (!hand->rests) hand->worker->run_once(now_);
    }
    release_plans();
    Instant next = next_turn();
    if (!actions_.empty()) next = std::min(next, actions_.begin()->first);
    done = now_ >= end;
    now_ = std::max(now_, std::min(next, end));
  }
}

}  // namespace headwater::test
