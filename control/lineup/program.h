// SPDX-License-Identifier: Apache-2.0
//
// Which program of the input a channel takes. Pure.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "config/model/configuration.h"
#include "control/lineup/carried.h"
#include "control/lineup/decision.h"

namespace headwater::control {

struct ChosenProgram {
  std::uint16_t number = 0;
  const psi::Pmt* pmt = nullptr;
  Pid pmt_pid = kNullPid;
  StreamPosition at;
  std::optional<std::string> note;
};

struct NoProgram {
  ChannelState state = ChannelState::kWaiting;
  std::string reason;
  bool keep_last = false;
  std::optional<std::uint16_t> number;
};

// The configured one; else the input's only one; else `last`, the one that the channel took before, so that
// a program which joins the input takes no channel off the air.
[[nodiscard]] std::expected<ChosenProgram, NoProgram> choose_program(const config::Channel& channel,
                                                                     const std::string& input,
                                                                     const Carried& carried,
                                                                     std::optional<std::uint16_t> last);

}  // namespace headwater::control
