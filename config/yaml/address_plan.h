// SPDX-License-Identifier: Apache-2.0
//
// `address_plan:` groups by rule: `{plan.hd}` in an output's `to` stands for the group and UDP port that the
// plan `hd` has for the channel's number. Any thread.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/yaml/node.h"
#include "config/yaml/report.h"

namespace headwater::config {

// "239.20.0.0/16 + number * 2 + 1": a network, which may be missing, and a sum.
struct PlanFormula {
  std::uint32_t base = 0;
  unsigned prefix = 0;         // 0: no network, the sum alone
  std::uint64_t constant = 0;  // of the sum
  std::uint64_t factor = 0;    // of the number in it

  // nullopt: outside the network.
  [[nodiscard]] std::optional<std::uint32_t> address(std::uint64_t number) const;
};
// Of a network with a sum, or of a sum alone; the error is a message for the operator.
[[nodiscard]] std::expected<PlanFormula, std::string> parse_group_formula(std::string_view text);
[[nodiscard]] std::expected<PlanFormula, std::string> parse_port_formula(std::string_view text);

// Why a use of a plan gives no group.
struct PlanError {
  enum class Of : std::uint8_t {
    kUse,     // what stands there is wrong
    kNumber,  // the channel's number
    kTold,    // the plan itself, which has been told
  } of = Of::kUse;
  std::string text;
  std::string way_out;
};

class AddressPlans {
 public:
  AddressPlans() = default;
  AddressPlans(const Node& root, Report& report);

  using Text = std::expected<std::string, PlanError>;

  [[nodiscard]] static bool is_used(std::string_view text);
  // Every use replaced, for a channel's number. Errors: an unknown plan, no number, none left for it.
  [[nodiscard]] Text resolve(std::string_view text, std::optional<unsigned> number) const;
  // Every use replaced by a group like those to come, for what is no channel yet: a profile.
  [[nodiscard]] Text sample(std::string_view text) const;

 private:
  struct Plan {
    PlanFormula group;
    PlanFormula port;
    Location where;
  };
  void add(const Entry& entry, Report& report);
  void check_overlaps(Report& report) const;
  [[nodiscard]] PlanError unknown(std::string_view name) const;
  template <typename Each>
  Text replace(std::string_view text, Each each) const;

  std::map<std::string, std::optional<Plan>, std::less<>> plans_;  // nullopt: refused
};

}  // namespace headwater::config
