// SPDX-License-Identifier: Apache-2.0
//
// What an input carries, as the lineup looks at it: borrowed tables, and from where in its stream they hold.
// Any thread.
#pragma once

#include <cstdint>
#include <map>

#include "psi/base/stream_position.h"
#include "psi/base/ticks.h"
#include "psi/tables/tables.h"

namespace headwater::control {

struct Carried {
  enum class Signal : std::uint8_t {
    kNone,      // no packets
    kLost,      // there were packets, and none for kSilence
    kNoTables,  // packets, and for long enough no PAT
    kTables,    // a PAT, or packets so new that one may come
  };
  struct Program {
    Pid pmt_pid = kNullPid;
    const psi::Pmt* pmt = nullptr;  // nullptr: not seen yet
    StreamPosition at;
    bool overdue = false;  // not seen, and the time for it is over
  };

  // An input without a packet for so long is lost. Shortest gap that no stream in service has: TR 101 290 has
  // PCRs and tables come more often.
  static constexpr Ticks27 kSilence = Ticks27::seconds(1);

  Signal signal = Signal::kNone;
  const psi::Pat* pat = nullptr;  // nullptr: not seen yet
  StreamPosition pat_at;
  std::map<std::uint16_t, Program> programs;
  bool broken_sections = false;   // some came since the PAT did
  const psi::Sdt* sdt = nullptr;  // nullptr: not seen
  bool sdt_expected = false;      // not seen, but the time for it is not over
  StreamPosition sdt_at;
};

}  // namespace headwater::control
