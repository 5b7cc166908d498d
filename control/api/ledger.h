// SPDX-License-Identifier: Apache-2.0
//
// Ledger entries from the counters of a running worker. The worker counts on while they are read, so that one
// reading may catch a packet between two counters: entries that do not balance are read again until they do
// or until the time for all of them is over. Control threads; may sleep for that time, so never under a lock.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "control/api/snapshot.h"
#include "dataplane/plan/counters.h"

namespace headwater::control::api {

// An entry to come. The counters are read until settled() returns.
struct LedgerSource {
  std::string name;
  std::variant<const dataplane::InputCounters*, const dataplane::OutputCounters*,
               const dataplane::PortCounters*>
      counters;
  std::vector<Term> also = {};  // beside the equations, after the counters' own events
};

struct SettleTime {
  // Of one call, however many entries it has. A burst takes well under a millisecond, and a worker that
  // shares its core may lose it for some.
  static constexpr std::chrono::microseconds kBudget{50'000};

  std::function<std::chrono::microseconds()> passed;  // since the call began
  std::function<void(std::chrono::microseconds)> pause;
  static SettleTime real();
};

// In the order of the sources.
[[nodiscard]] std::vector<LedgerEntry> settled(const std::vector<LedgerSource>& sources,
                                               const SettleTime& time = SettleTime::real());

}  // namespace headwater::control::api
