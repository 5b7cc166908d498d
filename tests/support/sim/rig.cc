// SPDX-License-Identifier: Apache-2.0
#include "tests/support/sim/rig.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "dataplane/plan/ledger.h"

namespace headwater::test {
namespace {

using dataplane::PortIndex;

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
      counters_(sizes.ports, sizes.inputs, sizes.outputs),
      punt_(sizes.punt_bytes),
      inject_(1 << 16) {
  for (std::size_t i = 0; i < sizes.ports; ++i) {
    ports_.push_back(std::make_unique<dataplane::MemoryPort>(sizes.port_frames));
    port_pointers_.push_back(ports_.back().get());
  }
  worker_ = std::make_unique<dataplane::Worker>(
      dataplane::WorkerLinks{plan_ring_, punt_, inject_, counters_, port_pointers_, feeds_});
}

Rig::~Rig() {
  for (const std::string& line : imbalances()) ADD_FAILURE() << "the ledger does not balance: " << line;
  for (std::size_t i = 0; i < ports_.size(); ++i) {
    const auto& counters = counters_.port(PortIndex{static_cast<std::uint32_t>(i)});
    EXPECT_EQ(counters.sent.get(), ports_[i]->frames_sent()) << "port " << i;
  }
  worker_.reset();
  for (std::size_t i = 0; i < ports_.size(); ++i) {
    EXPECT_EQ(ports_[i]->frames_in_use(), 0U) << "frames of port " << i << " were not given back";
  }
}

std::vector<std::string> Rig::imbalances() const {
  std::vector<std::string> out;
  for (std::uint32_t i = 0; i < counters_.max_ports(); ++i) {
    check("port " + std::to_string(i), counters_.port({i}), out);
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
  while (punt_.try_pop(record)) records.push_back(record);
  return records;
}

void Rig::publish(dataplane::Plan plan) {
  plan.generation = ++generation_;
  auto owned = std::make_unique<const dataplane::Plan>(std::move(plan));
  EXPECT_TRUE(plan_ring_.try_publish(owned.get()));
  plans_.emplace(generation_, std::move(owned));
}

void Rig::release_plans() {
  plans_.erase(plans_.begin(), plans_.lower_bound(std::min(plan_ring_.in_use(), generation_)));
}

void Rig::at(Instant when, std::function<void()> action) {
  actions_.emplace(when, std::move(action));
}

Instant Rig::next_turn() const {
  Instant next = worker_->next_deadline(now_);
  for (const auto& port : ports_) {
    if (const auto arrival = port->next_arrival()) next = std::min(next, *arrival);
  }
  return next <= now_ ? now_ + kPoll : next + latency_;
}

void Rig::run_until(Instant end) {
  for (bool done = false; !done;) {
    for (auto due = actions_.begin(); due != actions_.end() && due->first <= now_; due = actions_.begin()) {
      const auto action = std::move(due->second);
      actions_.erase(due);
      action();
    }
    worker_->run_once(now_);
    release_plans();
    Instant next = next_turn();
    if (!actions_.empty()) next = std::min(next, actions_.begin()->first);
    done = now_ >= end;
    now_ = std::max(now_, std::min(next, end));
  }
}

}  // namespace headwater::test
