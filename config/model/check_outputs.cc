// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "config/model/address.h"
#include "config/model/checks.h"

namespace headwater::config {
namespace {

struct Taken {
  const Channel* channel;
  const Output* output;
};
using Key = std::tuple<std::string_view, std::string_view, std::uint16_t>;

const Location& place_of_to(const Output& output) {
  return place(output.places, "to", output.where);
}

// Where its group goes by the channel's number, that number's: `to` may be a profile's, right for all others.
const Location& place_of_group(const Output& output) {
  return place(output.places, "number", place_of_to(output));
}
bool goes_by_number(const Output& output) {
  return output.places.contains("number");
}

std::string group_text(const Output& output) {
  return fmt::format(
      "{}:{}{}", output.group, output.udp_port,
      goes_by_number(output) ? fmt::format(" (`to` at {})", to_string(place_of_to(output))) : "");
}

// That they share a number has been told, and it is all that is wrong.
bool share_a_number(const Channel& a, const Output& of_a, const Channel& b, const Output& of_b) {
  return goes_by_number(of_a) && goes_by_number(of_b) && a.number == b.number && &a != &b;
}

void check_source(Checks& checks, const std::string& subject, const Output& output, const Port& port) {
  if (output.from && !has_address(port, *output.from)) {
    checks.error(
        place(output.places, "from", output.where),
        fmt::format(
            "{}: {} is not an address of port \"{}\" (its addresses: {}): take one of them, or add it to "
            "the port",
            subject, *output.from, port.id, addresses_of(port)));
  }
  if (!output.from && port.addresses.empty()) {
    checks.error(
        place(output.places, "port", output.where),
        fmt::format("{}: port \"{}\" has no address to send from: give it one (address: [10.2.0.10/24])",
                    subject, port.id));
  }
}

// What enabled inputs receive, by group and UDP port.
using Received = std::multimap<std::pair<std::string_view, std::uint16_t>, const Input*>;

Received received(const Configuration& configuration) {
  Received result;
  for (const Input& input : configuration.inputs) {
    if (input.enabled && !input.group.empty())
      result.emplace(std::pair(std::string_view(input.group), input.udp_port), &input);
  }
  return result;
}

// On the port of the input the channel would mix with the encoder's own stream at every receiver; on another
// it would where the two networks meet.
void check_received(Checks& checks, const std::string& subject, const Output& output, const Received& all) {
  const auto [first, last] = all.equal_range(std::pair(std::string_view(output.group), output.udp_port));
  if (first == last) return;
  const auto same =
      std::find_if(first, last, [&](const auto& each) { return each.second->port == output.port; });
  if (same != last) {
    return checks.error(
        place_of_group(output),
        fmt::format("{}: {} on port \"{}\" is what input \"{}\" receives ({}): the encoder's group is not "
                    "the headend's to send to, take another",
                    subject, group_text(output), output.port, same->second->id,
                    to_string(same->second->where)));
  }
  checks.warning(place_of_group(output),
                 fmt::format("{}: {} is what input \"{}\" receives on port \"{}\" ({}): where the two "
                             "networks meet, receivers get both",
                             subject, group_text(output), first->second->id, first->second->port,
                             to_string(first->second->where)));
}

void check_output(Checks& checks, const Channel& channel, const Output& output, std::map<Key, Taken>& taken,
                  const Received& inputs) {
  const std::string subject = fmt::format("channel \"{}\"", channel.name);
  if (const auto group = parse_ipv4(output.group))
    check_group(checks, subject, place_of_group(output), *group);
  if (output.port.empty()) return;
  const auto port = checks.ports.find(output.port);
  if (port == checks.ports.end()) {
    return refuse_reference(checks, subject, place(output.places, "port", output.where), "port", output.port,
                            checks.port_ids);
  }
  check_source(checks, subject, output, *port->second);
  if (!channel.enabled || output.group.empty()) return;
  check_received(checks, subject, output, inputs);
  const auto [first, fresh] =
      taken.emplace(Key(output.port, output.group, output.udp_port), Taken{&channel, &output});
  if (!fresh && !share_a_number(channel, output, *first->second.channel, *first->second.output)) {
    checks.error(
        place_of_group(output),
        fmt::format("{}: {} on port \"{}\" is an output of channel \"{}\" already ({}): each needs its own",
                    subject, group_text(output), output.port, first->second.channel->name,
                    to_string(place_of_group(*first->second.output))));
  }
}

// RFC 1112 6.4: 32 groups share a MAC address; switches and set-top boxes that look at it alone get both.
class SharedMacs {
 public:
  void add(Checks& checks, std::string_view port, const std::string& group, const Location& where) {
    const auto value = parse_ipv4(group);
    if (!value || !is_multicast(*value)) return;
    const auto [first, fresh] = first_.emplace(std::pair(port, *value & 0x7FFFFF), std::pair(*value, where));
    if (fresh || first->second.first == *value) return;
    checks.warning(
        where,
        fmt::format("{} has the same MAC address as {} ({}) on port \"{}\": who looks at the MAC alone "
                    "receives both. Let the last 23 bits differ",
                    group, ipv4_text(first->second.first), to_string(first->second.second), port));
  }

 private:
  std::map<std::pair<std::string_view, std::uint32_t>, std::pair<std::uint32_t, Location>> first_;
};

}  // namespace

void check_outputs(Checks& checks) {
  std::map<Key, Taken> taken;
  const Received inputs = received(checks.configuration);
  SharedMacs macs;
  for (const Input& input : checks.configuration.inputs) {
    if (input.enabled) macs.add(checks, input.port, input.group, place(input.places, "source", input.where));
  }
  for (const Channel& channel : checks.configuration.channels) {
    for (const Output& output : channel.outputs) {
      check_output(checks, channel, output, taken, inputs);
      if (channel.enabled) macs.add(checks, output.port, output.group, place_of_group(output));
    }
    if (channel.enabled && channel.outputs.empty()) {
      checks.warning(channel.where,
                     fmt::format("channel \"{}\": it has no `outputs`: nobody receives it", channel.name));
    }
  }
}

}  // namespace headwater::config
