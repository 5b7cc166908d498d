// SPDX-License-Identifier: Apache-2.0
//
// From the joined tree to the typed configuration, section by section. What one value may be is checked here,
// what they are together in config/model/check. One thread.
#pragma once

#include "config/model/configuration.h"
#include "config/yaml/address_plan.h"
#include "config/yaml/map_reader.h"
#include "config/yaml/node.h"
#include "config/yaml/report.h"

namespace headwater::config {

// What is said elsewhere that the values of channels go by.
struct Surroundings {
  const Configuration& configuration;  // its ports
  const AddressPlans& plans;
};

void read_headend(const Node& root, Headend& headend, Report& report);
void read_ports(const Node& root, Configuration& configuration, Report& report);
void read_inputs(const Node& root, Configuration& configuration, Report& report);
// Inputs that a channel brings along too.
void read_channels(const Node& root, const AddressPlans& plans, Configuration& configuration, Report& report);

// `outputs` of a channel, or of what is none yet: a profile. The only port there is needs no naming.
void read_outputs(MapReader& reader, const Surroundings& around, const Channel* channel,
                  std::vector<Output>& outputs);
// The input `id`, which stands at `where`.
[[nodiscard]] Input read_input(const std::string& id, const Location& where, const Node& node,
                               const Configuration& configuration, Report& report);

// The entries of a section whose keys are ids, "ports" or "inputs", each a map; `kind` is "port".
template <class Each>
void for_each_named(const Node& root, std::string_view section, std::string_view kind, Report& report,
                    Each each);
// The section's map; nullptr, with a report where something else stands there.
const Node* section_map(const Node& root, std::string_view section, Report& report);
// Reports an id or a value that will not do.
bool check_named(const Entry& entry, std::string_view kind, Report& report);

template <class Each>
void for_each_named(const Node& root, std::string_view section, std::string_view kind, Report& report,
                    Each each) {
  const Node* map = section_map(root, section, report);
  if (map == nullptr) return;
  for (const Entry& entry : map->entries) {
    if (check_named(entry, kind, report)) each(entry);
  }
}

}  // namespace headwater::config
