// SPDX-License-Identifier: Apache-2.0
//
// The parts of check(), one for each kind of thing, and what they share. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/model/configuration.h"
#include "config/model/location.h"

namespace headwater::config {

struct Checks {
  explicit Checks(const Configuration& c);

  void error(const Location& where, std::string text) { problems.errors.push_back({where, std::move(text)}); }
  void warning(const Location& where, std::string text) {
    problems.warnings.push_back({where, std::move(text)});
  }

  const Configuration& configuration;
  std::map<std::string_view, const Port*> ports;
  std::map<std::string_view, const Input*> inputs;
  std::vector<std::string_view> port_ids;
  std::vector<std::string_view> input_ids;
  Problems problems;
  std::size_t suggestions_left =
      50;  // each compares with all ids: ten thousand times ten thousand take minutes
};

void check_headend(Checks& checks);
void check_ports(Checks& checks);
void check_inputs(Checks& checks);
void check_channels(Checks& checks);
void check_outputs(Checks& checks);
void check_rates(Checks& checks);

// The place of a key's value where the operator wrote it, else of the whole thing.
[[nodiscard]] const Location& place(const Places& places, std::string_view key, const Location& whole);
// "10.1.0.10, 10.1.0.11"
[[nodiscard]] std::string addresses_of(const Port& port);
[[nodiscard]] bool has_address(const Port& port, std::string_view address);
// Groups in 224.0.0.x.
void check_group(Checks& checks, const std::string& subject, const Location& where, std::uint32_t group);
// An id of `known`, else an error with the nearest.
void refuse_reference(Checks& checks, const std::string& subject, const Location& where,
                      std::string_view kind, std::string_view id, const std::vector<std::string_view>& known);

}  // namespace headwater::config
