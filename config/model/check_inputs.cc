// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <set>
#include <tuple>

#include "config/model/address.h"
#include "config/model/checks.h"

namespace headwater::config {
namespace {

using Key = std::tuple<std::string_view, std::string_view, std::uint16_t, std::string_view>;

std::string subject_of(const Input& input) {
  return fmt::format("input \"{}\"", input.id);
}

void check_destination(Checks& checks, const Input& input, const Port& port) {
  const auto address = parse_ipv4(input.group);
  if (!address) return;
  const Location& where = place(input.places, "source", input.where);
  check_group(checks, subject_of(input), where, *address);
  if (!is_multicast(*address) && !has_address(port, input.group)) {
    checks.error(where,
                 fmt::format("{}: {} is neither a group nor an address of port \"{}\" (its addresses: {})",
                             subject_of(input), input.group, port.id, addresses_of(port)));
  }
  if (is_multicast(*address) && port.addresses.empty()) {
    checks.warning(port.where,
                   fmt::format("port \"{}\": without an `address` its joins leave from 0.0.0.0, which some "
                               "switches ignore",
                               port.id));
  }
  // RFC 4607 4.1: a group of 232/8 means nothing without its source.
  if (is_source_specific(*address) && !input.from) {
    checks.error(where,
                 fmt::format("{}: {} is source-specific (232.0.0.0/8): say the sender, `from: 10.0.0.1`",
                             subject_of(input), input.group));
  }
}

void check_network_input(Checks& checks, const Input& input, std::map<Key, const Input*>& taken) {
  if (input.reorder_ms > input.jitter_ms) {
    checks.error(
        place(input.places, "reorder", input.where),
        fmt::format("{}: `reorder` {}ms is more than `jitter` {}ms: what is waited for must still be in time",
                    subject_of(input), input.reorder_ms, input.jitter_ms));
  }
  if (input.port.empty()) return;
  const auto port = checks.ports.find(input.port);
  if (port == checks.ports.end()) {
    return refuse_reference(checks, subject_of(input), place(input.places, "port", input.where), "port",
                            input.port, checks.port_ids);
  }
  if (input.group.empty()) return;
  check_destination(checks, input, *port->second);
  const auto [first, fresh] = taken.emplace(
      Key(input.port, input.group, input.udp_port, input.from ? *input.from : std::string_view()), &input);
  if (!fresh) {
    checks.error(
        place(input.places, "source", input.where),
        fmt::format(
            "{}: {}:{}{} on port \"{}\" is input \"{}\" already ({}): use that one, or tell them apart "
            "by `from`",
            subject_of(input), input.group, input.udp_port, input.from ? " from " + *input.from : "",
            input.port, first->second->id, to_string(first->second->where)));
  }
}

}  // namespace

void check_inputs(Checks& checks) {
  std::map<Key, const Input*> taken;
  std::set<std::string_view> used;
  for (const Channel& channel : checks.configuration.channels)
    used.insert(channel.inputs.begin(), channel.inputs.end());
  for (const Input& input : checks.configuration.inputs) {
    if (input.kind != Input::Kind::kFile) check_network_input(checks, input, taken);
    if (input.enabled && !used.contains(input.id)) {
      checks.warning(input.where,
                     fmt::format("{}: no channel uses it: it is received for nothing. Remove it, or set "
                                 "`enabled: false`",
                                 subject_of(input)));
    }
  }
}

}  // namespace headwater::config
