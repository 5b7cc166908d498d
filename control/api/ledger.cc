// SPDX-License-Identifier: Apache-2.0
#include "control/api/ledger.h"

#include <chrono>
#include <thread>
#include <utility>

#include "dataplane/plan/ledger.h"

namespace headwater::control::api {
namespace {

// A burst takes well under a millisecond, and a worker that shares its core may lose it for some.
constexpr int kReadings = 12;
constexpr std::chrono::microseconds kFirstPause{50};  // doubled every second time: 5 ms in all

template <typename Counters>
LedgerEntry settled(LedgerKind kind, std::string id, const Counters& counters) {
  LedgerEntry entry{.kind = kind, .name = std::move(id), .equations = {}, .events = {}};
  std::chrono::microseconds pause = kFirstPause;
  for (int reading = 1;; ++reading) {
    entry.equations = dataplane::ledger(counters);
    if (entry.balanced() || reading == kReadings) break;
    std::this_thread::sleep_for(pause);
    if (reading % 2 == 0) pause *= 2;
  }
  entry.events = dataplane::events(counters);
  return entry;
}

}  // namespace

LedgerEntry ledger_entry(std::string id, const dataplane::PortCounters& counters) {
  return settled(LedgerKind::kPort, std::move(id), counters);
}
LedgerEntry ledger_entry(std::string id, const dataplane::InputCounters& counters) {
  return settled(LedgerKind::kInput, std::move(id), counters);
}
LedgerEntry ledger_entry(std::string id, const dataplane::OutputCounters& counters) {
  return settled(LedgerKind::kOutput, std::move(id), counters);
}

}  // namespace headwater::control::api
