// SPDX-License-Identifier: Apache-2.0
//
// What differs between two configurations: by values, wherever in which file they stand. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/model/configuration.h"

namespace headwater::config {

[[nodiscard]] bool same(const Headend& a, const Headend& b);
[[nodiscard]] bool same(const Port& a, const Port& b);
[[nodiscard]] bool same(const Input& a, const Input& b);
[[nodiscard]] bool same(const Output& a, const Output& b);
[[nodiscard]] bool same(const Channel& a, const Channel& b);

// How the ports, inputs or channels of a configuration are those of the one before, by their ids; an index is
// a place in its configuration's list.
struct Pairing {
  std::vector<std::optional<std::size_t>> before;  // where each was; none: it is new
  std::vector<bool> same;                          // each has the values that it had
  std::vector<std::size_t> gone;                   // where those were that are no longer there
  bool in_place = true;                            // none is new or gone, each is where it was
  [[nodiscard]] bool none() const;                 // nothing differs but perhaps the order
};

// Who takes what in a configuration, by places in its lists.
struct Relations {
  std::vector<std::optional<std::size_t>> taken;  // the input of each channel; none: it is not there
  std::vector<std::vector<std::size_t>> takers;   // the channels of each input
  std::vector<std::uint64_t> delays;              // of each input: the greatest of a channel, ms
};
[[nodiscard]] Relations relations(const Configuration& configuration);

struct Difference {
  Pairing ports, inputs, channels;
  bool headend = false;
  Relations relations;  // of the newer one
};
[[nodiscard]] Difference difference(const Configuration& before, const Configuration& after);

// The same for people: ids, each in the order of the configuration that has it.
struct Changed {
  std::vector<std::string> added, changed, removed;
  [[nodiscard]] bool none() const { return added.empty() && changed.empty() && removed.empty(); }
};
struct Changes {
  Changed ports, inputs, channels;
  bool headend = false;
  [[nodiscard]] bool none() const { return !headend && ports.none() && inputs.none() && channels.none(); }
};
[[nodiscard]] Changes changes(const Difference& difference, const Configuration& before,
                              const Configuration& after);

}  // namespace headwater::config
