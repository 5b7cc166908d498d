// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "config/model/check.h"
#include "config/model/words.h"
#include "config/yaml/merge.h"
#include "config/yaml/read.h"

namespace headwater::config {
namespace {

constexpr std::array<std::string_view, 8> kStreamKinds = {"video", "audio",  "teletext", "subtitle",
                                                          "ait",   "scte35", "data",     "other"};

// EN 300 468 6.2.33: the service_descriptor is at most 255 bytes, with both texts, their selectors and
// lengths.
constexpr std::size_t kMaxServiceText = 120;

void read_languages(MapReader& reader, StreamFilter& filter) {
  const auto items = reader.list("languages");
  if (!items) return;
  filter.languages.clear();
  for (const Node* item : *items) {
    std::string code = item->text;
    std::ranges::transform(code, code.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (code.size() == 3 && std::ranges::all_of(code, [](char c) { return c >= 'a' && c <= 'z'; })) {
      filter.languages.push_back(code);
    } else {
      reader.error(*item, "languages",
                   fmt::format("`{}` is not a language of ISO 639-2 (deu, eng)", item->text));
    }
  }
}

void read_pid_list(MapReader& reader, std::string_view key, std::vector<Pid>& pids) {
  const auto items = reader.list(key);
  if (!items) return;
  pids.clear();
  for (const Node* item : *items) {
    const auto pid = reader.to_pid(*item, key);
    if (!pid) continue;
    if (std::ranges::find(pids, *pid) != pids.end()) {
      reader.error(*item, key, fmt::format("PID {} stands here twice: remove one", item->text));
    }
    pids.push_back(*pid);
  }
}

void read_streams(const Node& node, const MapReader& channel, StreamFilter& filter) {
  MapReader reader(node, channel.subject(), channel.report(), channel.places(), "streams.");
  reader.check_keys(schema::streams_keys());
  if (const auto items = reader.list("keep")) {
    filter.keep.clear();
    for (const Node* item : *items) {
      if (std::ranges::find(kStreamKinds, item->text) != kStreamKinds.end()) {
        filter.keep.push_back(item->text);
      } else {
        reader.refuse_word(*item, "keep", kStreamKinds);
      }
    }
  }
  read_languages(reader, filter);
  read_pid_list(reader, "only", filter.only);
  read_pid_list(reader, "drop", filter.drop);
}

void read_pid_map(const Node& node, MapReader& reader, PidPlan& plan) {
  for (const Entry& entry : node.entries) {
    Node key;
    key.kind = Node::Kind::kScalar;
    key.where = entry.where;
    key.text = entry.key;
    const auto from = reader.to_pid(key, "map");
    const auto to = reader.to_pid(*entry.value, "map");
    if (!from || !to) continue;
    if (!plan.map.emplace(from->value(), *to).second) {
      reader.error(key, "map", fmt::format("input PID {} stands here twice: remove one", entry.key));
    }
    reader.places().insert_or_assign(fmt::format("pids.map.{}", from->value()), entry.value->where);
  }
}

void read_pids(const Node& node, const MapReader& channel, PidPlan& plan) {
  MapReader reader(node, channel.subject(), channel.report(), channel.places(), "pids.");
  reader.check_keys(schema::pids_keys());
  reader.choice("mode", plan.mode, {{"keep", PidPlan::Mode::kKeep}, {"allocate", PidPlan::Mode::kAllocate}});
  std::optional<Pid> first;
  reader.pid("first", first);
  if (first) plan.first = first->value();
  reader.pid("pmt", plan.pmt);
  reader.pid("video", plan.video);
  if (const Node* map = reader.map("map")) read_pid_map(*map, reader, plan);
}

// What defaults, profiles and channels have in common.
// `is_channel`: of one, not of what channels may be made of.
void read_settings(MapReader& reader, const Surroundings& around, bool is_channel, Channel& channel) {
  reader.text("provider", channel.provider, kMaxServiceText);
  reader.number("service_type", channel.service_type, "service_type", {1, 255});
  reader.flag("enabled", channel.enabled);
  read_outputs(reader, around, is_channel ? &channel : nullptr, channel.outputs);
  if (const Node* streams = reader.map("streams")) read_streams(*streams, reader, channel.streams);
  if (const Node* pids = reader.map("pids")) read_pids(*pids, reader, channel.pids);
  reader.milliseconds("delay", channel.delay_ms, {40, 60'000});
  reader.choice("scrambled", channel.scrambled,
                {{"pass", Channel::Scrambled::kPass}, {"refuse", Channel::Scrambled::kRefuse}});
}

using Profiles = std::map<std::string, NodePtr, std::less<>>;

// Each is read on its own once, so that its mistakes are told as its own, and those of unused ones too.
Profiles read_profiles(const Node& root, const Surroundings& around, Report& report) {
  Profiles profiles;
  for_each_named(root, "profiles", "profile", report, [&](const Entry& entry) {
    Channel ignored;
    MapReader reader(*entry.value, fmt::format("profile \"{}\"", entry.key), report, ignored.places);
    reader.check_keys(schema::profile_keys());
    read_settings(reader, around, false, ignored);
    profiles.emplace(entry.key, entry.value);
  });
  return profiles;
}

NodePtr read_defaults(const Node& root, const Surroundings& around, Report& report) {
  if (section_map(root, "defaults", report) == nullptr) return nullptr;
  const NodePtr defaults = root.find("defaults")->value;
  Channel ignored;
  MapReader reader(*defaults, "defaults", report, ignored.places);
  reader.check_keys(schema::defaults_keys());
  read_settings(reader, around, false, ignored);
  return defaults;
}

// The profile that `node`, a channel or the defaults, names.
NodePtr named_profile(const Node& node, const std::string& subject, const Profiles& profiles,
                      Report& report) {
  Places ignored;
  MapReader reader(node, subject, report, ignored);
  const Node* name = reader.scalar("profile");
  if (name == nullptr) return nullptr;
  const auto found = profiles.find(name->text);
  if (found != profiles.end()) return found->second;
  std::vector<std::string_view> known;
  for (const auto& [id, profile] : profiles) known.push_back(id);
  reader.error(*name, "profile",
               fmt::format("there is no profile `{}`{}", name->text,
                           known.empty() ? ""
                                         : fmt::format("; there are: {}{}", listing(known),
                                                       suggestion(name->text, known))));
  return nullptr;
}

void read_identity(MapReader& reader, Channel& channel) {
  reader.require("name", "what viewers see");
  reader.text("name", channel.name, kMaxServiceText);
  channel.id = slug(channel.name);
  if (const Node* id = reader.scalar("id")) {
    channel.id.clear();
    if (is_id(id->text)) {
      channel.id = id->text;
    } else {
      reader.error(
          *id, "id",
          fmt::format("`{}` is not an id: letters, digits, '-', '_', '.', at most {}", id->text, kMaxId));
    }
  } else if (channel.id.empty() && !channel.name.empty()) {
    reader.require("id", "the name has no letters or digits to make one of");
  }
  reader.number("number", channel.number, "channel number", {1, 16383});
  reader.number("program", channel.program, "program_number", {1, 65535});
  reader.number("service_id", channel.service_id, "service_id", {1, 65535});
  reader.number("transport_stream_id", channel.transport_stream_id, "transport_stream_id", {1, 65535});
}

// Those of the configuration. One that stands in a channel itself has its id; from the second on with its
// place behind a dot, which no id has that is made of a name.
class ChannelInputs {
 public:
  ChannelInputs(Configuration& configuration, Report& report)
      : configuration_(configuration), report_(report) {
    for (const Input& input : configuration.inputs) know(input);
  }

  // Of a channel that takes this input; 0: there is none.
  [[nodiscard]] std::uint64_t least_delay(const std::string& id) const {
    const auto input = known_.find(id);
    return input == known_.end() ? 0 : input->second.jitter_ms + kDelayMargin;
  }

  // `item`: its place among the channel's inputs, from 1.
  std::string add(const MapReader& reader, const Node& node, const Channel& channel, std::size_t item) {
    std::string id = item == 1 ? channel.id : fmt::format("{}.{}", channel.id, item);
    const auto refuse = [&](std::string_view why, std::string_view other_id) {
      reader.error(
          node, "inputs",
          fmt::format("this input would be `{}`, {}: give the channel {} `id`, or let this one stand "
                      "under the `inputs` of the top level with an id of its own",
                      id, why, other_id));
      return id;
    };
    if (!is_id(id)) return refuse(fmt::format("which is longer than {}", kMaxId), "a shorter");
    if (const auto other = known_.find(id); other != known_.end()) {
      return refuse(fmt::format("and one of that id stands at {} already", to_string(other->second.where)),
                    "another");
    }
    configuration_.inputs.push_back(read_input(id, node.where, node, configuration_, report_));
    know(configuration_.inputs.back());
    return id;
  }

 private:
  struct Known {
    Location where;
    std::uint64_t jitter_ms = 0;
  };
  void know(const Input& input) { known_.emplace(input.id, Known{input.where, input.jitter_ms}); }

  Configuration& configuration_;
  Report& report_;
  std::map<std::string, Known> known_;
};

void read_channel_inputs(MapReader& reader, ChannelInputs& known, Channel& channel) {
  reader.require("inputs", "a list of inputs, the preferred one first");
  const auto items = reader.list("inputs");
  if (!items) return;
  for (std::size_t i = 0; i < items->size(); ++i) {
    const Node* item = items->at(i);
    if (item->kind == Node::Kind::kMap) {
      if (channel.id.empty()) continue;  // has been told
      channel.inputs.push_back(known.add(reader, *item, channel, item->item != 0 ? item->item : i + 1));
      channel.input_places.push_back(item->where);
    } else if (const auto id = reader.item_text(*item, "inputs")) {
      channel.inputs.push_back(*id);
      channel.input_places.push_back(item->where);
    }
  }
  if (items->empty())
    reader.error(*reader.node().find("inputs")->value, "inputs", "a channel needs at least one input");
}

std::string channel_subject(const Node& node) {
  for (const std::string_view key : {"name", "id"}) {
    const Entry* entry = node.find(key);
    if (entry != nullptr && entry->value->kind == Node::Kind::kScalar)
      return fmt::format("channel \"{}\"", entry->value->text);
  }
  return "channel";
}

}  // namespace

void read_channels(const Node& root, const AddressPlans& plans, Configuration& configuration,
                   Report& report) {
  const Surroundings around{configuration, plans};
  const Profiles profiles = read_profiles(root, around, report);
  const NodePtr defaults = read_defaults(root, around, report);
  const NodePtr default_profile =
      defaults == nullptr ? nullptr : named_profile(*defaults, "defaults", profiles, report);
  const Entry* section = root.find("channels");
  if (section == nullptr || section->value->kind == Node::Kind::kNull) return;
  if (section->value->kind != Node::Kind::kList) {
    return report.error(section->value->where, "", "`channels` is a list: each begins with `- name:`");
  }
  ChannelInputs known_inputs(configuration, report);
  for (const NodePtr& node : section->value->items) {
    if (node->kind != Node::Kind::kMap) {
      report.error(node->where, "channels", "each channel is a map: `- name: ...`");
      continue;
    }
    Channel channel;
    channel.where = node->where;
    const std::string subject = channel_subject(*node);
    MapReader own(*node, subject, report, channel.places);
    own.check_keys(schema::channel_keys());
    const NodePtr chosen =
        node->find("profile") != nullptr ? named_profile(*node, subject, profiles, report) : default_profile;
    const NodePtr merged = overlay(overlay(defaults, chosen), node);
    MapReader reader(*merged, subject, report, channel.places);
    read_identity(reader, channel);
    read_channel_inputs(reader, known_inputs, channel);
    read_settings(reader, around, true, channel);
    if (!channel.places.contains("delay")) {
      for (const std::string& input : channel.inputs)
        channel.delay_ms = std::max(channel.delay_ms, known_inputs.least_delay(input));
    }
    configuration.channels.push_back(std::move(channel));
  }
}

}  // namespace headwater::config
