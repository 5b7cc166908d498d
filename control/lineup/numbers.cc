// SPDX-License-Identifier: Apache-2.0
#include "control/lineup/numbers.h"

#include <fmt/core.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace headwater::control {

namespace {

// Whether the numbers of `before` are those of `after` too, whatever else differs.
bool numbered_alike(const config::Channel& before, const config::Channel& after) {
  const auto same_place = [](const config::Output& a, const config::Output& b) {
    return a.rtp == b.rtp && a.port == b.port && a.group == b.group && a.udp_port == b.udp_port;
  };
  return before.enabled == after.enabled && before.service_id == after.service_id &&
         before.transport_stream_id == after.transport_stream_id &&
         std::ranges::equal(before.outputs, after.outputs, same_place);
}

// A channel that is sent, before and after, has another allocated number now.
bool lost_one(const config::Channel& before, const ChannelNumbers& had, const config::Channel& after,
              const ChannelNumbers& has) {
  const auto lost = [](const auto& said, const auto& says, const auto& old, const auto& now) {
    return !said && !says && old && old != now;
  };
  return before.enabled && after.enabled &&
         (lost(before.service_id, after.service_id, had.service_id, has.service_id) ||
          lost(before.transport_stream_id, after.transport_stream_id, had.transport_stream_id,
               has.transport_stream_id));
}

}  // namespace

std::string output_id(const config::Channel& channel, const config::Output& output) {
  return fmt::format("{}/{}/{}:{}", channel.id, output.port, output.group, output.udp_port);
}

LineupNumbers::LineupNumbers(const Store& store, std::function<std::uint32_t()> random)
    : store_(store),
      random_(std::move(random)),
      // ISO/IEC 13818-1 2.4.4.5: program_number 0 is the network PID's.
      services_("service_id", 1, store),
      streams_("transport_stream_id", 1, store) {}

LineupNumbers::Changes LineupNumbers::take_over(const config::Configuration& before,
                                                const config::Difference& difference,
                                                const config::Configuration& after,
                                                std::vector<Allocation>& fresh) {
  const config::Pairing& channels = difference.channels;
  std::vector<std::shared_ptr<const ChannelNumbers>> old(after.channels.size());
  std::vector<std::size_t> places;
  for (const std::size_t gone : channels.gone) give_back(before.channels[gone], *numbers_[gone]);
  for (std::size_t place = 0; place < after.channels.size(); ++place) {
    const auto was = channels.before[place];
    if (was) old[place] = std::move(numbers_[*was]);
    if (was && (channels.same[place] || numbered_alike(before.channels[*was], after.channels[place])))
      continue;
    places.push_back(place);
    if (was) give_back(before.channels[*was], *old[place]);
  }
  if (displace(after, places)) {
    std::vector<bool> given_back(after.channels.size());
    for (const std::size_t place : places) given_back[place] = true;
    for (std::size_t place = 0; place < after.channels.size(); ++place) {
      if (!given_back[place]) give_back(before.channels[*channels.before[place]], *old[place]);
    }
    places.resize(after.channels.size());
    std::iota(places.begin(), places.end(), std::size_t{0});
  }
  std::vector<ChannelNumbers> numbers(places.size());
  number(after, places, numbers, fresh);

  numbers_ = std::move(old);
  Changes changes;
  for (std::size_t k = 0; k < places.size(); ++k) {
    std::shared_ptr<const ChannelNumbers>& own = numbers_[places[k]];
    if (own != nullptr && *own == numbers[k]) continue;
    const auto was = channels.before[places[k]];
    if (was && own != nullptr && lost_one(before.channels[*was], *own, after.channels[places[k]], numbers[k]))
      changes.displaced.push_back(places[k]);
    own = std::make_shared<const ChannelNumbers>(std::move(numbers[k]));
    changes.places.push_back(places[k]);
  }
  return changes;
}

void LineupNumbers::give_back(const config::Channel& channel, const ChannelNumbers& numbers) {
  if (!channel.enabled) return;
  if (numbers.service_id) services_.give_back(*numbers.service_id, channel.service_id.has_value());
  if (numbers.transport_stream_id)
    streams_.give_back(*numbers.transport_stream_id, channel.transport_stream_id.has_value());
}

bool LineupNumbers::displace(const config::Configuration& after,
                             const std::vector<std::size_t>& places) const {
  return std::ranges::any_of(places, [&](std::size_t place) {
    const config::Channel& channel = after.channels[place];
    return channel.enabled &&
           ((channel.service_id && services_.is_allocated(*channel.service_id)) ||
            (channel.transport_stream_id && streams_.is_allocated(*channel.transport_stream_id)));
  });
}

void LineupNumbers::number(const config::Configuration& after, const std::vector<std::size_t>& places,
                           std::vector<ChannelNumbers>& numbers, std::vector<Allocation>& fresh) {
  for (std::size_t k = 0; k < places.size(); ++k) {
    const config::Channel& channel = after.channels[places[k]];
    numbers[k].service_id = channel.service_id;
    numbers[k].transport_stream_id = channel.transport_stream_id;
    if (!channel.enabled) continue;
    if (channel.service_id) services_.take(*channel.service_id);
    if (channel.transport_stream_id) streams_.take(*channel.transport_stream_id);
  }
  // Channels that had one keep it against new ones, whatever their order.
  for (std::size_t k = 0; k < places.size(); ++k) {
    const config::Channel& channel = after.channels[places[k]];
    const auto kept = [&](Numbering& numbering) {
      return channel.enabled ? numbering.take_remembered(channel.id) : numbering.remembered(channel.id);
    };
    if (!numbers[k].service_id) numbers[k].service_id = kept(services_);
    if (!numbers[k].transport_stream_id) numbers[k].transport_stream_id = kept(streams_);
  }
  for (std::size_t k = 0; k < places.size(); ++k) {
    const config::Channel& channel = after.channels[places[k]];
    if (!channel.enabled) continue;  // others may have its numbers while it is parked
    if (!numbers[k].service_id) numbers[k].service_id = services_.take_free(channel.id, fresh);
    if (!numbers[k].transport_stream_id)
      numbers[k].transport_stream_id = streams_.take_free(channel.id, fresh);
    number_outputs(channel, numbers[k], fresh);
  }
}

void LineupNumbers::number_outputs(const config::Channel& channel, ChannelNumbers& numbers,
                                   std::vector<Allocation>& fresh) const {
  for (const config::Output& output : channel.outputs) {
    if (!output.rtp) continue;
    const std::string id = output_id(channel, output);
    if (numbers.rtp.contains(id)) continue;
    const auto kept = [&](std::string_view kind, std::uint32_t mask) {
      if (const auto known = store_.find(kind, channel.id, id)) return *known;
      const std::uint32_t value = random_() & mask;
      fresh.push_back({std::string(kind), channel.id, id, value});
      return value;
    };
    // RFC 3550 5.1: both are random.
    numbers.rtp[id] = {.ssrc = kept("ssrc", 0xFFFF'FFFF),
                       .first_sequence = static_cast<std::uint16_t>(kept("rtp_sequence", 0xFFFF))};
  }
}

}  // namespace headwater::control
