// SPDX-License-Identifier: Apache-2.0
//
// What differs between two configurations: by values, wherever in which file they stand. Any thread.
#pragma once

#include <string>
#include <vector>

#include "config/model/configuration.h"

namespace headwater::config {

[[nodiscard]] bool same(const Headend& a, const Headend& b);
[[nodiscard]] bool same(const Port& a, const Port& b);
[[nodiscard]] bool same(const Input& a, const Input& b);
[[nodiscard]] bool same(const Output& a, const Output& b);
[[nodiscard]] bool same(const Channel& a, const Channel& b);

// Ids, each in the order of the configuration that has it.
struct Changed {
  std::vector<std::string> added, changed, removed;
  [[nodiscard]] bool none() const { return added.empty() && changed.empty() && removed.empty(); }
};
struct Changes {
  Changed ports, inputs, channels;
  bool headend = false;
  [[nodiscard]] bool none() const { return !headend && ports.none() && inputs.none() && channels.none(); }
};
[[nodiscard]] Changes changes(const Configuration& before, const Configuration& after);

}  // namespace headwater::config
