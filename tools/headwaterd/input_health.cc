// SPDX-License-Identifier: Apache-2.0
#include "tools/headwaterd/input_health.h"

#include <fmt/format.h>

#include <string_view>

namespace headwater::daemon {
namespace {

using dataplane::Counter;
using dataplane::InputCounters;

struct Fault {
  Counter InputCounters::* counter;
  std::string_view one, many;
};

// What a network does and RTP mends (duplicates, reorder) is none, nor what shares a port by design (FEC).
constexpr auto kAll = std::to_array<Fault>({
    {&InputCounters::drop_payload_size, "datagram that holds no TS packets",
     "datagrams that hold no TS packets"},
    {&InputCounters::drop_rtp_header, "datagram without a valid RTP header",
     "datagrams without a valid RTP header"},
    {&InputCounters::drop_sync, "packet without a sync byte", "packets without a sync byte"},
    {&InputCounters::pat_error, "PAT error", "PAT errors"},
    {&InputCounters::pmt_error, "PMT error", "PMT errors"},
    {&InputCounters::pid_error, "PID error", "PID errors"},
    {&InputCounters::rtp_lost, "RTP packet lost", "RTP packets lost"},
    {&InputCounters::cc_error, "continuity error", "continuity errors"},
    {&InputCounters::drop_transport_error, "packet with transport_error_indicator",
     "packets with transport_error_indicator"},
    {&InputCounters::drop_malformed, "malformed packet", "malformed packets"},
    {&InputCounters::drop_history_full, "packet without room in the history",
     "packets without room in the history"},
    {&InputCounters::section_errors, "broken section", "broken sections"},
});

}  // namespace

void InputHealth::sample(Instant now, const InputCounters& counters) {
  static_assert(kAll.size() == kFaults);
  for (std::size_t i = 0; i < kFaults; ++i) faults_[i].sample(now, (counters.*kAll[i].counter).get());
  scrambled_.sample(now, counters.scrambled.get());
  datagrams_.sample(now, counters.datagrams.get());
}

InputHealth::Faults InputHealth::faults(Instant now) const {
  Faults faults = 0;
  for (std::size_t i = 0; i < kFaults; ++i) faults |= Faults{faults_[i].moved(now)} << i;
  return faults;
}

std::string InputHealth::names(Faults faults) {
  std::string text;
  for (std::size_t i = 0; i < kFaults; ++i) {
    if ((faults >> i & 1) != 0) text += fmt::format("{}{}", text.empty() ? "" : ", ", kAll[i].many);
  }
  return text;
}

std::string InputHealth::trouble(Instant now) const {
  std::string text;
  for (std::size_t i = 0; i < kFaults; ++i) {
    const std::uint64_t count = faults_[i].recent(now);
    if (count == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "in the last minute: " : ", ", count,
                        count == 1 ? kAll[i].one : kAll[i].many);
  }
  return text;
}

}  // namespace headwater::daemon
