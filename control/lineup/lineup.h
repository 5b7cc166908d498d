// SPDX-License-Identifier: Apache-2.0
//
// The lineup: what goes out for each channel, from the configuration and what its input carries. Pure but for
// reading the store; what is newly allocated comes out as a list.
//
// A program that vanishes, or whose PMT empties, is waited for: what was on the air stays, routes and tables
// with their versions, so that its return needs no new version and a set-top box that stayed sees it at once.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "config/model/configuration.h"
#include "control/lineup/carried.h"
#include "control/lineup/decision.h"
#include "control/lineup/numbers.h"
#include "control/store/store.h"

namespace headwater::control {

struct DecisionRequest {
  const config::Channel& channel;
  const config::Headend& headend;
  const config::Input* input = nullptr;  // the channel's first; nullptr: not in the configuration
  const Carried* carried = nullptr;      // of that input; nullptr: nothing heard
  const ChannelNumbers& numbers;
  std::optional<std::uint16_t> last_program;  // that the channel took before
  bool on_air = false;                        // by an earlier decision
};

[[nodiscard]] Decision decide(const DecisionRequest& request, const Store& store,
                              std::vector<Allocation>& fresh);

}  // namespace headwater::control
