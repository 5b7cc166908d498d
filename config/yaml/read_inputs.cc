// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>

#include "config/model/address.h"
#include "config/yaml/read.h"

namespace headwater::config {
namespace {

constexpr std::uint64_t kMaxStreamRate = 1'000'000'000;

// file:clips/a.ts stands beside the configuration file, file:/srv/a.ts and file:///srv/a.ts where they say.
void read_path(const MapReader& reader, const Node& node, Input& input) {
  std::string_view path = std::string_view(node.text).substr(std::string_view("file:").size());
  if (path.starts_with("///")) path.remove_prefix(2);
  if (path.empty() || path.starts_with("//")) {
    return reader.error(node, "source",
                        fmt::format("`{}` names no file: file:clip.ts or file:/srv/clip.ts", node.text));
  }
  const std::filesystem::path given(path);
  input.path = given.is_absolute() ? given.string()
                                   : (std::filesystem::path(node.where.file).parent_path() / given).string();
}

void read_source(MapReader& reader, Input& input) {
  reader.require("source", "udp://GROUP:PORT, rtp://GROUP:PORT or file:PATH");
  const Node* node = reader.scalar("source");
  if (node == nullptr || !reader.item_text(*node, "source", 4096)) return;
  if (node->text.starts_with("file:")) {
    input.kind = Input::Kind::kFile;
    return read_path(reader, *node, input);
  }
  if (AddressPlans::is_used(node->text)) {
    return reader.error(
        *node, "source",
        fmt::format("`{}`: address plans are for the `to` of outputs: write the group and port "
                    "themselves",
                    node->text));
  }
  const auto endpoint = parse_endpoint(node->text);
  if (!endpoint) return reader.error(*node, "source", endpoint.error());
  if (endpoint->scheme != "udp" && endpoint->scheme != "rtp") {
    return reader.error(*node, "source",
                        fmt::format("`{}`: udp, rtp and file are supported in this version", node->text));
  }
  if (endpoint->address == 0 || endpoint->address == 0xFFFFFFFF) {
    return reader.error(*node, "source",
                        fmt::format("`{}`: a group, or an address of the port, is needed", node->text));
  }
  input.kind = endpoint->scheme == "rtp" ? Input::Kind::kRtp : Input::Kind::kUdp;
  input.group = ipv4_text(endpoint->address);
  input.udp_port = endpoint->port;
}

void read_network(MapReader& reader, const Configuration& configuration, Input& input) {
  if (configuration.ports.size() == 1) {
    input.port = configuration.ports.front().id;
  } else {
    reader.require("port", "the port on which it arrives");
  }
  reader.text("port", input.port);
  if (const Node* node = reader.scalar("from")) {
    const auto value = parse_ipv4(node->text);
    if (value && !is_multicast(*value) && *value != 0) {
      input.from = node->text;
    } else {
      reader.error(*node, "from", fmt::format("`{}` is not the IPv4 address of a sender", node->text));
    }
  }
  reader.milliseconds("jitter", input.jitter_ms, {0, 10'000});
  input.reorder_ms = std::min(input.reorder_ms, input.jitter_ms);
  reader.milliseconds("reorder", input.reorder_ms, {0, 10'000});
  if (const Entry* entry = reader.node().find("rate")) {
    reader.error(*entry->value, "rate",
                 "only a file is played at a rate: leave it out (`max_rate` bounds a network input)");
  }
  if (const Entry* entry = reader.node().find("reorder");
      entry != nullptr && input.kind == Input::Kind::kUdp) {
    reader.warning(*entry->value, "reorder", "without RTP there is nothing to order by: it has no effect");
  }
}

void read_file(MapReader& reader, Input& input) {
  reader.rate("rate", input.file_rate, {10'000, kMaxStreamRate});
  input.jitter_ms = 0;
  input.reorder_ms = 0;
  for (const std::string_view key : {"port", "from", "jitter", "reorder"}) {
    if (const Entry* entry = reader.node().find(key)) {
      reader.error(*entry->value, key, "has no meaning for a file: leave it out");
    }
  }
}

}  // namespace

Input read_input(const std::string& id, const Location& where, const Node& node,
                 const Configuration& configuration, Report& report) {
  Input input;
  input.id = id;
  input.where = where;
  MapReader reader(node, fmt::format("input \"{}\"", input.id), report, input.places);
  reader.check_keys(schema::input_keys());
  read_source(reader, input);
  if (input.kind == Input::Kind::kFile) {
    read_file(reader, input);
  } else {
    read_network(reader, configuration, input);
  }
  std::optional<std::uint64_t> max_rate;
  reader.rate("max_rate", max_rate, {100'000, kMaxStreamRate});
  if (max_rate) input.max_rate = *max_rate;
  reader.flag("enabled", input.enabled);
  return input;
}

void read_inputs(const Node& root, Configuration& configuration, Report& report) {
  for_each_named(root, "inputs", "input", report, [&](const Entry& entry) {
    configuration.inputs.push_back(read_input(entry.key, entry.where, *entry.value, configuration, report));
  });
}

}  // namespace headwater::config
