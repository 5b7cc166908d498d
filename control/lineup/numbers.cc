// SPDX-License-Identifier: Apache-2.0
#include "control/lineup/numbers.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <string_view>

namespace headwater::control {

namespace {

// Numbers of one kind, each channel's own: a configured one counts, else the remembered one, else the lowest
// that no channel has or ever had.
class Numbering {
 public:
  Numbering(std::string_view kind, std::uint32_t first, const Store& store, std::vector<Allocation>& fresh)
      : kind_(kind), first_(first), fresh_(fresh) {
    for (Allocation& known : store.list(kind_)) {
      remembered_.insert(known.value);
      by_channel_.emplace(std::move(known.owner), known.value);
    }
  }

  void configured(std::uint16_t number) { taken_.insert(number); }

  std::optional<std::uint16_t> number(const std::string& channel) {
    const auto known = by_channel_.find(channel);
    if (known != by_channel_.end() && taken_.insert(known->second).second) return narrow(known->second);
    const auto free = lowest(true);
    // Only when no number is left that nobody ever had, those of channels that are gone serve again.
    const auto chosen = free ? free : lowest(false);
    if (!chosen) return std::nullopt;
    taken_.insert(*chosen);
    remembered_.insert(*chosen);
    fresh_.push_back({std::string(kind_), channel, "", *chosen});
    return narrow(*chosen);
  }

  // Channels that the configuration still has keep theirs against new ones, whatever their order.
  void expect(const std::string& channel) {
    const auto known = by_channel_.find(channel);
    if (known != by_channel_.end()) expected_.insert(known->second);
  }

 private:
  static std::uint16_t narrow(std::uint32_t number) { return static_cast<std::uint16_t>(number); }

  std::optional<std::uint32_t> lowest(bool never_had) {
    std::uint32_t& next = never_had ? next_new_ : next_old_;
    for (next = std::max(next, first_); next <= 0xFFFF; ++next) {
      if (taken_.contains(next) || expected_.contains(next)) continue;
      if (never_had && remembered_.contains(next)) continue;
      return next;
    }
    return std::nullopt;
  }

  std::string_view kind_;
  std::uint32_t first_;
  std::vector<Allocation>& fresh_;
  std::map<std::string, std::uint32_t> by_channel_;
  std::set<std::uint32_t> remembered_;
  std::set<std::uint32_t> expected_;
  std::set<std::uint32_t> taken_;
  std::uint32_t next_new_ = 0;
  std::uint32_t next_old_ = 0;
};

RtpNumbers rtp_numbers(const std::string& channel, const std::string& output, const Store& store,
                       const std::function<std::uint32_t()>& random, std::vector<Allocation>& fresh) {
  const auto kept = [&](std::string_view kind, std::uint32_t mask) {
    if (const auto known = store.find(kind, channel, output)) return *known;
    const std::uint32_t value = random() & mask;
    fresh.push_back({std::string(kind), channel, output, value});
    return value;
  };
  // RFC 3550 5.1: both are random.
  return {.ssrc = kept("ssrc", 0xFFFF'FFFF),
          .first_sequence = static_cast<std::uint16_t>(kept("rtp_sequence", 0xFFFF))};
}

}  // namespace

std::string output_id(const config::Channel& channel, const config::Output& output) {
  return fmt::format("{}/{}/{}:{}", channel.id, output.port, output.group, output.udp_port);
}

bool numbered_alike(const config::Channel& before, const config::Channel& after) {
  const auto same_place = [](const config::Output& a, const config::Output& b) {
    return a.rtp == b.rtp && a.port == b.port && a.group == b.group && a.udp_port == b.udp_port;
  };
  return before.service_id == after.service_id && before.transport_stream_id == after.transport_stream_id &&
         std::ranges::equal(before.outputs, after.outputs, same_place);
}

Numbers number_channels(const config::Configuration& configuration, const Store& store,
                        const std::function<std::uint32_t()>& random, std::vector<Allocation>& fresh) {
  // ISO/IEC 13818-1 2.4.4.5: program_number 0 is the network PID's.
  Numbering services("service_id", 1, store, fresh);
  Numbering streams("transport_stream_id", 1, store, fresh);
  for (const config::Channel& channel : configuration.channels) {
    if (channel.service_id) {
      services.configured(*channel.service_id);
    } else {
      services.expect(channel.id);
    }
    if (channel.transport_stream_id) {
      streams.configured(*channel.transport_stream_id);
    } else {
      streams.expect(channel.id);
    }
  }
  Numbers numbers;
  for (const config::Channel& channel : configuration.channels) {
    ChannelNumbers& own = numbers[channel.id];
    own.service_id = channel.service_id ? channel.service_id : services.number(channel.id);
    own.transport_stream_id =
        channel.transport_stream_id ? channel.transport_stream_id : streams.number(channel.id);
    for (const config::Output& output : channel.outputs) {
      if (!output.rtp) continue;
      const std::string id = output_id(channel, output);
      if (!own.rtp.contains(id)) own.rtp[id] = rtp_numbers(channel.id, id, store, random, fresh);
    }
  }
  return numbers;
}

}  // namespace headwater::control
