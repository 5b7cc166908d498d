// SPDX-License-Identifier: Apache-2.0
//
// The tables of one output, versioned and in packets. version_number is stepped once a change of content and
// never without one, over restarts too: the store holds the CRC of what was last sent with it. Pure but for
// reading the store. Control thread (libdvbpsi).
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "control/lineup/decision.h"
#include "control/store/store.h"
#include "psi/base/ticks.h"
#include "psi/ts/packet.h"

namespace headwater::control {

struct TableImage {
  enum class Kind : std::uint8_t { kPat, kPmt, kSdt } kind = Kind::kPat;
  Pid pid = kPatPid;
  Ticks27 interval;
  std::uint8_t version = 0;
  std::vector<ts::Packet> packets;
};

using TableSet = std::vector<TableImage>;  // PAT, PMT, and SDT where the decision has one

// Of a decision that is on air. What is new is appended to `fresh` for the store. The error names the table
// that does not fit: it is refused, never cut.
[[nodiscard]] std::expected<TableSet, std::string> make_tables(const std::string& channel,
                                                               const Decision& decision, const Store& store,
                                                               std::vector<Allocation>& fresh);

}  // namespace headwater::control
