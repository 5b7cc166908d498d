// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "config/model/address.h"
#include "config/yaml/read.h"

namespace headwater::config {
namespace {

// What is wrong with a channel's number is told there, not at a profile that is right for all others.
void refuse_plan(const MapReader& reader, const Node& to, const Channel* channel, const PlanError& error) {
  if (error.of == PlanError::Of::kUse) return reader.error(to, "to", error.text);
  if (error.of == PlanError::Of::kTold || channel == nullptr) return;
  const auto number = channel->places.find("number");
  const bool told = number != channel->places.end() && !channel->number;
  if (told) return;
  reader.report().error(number == channel->places.end() ? channel->where : number->second, reader.subject(),
                        fmt::format("{} (`to` at {}): {}", error.text, to_string(to.where), error.way_out));
}

// With a plan in it, its place is also that of the channel's number, as "number".
void read_to(MapReader& reader, const AddressPlans& plans, const Channel* channel, Output& output) {
  reader.require("to", "udp://GROUP:PORT or rtp://GROUP:PORT");
  const Node* node = reader.scalar("to");
  if (node == nullptr) return;
  const auto text =
      channel != nullptr ? plans.resolve(node->text, channel->number) : plans.sample(node->text);
  if (!text) return refuse_plan(reader, *node, channel, text.error());
  if (channel != nullptr && AddressPlans::is_used(node->text)) {
    if (const auto number = channel->places.find("number"); number != channel->places.end())
      output.places.insert_or_assign("number", number->second);
  }
  const auto endpoint = parse_endpoint(*text);
  if (!endpoint) return reader.error(*node, "to", endpoint.error());
  if (endpoint->scheme != "udp" && endpoint->scheme != "rtp") {
    return reader.error(*node, "to", fmt::format("`{}`: udp and rtp are supported", *text));
  }
  if (!is_multicast(endpoint->address)) {
    return reader.error(*node, "to",
                        fmt::format("{} is not a multicast group (224.0.1.0..239.255.255.255)",
                                    ipv4_text(endpoint->address)));
  }
  output.rtp = endpoint->scheme == "rtp";
  output.group = ipv4_text(endpoint->address);
  output.udp_port = endpoint->port;
}

void check_rate(MapReader& reader) {
  const Entry* entry = reader.node().find("rate");
  if (entry == nullptr) return;
  if (entry->value->kind == Node::Kind::kScalar && entry->value->text == "transparent") return;
  reader.error(
      *entry->value, "rate",
      "only `transparent` is supported in this version: constant and capped rates come with a later one");
}

Output read_output(const MapReader& of, const Node& node, const Surroundings& around,
                   const Channel* channel) {
  Output output;
  output.where = node.where;
  MapReader reader(node, of.subject(), of.report(), output.places);
  reader.check_keys(schema::output_keys());
  read_to(reader, around.plans, channel, output);
  if (around.configuration.ports.size() == 1) {
    output.port = around.configuration.ports.front().id;
  } else {
    reader.require("port", "the port by which it leaves");
  }
  reader.text("port", output.port);
  if (const Node* from = reader.scalar("from")) {
    if (parse_ipv4(from->text)) {
      output.from = from->text;
    } else {
      reader.error(*from, "from", fmt::format("`{}` is not an IPv4 address", from->text));
    }
  }
  reader.number("source_port", output.source_port, "UDP port", {1, 65535});
  check_rate(reader);
  if (const Node* dscp = reader.scalar("dscp")) {
    if (const auto value = parse_dscp(dscp->text)) {
      output.dscp = *value;
    } else {
      reader.error(*dscp, "dscp", value.error());
    }
  }
  reader.number("ttl", output.ttl, "TTL", {1, 255});
  reader.choice("nulls", output.keep_nulls, {{"keep", true}, {"drop", false}});
  return output;
}

// Of a channel that is parked and has no number yet, groups that go by it are none yet.
bool has_no_group_yet(const Node& output, const Channel* channel) {
  if (channel == nullptr || channel->enabled || channel->places.contains("number")) return false;
  const Entry* to = output.find("to");
  return to != nullptr && to->value->kind == Node::Kind::kScalar && AddressPlans::is_used(to->value->text);
}

}  // namespace

void read_outputs(MapReader& reader, const Surroundings& around, const Channel* channel,
                  std::vector<Output>& outputs) {
  const auto items = reader.list("outputs");
  if (!items) return;
  outputs.clear();
  for (const Node* item : *items) {
    if (item->kind == Node::Kind::kMap && has_no_group_yet(*item, channel)) {
      static_cast<void>(read_output(reader, *item, around, nullptr));
    } else if (item->kind == Node::Kind::kMap) {
      outputs.push_back(read_output(reader, *item, around, channel));
    } else {
      reader.error(*item, "outputs", "each output is a map: { to: \"udp://239.20.0.1:5000\", port: east }");
    }
  }
}

}  // namespace headwater::config
