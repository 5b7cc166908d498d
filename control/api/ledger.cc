// SPDX-License-Identifier: Apache-2.0
#include "control/api/ledger.h"

#include <algorithm>
#include <cstddef>
#include <thread>

#include "dataplane/plan/ledger.h"

namespace headwater::control::api {
namespace {

constexpr std::chrono::microseconds kFirstPause{50};  // doubled each time
constexpr std::chrono::microseconds kLongestPause{2'000};

LedgerKind kind_of(const dataplane::InputCounters& /*counters*/) {
  return LedgerKind::kInput;
}
LedgerKind kind_of(const dataplane::OutputCounters& /*counters*/) {
  return LedgerKind::kOutput;
}
LedgerKind kind_of(const dataplane::PortCounters& /*counters*/) {
  return LedgerKind::kPort;
}

LedgerEntry read(const LedgerSource& source) {
  return std::visit(
      [&](const auto* counters) {
        LedgerEntry entry{.kind = kind_of(*counters),
                          .name = source.name,
                          .equations = dataplane::ledger(*counters),
                          .events = dataplane::events(*counters)};
        entry.events.insert(entry.events.end(), source.also.begin(), source.also.end());
        return entry;
      },
      source.counters);
}

}  // namespace

SettleTime SettleTime::real() {
  using Clock = std::chrono::steady_clock;
  return {.passed =
              [begin = Clock::now()] {
                return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin);
              },
          .pause = [](std::chrono::microseconds time) { std::this_thread::sleep_for(time); }};
}

std::vector<LedgerEntry> settled(const std::vector<LedgerSource>& sources, const SettleTime& time) {
  std::vector<LedgerEntry> entries;
  entries.reserve(sources.size());
  std::vector<std::size_t> open;
  for (const LedgerSource& source : sources) {
    entries.push_back(read(source));
    if (!entries.back().balanced()) open.push_back(entries.size() - 1);
  }
  std::chrono::microseconds pause = kFirstPause;
  while (!open.empty() && time.passed() < SettleTime::kBudget) {
    time.pause(pause);
    pause = std::min(2 * pause, kLongestPause);
    std::erase_if(open, [&](std::size_t index) {
      entries[index] = read(sources[index]);
      return entries[index].balanced();
    });
  }
  return entries;
}

}  // namespace headwater::control::api
