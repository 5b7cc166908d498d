// SPDX-License-Identifier: Apache-2.0
//
// What goes out for one channel, or why nothing does, in words that the API shows. A value, immutable once
// made. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "psi/base/pid.h"
#include "psi/base/stream_position.h"
#include "psi/tables/tables.h"

namespace headwater::control {

enum class ChannelState : std::uint8_t {
  kOnAir,
  kWaiting,  // for the input; an output that was on air keeps its last routes and tables (keep_last)
  kRefused,  // until the operator or the input changes
  kParked,   // by the configuration
};

[[nodiscard]] std::string_view to_string(ChannelState state);

// One PID of the input on its way out.
struct RoutedPid {
  Pid in = kNullPid;
  Pid out = kNullPid;
  std::string kind;   // video audio teletext subtitle ait scte35 data other; pcr ecm tdt
  std::string codec;  // "H.264"; empty where the kind says all
  std::vector<std::string> languages;
  friend bool operator==(const RoutedPid&, const RoutedPid&) = default;
};

// Where in the input's stream the tables that a decision rests on were complete.
struct TablesAt {
  StreamPosition pat, pmt, sdt;
  friend bool operator==(const TablesAt&, const TablesAt&) = default;
};

struct Decision {
  ChannelState state = ChannelState::kWaiting;
  std::string reason;              // empty on air
  std::vector<std::string> notes;  // on air, but worth the operator's eye
  bool keep_last = false;          // waiting: what is on the air stays as it is

  std::string input;                     // id of the one in use; empty: none
  std::optional<std::uint16_t> program;  // in the input, once chosen

  // On air only:
  Pid pcr_pid = kNullPid;  // in the output; 0x1FFF: the program has none
  Pid pmt_pid = kNullPid;  // in the output
  Pid input_pmt_pid = kNullPid;
  std::vector<RoutedPid> pids;
  psi::Pat pat;
  psi::Pmt pmt;
  // None while the input's may still come: sending ours without what that says, and then with it, would step
  // its version at each start.
  std::optional<psi::Sdt> sdt;  // versions 0: control/si sets them
  TablesAt at;
};

}  // namespace headwater::control
