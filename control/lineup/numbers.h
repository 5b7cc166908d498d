// SPDX-License-Identifier: Apache-2.0
//
// The numbers that a channel and its outputs keep for life: service_id, transport_stream_id, RTP's SSRC and
// first sequence number. Configured, or allocated once and remembered. Control thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/model/configuration.h"
#include "control/store/store.h"

namespace headwater::control {

struct RtpNumbers {
  std::uint32_t ssrc = 0;
  std::uint16_t first_sequence = 0;
  friend bool operator==(const RtpNumbers&, const RtpNumbers&) = default;
};

struct ChannelNumbers {
  std::optional<std::uint16_t> service_id;           // none: all 65535 are taken
  std::optional<std::uint16_t> transport_stream_id;  // none: all 65536 are taken
  std::map<std::string, RtpNumbers> rtp;             // by output id; RTP outputs only
  friend bool operator==(const ChannelNumbers&, const ChannelNumbers&) = default;
};
using Numbers = std::map<std::string, ChannelNumbers>;  // by channel id

// "das-erste/east/239.20.0.1:5000": by where it goes, so that an output keeps its slot, counters and SSRC
// when the list around it changes.
[[nodiscard]] std::string output_id(const config::Channel& channel, const config::Output& output);

// What is new is appended to `fresh` for the store. `random` gives 32 random bits.
[[nodiscard]] Numbers number_channels(const config::Configuration& configuration, const Store& store,
                                      const std::function<std::uint32_t()>& random,
                                      std::vector<Allocation>& fresh);

// Whether the numbers of `before` are those of `after` too, whatever else differs. Cheap.
[[nodiscard]] bool numbered_alike(const config::Channel& before, const config::Channel& after);

}  // namespace headwater::control
