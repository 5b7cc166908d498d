// SPDX-License-Identifier: Apache-2.0
#include "config/schema/keys.h"

namespace headwater::config::schema {
namespace {

using enum Key::Support;

constexpr Key kTop[] = {{"include"},       {"headend"},     {"ports"},       {"inputs"},         {"defaults"},
                        {"profiles"},      {"channels"},    {"variables"},   {"address_plan"},   {"lineup"},
                        {"muxes", kLater}, {"epg", kLater}, {"ott", kLater}, {"standby", kLater}};

constexpr Key kAddressPlan[] = {{"group"}, {"port_number"}};

constexpr Key kLineup[] = {{"csv"}};

constexpr Key kHeadend[] = {{"name"},
                            {"network_id", kWithoutEffect},
                            {"original_network_id"},
                            {"workers"},
                            {"poll"},
                            {"memory"},
                            {"huge_pages"},
                            {"state_directory"},
                            {"api_socket"}};

constexpr Key kPort[] = {{"device"}, {"address"}, {"gateway", kWithoutEffect}, {"vlan"}, {"rate"}, {"mac"}};

constexpr Key kInput[] = {{"source"},       {"from"},        {"port"},           {"jitter"},
                          {"reorder"},      {"rate"},        {"max_rate"},       {"enabled"},
                          {"legs", kLater}, {"fec", kLater}, {"history", kLater}};

constexpr Key kDefaults[] = {{"profile"},     {"provider"},     {"service_type"},   {"outputs"},
                             {"streams"},     {"pids"},         {"delay"},          {"scrambled"},
                             {"enabled"},     {"epg", kLater},  {"ott", kLater},    {"redundancy", kLater},
                             {"fec", kLater}, {"mode", kLater}, {"history", kLater}};

constexpr Key kProfile[] = {{"provider"},
                            {"service_type"},
                            {"outputs"},
                            {"streams"},
                            {"pids"},
                            {"delay"},
                            {"scrambled"},
                            {"enabled"},
                            {"epg", kLater},
                            {"ott", kLater},
                            {"redundancy", kLater},
                            {"fec", kLater},
                            {"mode", kLater},
                            {"history", kLater}};

constexpr Key kChannel[] = {{"id"},
                            {"name"},
                            {"number"},
                            {"provider"},
                            {"profile"},
                            {"inputs"},
                            {"program"},
                            {"service_id"},
                            {"service_type"},
                            {"transport_stream_id"},
                            {"outputs"},
                            {"streams"},
                            {"pids"},
                            {"delay"},
                            {"scrambled"},
                            {"enabled"},
                            {"epg", kLater},
                            {"ott", kLater},
                            {"redundancy", kLater},
                            {"fec", kLater},
                            {"mode", kLater},
                            {"history", kLater}};

constexpr Key kOutput[] = {{"to"},          {"port"},         {"from"},        {"source_port"},
                           {"rate"},        {"dscp"},         {"ttl"},         {"nulls"},
                           {"fec", kLater}, {"mode", kLater}, {"rtp", kLater}, {"insert_pcr", kLater}};

constexpr Key kStreams[] = {{"keep"}, {"languages"}, {"only"}, {"drop"}};

constexpr Key kPids[] = {{"mode"}, {"first"}, {"pmt"}, {"video"}, {"map"}};

constexpr Map kMaps[] = {{"Top level", kTop},     {"address_plan", kAddressPlan},
                         {"lineup", kLineup},     {"headend", kHeadend},
                         {"ports", kPort},        {"inputs", kInput},
                         {"defaults", kDefaults}, {"profiles", kProfile},
                         {"channels", kChannel},  {"outputs", kOutput},
                         {"streams", kStreams},   {"pids", kPids}};

}  // namespace

std::span<const Key> top_keys() {
  return kTop;
}
std::span<const Key> headend_keys() {
  return kHeadend;
}
std::span<const Key> address_plan_keys() {
  return kAddressPlan;
}
std::span<const Key> lineup_keys() {
  return kLineup;
}
std::span<const Key> port_keys() {
  return kPort;
}
std::span<const Key> input_keys() {
  return kInput;
}
std::span<const Key> defaults_keys() {
  return kDefaults;
}
std::span<const Key> profile_keys() {
  return kProfile;
}
std::span<const Key> channel_keys() {
  return kChannel;
}
std::span<const Key> output_keys() {
  return kOutput;
}
std::span<const Key> streams_keys() {
  return kStreams;
}
std::span<const Key> pids_keys() {
  return kPids;
}
std::span<const Map> maps() {
  return kMaps;
}

const Key* find(std::span<const Key> keys, std::string_view name) {
  for (const Key& key : keys) {
    if (key.name == name) return &key;
  }
  return nullptr;
}

std::vector<std::string_view> names(std::span<const Key> keys) {
  std::vector<std::string_view> result;
  for (const Key& key : keys) {
    if (key.support != Key::Support::kLater) result.push_back(key.name);
  }
  return result;
}

}  // namespace headwater::config::schema
