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

// A use of a plan in a text.
struct Use {
  std::string_view before;
  std::string_view whole;  // with its braces
  std::string_view name;
  std::string_view rest;
};
// nullopt: there is none. One without an end has no name, and its whole is the rest.
std::optional<Use> next_use(std::string_view text) {
  constexpr std::string_view kPlan = "plan.";
  for (std::size_t at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1)) {
    const std::size_t word = text.find_first_not_of(' ', at + 1);
    if (word == std::string_view::npos || !text.substr(word).starts_with(kPlan)) continue;
    const std::size_t end = text.find('}', at);
    if (end == std::string_view::npos) return Use{text.substr(0, at), text.substr(at), {}, {}};
    const std::size_t name = word + kPlan.size();
    return Use{text.substr(0, at), text.substr(at, end + 1 - at), trimmed(text.substr(name, end - name)),
               text.substr(end + 1)};
  }
  return std::nullopt;
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
  if (const Node* map = section_map(root, "address_plan", report)) {
    for (const Entry& entry : map->entries) plans_.try_emplace(entry.key);
  }
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
  plans_[entry.key] = Plan{.group = *groups, .port = *ports, .where = group->where};
}

// Of two networks that have an address in common one holds the other: in the order of their first addresses,
// the wider before the narrower, each has to be compared with the last that lay in no other.
void AddressPlans::check_overlaps(Report& report) const {
  std::vector<std::pair<const std::string*, const Plan*>> sorted;
  sorted.reserve(plans_.size());
  for (const auto& [name, plan] : plans_) {
    if (plan) sorted.emplace_back(&name, &*plan);
  }
  std::ranges::sort(sorted, {}, [](const auto& each) {
    return std::tuple(each.second->group.base, each.second->group.prefix, each.second->where);
  });
  const std::string* outer_name = nullptr;
  const Plan* outer = nullptr;
  for (const auto& [name, plan] : sorted) {
    if (outer == nullptr || (plan->group.base & netmask(outer->group.prefix)) != outer->group.base) {
      outer_name = name;
      outer = plan;
      continue;
    }
    report.error(
        plan->where, fmt::format("address plan \"{}\"", *name),
        fmt::format("`group`: its groups are also those of plan \"{}\" ({}): give each its own network",
                    *outer_name, to_string(outer->where)));
  }
}

PlanError AddressPlans::unknown(std::string_view name) const {
  std::vector<std::string_view> names;
  names.reserve(plans_.size());
  for (const auto& [known, plan] : plans_) names.push_back(known);
  return {.text = fmt::format(
              "there is no address plan `{}`{}", name,
              names.empty() ? ": `address_plan` has none"
                            : fmt::format("; there are: {}{}", listing(names), suggestion(name, names))),
          .way_out = {}};
}

bool AddressPlans::is_used(std::string_view text) {
  return next_use(text).has_value();
}

template <typename Each>
AddressPlans::Text AddressPlans::replace(std::string_view text, Each each) const {
  const auto refused = [](std::string words) {
    return std::unexpected(PlanError{.text = std::move(words), .way_out = {}});
  };
  std::string result;
  while (const auto use = next_use(text)) {
    if (!use->whole.ends_with('}')) return refused("`{plan.` without a `}`: write {plan.name}");
    if (use->whole != fmt::format("{{plan.{}}}", use->name))
      return refused(fmt::format("`{}`: write {{plan.{}}}, without blanks", use->whole, use->name));
    if (use->rest.starts_with(':'))
      return refused(fmt::format("`{}` brings its own UDP port: leave out what follows it", use->whole));
    const auto plan = plans_.find(use->name);
    if (plan == plans_.end()) return std::unexpected(unknown(use->name));
    if (!plan->second) return std::unexpected(PlanError{PlanError::Of::kTold, {}, {}});
    const Text value = each(plan->first, *plan->second);
    if (!value) return value;
    result += use->before;
    result += *value;
    text = use->rest;
  }
  return result += text;
}

AddressPlans::Text AddressPlans::resolve(std::string_view text, std::optional<unsigned> number) const {
  using enum PlanError::Of;
  return replace(text, [&](const std::string& name, const Plan& plan) -> Text {
    if (!number) {
      return std::unexpected(
          PlanError{kNumber, fmt::format("`number` is missing, by which address plan `{}` goes", name),
                    "give one, or park the channel with `enabled: false`"});
    }
    const auto group = plan.group.address(*number);
    if (!group) {
      const std::uint32_t last = plan.group.base | ~netmask(plan.group.prefix);
      return std::unexpected(PlanError{
          kNumber,
          fmt::format("`number` {} has no group in address plan `{}` ({}), whose network ends at {}", *number,
                      name, to_string(plan.where), ipv4_text(last)),
          "take a smaller number or a wider network"});
    }
    const std::uint64_t port = plan.port.constant + plan.port.factor * *number;
    if (port == 0 || port > 0xFFFF) {
      return std::unexpected(
          PlanError{kNumber,
                    fmt::format("`number` {} has the UDP port {} by address plan `{}` ({}), which is none",
                                *number, port, name, to_string(plan.where)),
                    "take another number or another rule for `port_number` (1..65535)"});
    }
    return fmt::format("{}:{}", ipv4_text(*group), port);
  });
}

AddressPlans::Text AddressPlans::sample(std::string_view text) const {
  return replace(text, [](const std::string&, const Plan& plan) -> Text {
    return ipv4_text(plan.group.base | ~netmask(plan.group.prefix)) + ":5000";
  });
}

}  // namespace headwater::config
