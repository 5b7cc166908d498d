// SPDX-License-Identifier: Apache-2.0
#include "config/yaml/address_plan.h"

#include <fmt/core.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "config/model/address.h"
#include "config/model/words.h"
#include "config/yaml/map_reader.h"
#include "config/yaml/read.h"
#include "config/yaml/units.h"

namespace headwater::config {
namespace {

// Beyond it no sum of two is an address any more.
constexpr std::uint64_t kMaxTerm = 0xFFFF'FFFF;
constexpr std::string_view kNumber = "number";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(at);
    parts.push_back(trimmed(text.substr(0, end)));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// "number", "7", "number * 2", "2 * number". False: none of them.
bool add_term(std::string_view term, PlanFormula& sum) {
  std::uint64_t product = 1;
  bool by_number = false;
  for (const std::string_view factor : split(term, '*')) {
    if (factor == kNumber) {
      if (std::exchange(by_number, true)) return false;
      continue;
    }
    const auto value = parse_integer(factor);
    if (!value || *value > kMaxTerm || product > kMaxTerm) return false;
    product *= *value;
  }
  if (product > kMaxTerm) return false;
  std::uint64_t& part = by_number ? sum.factor : sum.constant;
  part += product;
  return part <= kMaxTerm;
}

bool add_terms(std::span<const std::string_view> terms, PlanFormula& sum) {
  return std::ranges::all_of(terms, [&](std::string_view term) { return add_term(term, sum); });
}

}  // namespace

std::optional<std::uint32_t> PlanFormula::address(std::uint64_t number) const {
  const std::uint64_t offset = constant + factor * number;
  if (offset > ~netmask(prefix)) return std::nullopt;
  return base + static_cast<std::uint32_t>(offset);
}

std::expected<PlanFormula, std::string> parse_group_formula(std::string_view text) {
  const auto terms = split(text, '+');
  const std::string_view network = terms.front();
  const std::size_t slash = network.find('/');
  const auto base = parse_ipv4(network.substr(0, slash));
  const auto prefix = slash == std::string_view::npos ? Parsed<std::uint64_t>(std::unexpected(""))
                                                      : parse_integer(network.substr(slash + 1));
  PlanFormula formula;
  if (!base || !prefix || *prefix < 4 || *prefix > 32 || !add_terms(std::span(terms).subspan(1), formula)) {
    return std::unexpected(fmt::format("`{}` is not a rule for groups, like `239.20.0.0/16 + number`", text));
  }
  formula.base = *base;
  formula.prefix = static_cast<unsigned>(*prefix);
  if (!is_multicast(*base) || is_link_local_multicast(*base)) {
    return std::unexpected(
        fmt::format("{} is not a network of multicast groups (224.0.1.0..239.255.255.255)", network));
  }
  if ((*base & ~netmask(formula.prefix)) != 0) {
    return std::unexpected(fmt::format("{} is not a network: it begins at {}/{}", network,
                                       ipv4_text(*base & netmask(formula.prefix)), formula.prefix));
  }
  return formula;
}

std::expected<PlanFormula, std::string> parse_port_formula(std::string_view text) {
  PlanFormula formula;
  if (add_terms(split(text, '+'), formula)) return formula;
  return std::unexpected(
      fmt::format("`{}` is not a UDP port nor a rule for one, like `5000` or `5000 + number`", text));
}

AddressPlans::AddressPlans(const Node& root, Report& report) {
  for_each_named(root, "address_plan", "address plan", report,
                 [&](const Entry& entry) { add(entry, report); });
  check_overlaps(report);
}

void AddressPlans::add(const Entry& entry, Report& report) {
  Places ignored;
  MapReader reader(*entry.value, fmt::format("address plan \"{}\"", entry.key), report, ignored);
  reader.check_keys(schema::address_plan_keys());
  reader.require("group", "the rule, like 239.20.0.0/16 + number");
  reader.require("port_number", "the UDP port, like 5000");
  const Node* group = reader.scalar("group");
  const Node* port = reader.scalar("port_number");
  if (group == nullptr || port == nullptr) return;
  const auto groups = parse_group_formula(group->text);
  const auto ports = parse_port_formula(port->text);
  if (!groups) reader.error(*group, "group", groups.error());
  if (!ports) reader.error(*port, "port_number", ports.error());
  if (!groups || !ports) return;
  plans_.emplace(entry.key, Plan{.group = *groups, .port = *ports, .where = group->where});
}

// Of two networks that have an address in common one holds the other: in the order of their first addresses,
// the wider before the narrower, each has to be compared with the last that lay in no other.
void AddressPlans::check_overlaps(Report& report) const {
  std::vector<const std::pair<const std::string, Plan>*> sorted;
  sorted.reserve(plans_.size());
  for (const auto& each : plans_) sorted.push_back(&each);
  std::ranges::sort(sorted, {}, [](const auto* each) {
    const Plan& plan = each->second;
    return std::tuple(plan.group.base, plan.group.prefix, plan.where);
  });
  const std::pair<const std::string, Plan>* outer = nullptr;
  for (const auto* each : sorted) {
    const Plan& plan = each->second;
    if (outer == nullptr ||
        (plan.group.base & netmask(outer->second.group.prefix)) != outer->second.group.base) {
      outer = each;
      continue;
    }
    report.error(
        plan.where, fmt::format("address plan \"{}\"", each->first),
        fmt::format("`group`: its groups are also those of plan \"{}\" ({}): give each its own network",
                    outer->first, to_string(outer->second.where)));
  }
}

template <typename Each>
std::expected<std::string, std::string> AddressPlans::replace(std::string_view text, Each each) const {
  constexpr std::string_view kBegin = "{plan.";
  std::string result;
  while (true) {
    const std::size_t at = text.find(kBegin);
    if (at == std::string_view::npos) return result += text;
    const std::size_t end = text.find('}', at);
    if (end == std::string_view::npos) return std::unexpected("`{plan.` without a `}`: write {plan.name}");
    const std::string_view name = text.substr(at + kBegin.size(), end - at - kBegin.size());
    const auto plan = plans_.find(name);
    if (plan == plans_.end()) {
      std::vector<std::string_view> names;
      names.reserve(plans_.size());
      for (const auto& [known, value] : plans_) names.push_back(known);
      return std::unexpected(fmt::format(
          "there is no address plan `{}`{}", name,
          names.empty() ? ": `address_plan` has none"
                        : fmt::format("; there are: {}{}", listing(names), suggestion(name, names))));
    }
    const std::expected<std::string, std::string> value = each(plan->first, plan->second);
    if (!value) return value;
    result += text.substr(0, at);
    result += *value;
    text.remove_prefix(end + 1);
  }
}

std::expected<std::string, std::string> AddressPlans::resolve(std::string_view text,
                                                              std::optional<unsigned> number) const {
  using Text = std::expected<std::string, std::string>;
  return replace(text, [&](const std::string& name, const Plan& plan) -> Text {
    if (!number) {
      return std::unexpected(
          fmt::format("address plan `{}` goes by the channel's number: give it a `number`", name));
    }
    const auto group = plan.group.address(*number);
    if (!group) {
      return std::unexpected(
          fmt::format("address plan `{}` ({}) has no group for number {}: its network ends before", name,
                      to_string(plan.where), *number));
    }
    const std::uint64_t port = plan.port.constant + plan.port.factor * *number;
    if (port == 0 || port > 0xFFFF) {
      return std::unexpected(fmt::format("address plan `{}` ({}) gives number {} the UDP port {}: 1..65535",
                                         name, to_string(plan.where), *number, port));
    }
    return fmt::format("{}:{}", ipv4_text(*group), port);
  });
}

std::expected<std::string, std::string> AddressPlans::sample(std::string_view text) const {
  return replace(text, [](const std::string&, const Plan& plan) -> std::expected<std::string, std::string> {
    return ipv4_text(plan.group.base | ~netmask(plan.group.prefix)) + ":5000";
  });
}

}  // namespace headwater::config
