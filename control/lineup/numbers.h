// SPDX-License-Identifier: Apache-2.0
//
// The numbers that a channel and its outputs keep for life: service_id, transport_stream_id, RTP's SSRC and
// first sequence number. Configured, or allocated once and remembered. Control thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/model/compare.h"
#include "config/model/configuration.h"
#include "control/lineup/numbering.h"
#include "control/store/store.h"

namespace headwater::control {

struct RtpNumbers {
  std::uint32_t ssrc = 0;
  std::uint16_t first_sequence = 0;
  friend bool operator==(const RtpNumbers&, const RtpNumbers&) = default;
};

struct ChannelNumbers {
  std::optional<std::uint16_t> service_id;  // none: all 65535 are taken, or it is parked and had none
  std::optional<std::uint16_t>
      transport_stream_id;                // none: all 65535 are taken, or it is parked and had none
  std::map<std::string, RtpNumbers> rtp;  // by output id; RTP outputs only
  friend bool operator==(const ChannelNumbers&, const ChannelNumbers&) = default;
};

// "das-erste/east/239.20.0.1:5000": by where it goes, so that an output keeps its slot, counters and SSRC
// when the list around it changes.
[[nodiscard]] std::string output_id(const config::Channel& channel, const config::Output& output);

// Of every channel of the configuration that runs. A change costs what it names, not what there is.
class LineupNumbers {
 public:
  // `store` outlives it; `random` gives 32 random bits.
  LineupNumbers(const Store& store, std::function<std::uint32_t()> random);

  struct Changes {
    std::vector<std::size_t> places;     // of the channels that have other numbers than before, or are new
    std::vector<std::size_t> displaced;  // of those: that another channel took the allocated one of
  };
  // `before` is the configuration of the call before. Places are in their order; what is allocated is
  // appended to `fresh` for the store.
  Changes take_over(const config::Configuration& before, const config::Difference& difference,
                    const config::Configuration& after, std::vector<Allocation>& fresh);

  // By the channel's place.
  [[nodiscard]] const ChannelNumbers& of(std::size_t channel) const { return *numbers_[channel]; }

 private:
  void give_back(const config::Channel& channel, const ChannelNumbers& numbers);
  // A number that one of them configures is another channel's, which was allocated it.
  [[nodiscard]] bool displace(const config::Configuration& after,
                              const std::vector<std::size_t>& places) const;
  void number(const config::Configuration& after, const std::vector<std::size_t>& places,
              std::vector<ChannelNumbers>& numbers, std::vector<Allocation>& fresh);
  void number_outputs(const config::Channel& channel, ChannelNumbers& numbers,
                      std::vector<Allocation>& fresh) const;

  const Store& store_;
  std::function<std::uint32_t()> random_;
  Numbering services_;
  Numbering streams_;
  std::vector<std::shared_ptr<const ChannelNumbers>> numbers_;
};

}  // namespace headwater::control
