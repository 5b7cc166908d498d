// SPDX-License-Identifier: Apache-2.0
//
// Output PIDs of a channel. In this order: what the operator fixed; in mode keep, the input's own PID; what
// the channel had before; the lowest free one from `first` on. Fixed PIDs that clash are refused, others give
// way. What is allocated is remembered by what the component is, not by its input PID. Pure but for reading
// the store.
#pragma once

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/model/configuration.h"
#include "control/store/store.h"
#include "psi/base/pid.h"

namespace headwater::control {

// One input PID that goes out.
struct PidWish {
  Pid in = kNullPid;
  std::string identity;  // "audio/AC-3/deu/0": kind, codec, languages, the how many of these
  bool first_video = false;
};

struct PidPlanning {
  Pid pmt = kNullPid;
  std::map<Pid, Pid> out;  // by input PID
};

// `wishes`: each input PID once, in order of precedence. The error is a message for the operator.
[[nodiscard]] std::expected<PidPlanning, std::string> plan_pids(const config::Channel& channel, Pid input_pmt,
                                                                const std::vector<PidWish>& wishes,
                                                                const Store& store,
                                                                std::vector<Allocation>& fresh);

}  // namespace headwater::control
