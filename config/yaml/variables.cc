// SPDX-License-Identifier: Apache-2.0
#include "config/yaml/variables.h"

#include <fmt/core.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "config/model/words.h"
#include "config/yaml/read.h"

namespace headwater::config {
namespace {

constexpr std::string_view kSection = "variables";

class Variables {
 public:
  Variables(const Node& root, Report& report) : report_(report) {
    const Node* section = section_map(root, kSection, report);
    if (section == nullptr) return;
    for (const Entry& entry : section->entries) {
      if (!is_id(entry.key)) {
        report.error(entry.where, kSection,
                     fmt::format("`{}` is not a name: letters, digits, '-', '_', '.'", entry.key));
      } else if (entry.value->kind != Node::Kind::kScalar) {
        report.error(entry.value->where, kSection, fmt::format("`{}`: a single value is needed", entry.key));
      } else {
        variables_[entry.key].node = entry.value.get();
      }
    }
    // Those that nobody uses have mistakes too.
    for (auto& [name, variable] : variables_) static_cast<void>(value_of(name, variable));
  }

  // `place`: where it stands. nullopt: nothing of it is used; with an error, it is as it was.
  std::optional<std::string> expand(std::string_view text, const Location& place) {
    std::string result;
    bool any = false;
    while (true) {
      const std::size_t at = text.find("${");
      if (at == std::string_view::npos) break;
      any = true;
      if (at > 0 && text[at - 1] == '$') {
        result += text.substr(0, at - 1);
        result += "${";
        text.remove_prefix(at + 2);
        continue;
      }
      const std::size_t end = text.find('}', at);
      if (end == std::string_view::npos) {
        report_.error(place, "", "`${` without a `}`: write ${name}, or $${ for the characters themselves");
        return std::nullopt;
      }
      const auto value = find(text.substr(at + 2, end - at - 2), place);
      if (!value) return std::nullopt;
      result += text.substr(0, at);
      result += *value;
      text.remove_prefix(end + 1);
    }
    if (!any) return std::nullopt;
    result += text;
    if (result.size() <= kMaxExpanded) return result;
    report_.error(place, "", fmt::format("variables make this longer than {} bytes", kMaxExpanded));
    return std::nullopt;
  }

 private:
  struct Variable {
    const Node* node = nullptr;
    enum class State : std::uint8_t { kUnknown, kInWork, kKnown, kBroken } state = State::kUnknown;
    std::string value;
  };

  std::optional<std::string_view> find(std::string_view name, const Location& place) {
    const auto known = variables_.find(name);
    if (known != variables_.end()) return value_of(known->first, known->second);
    std::vector<std::string_view> names;
    names.reserve(variables_.size());
    for (const auto& [each, variable] : variables_) names.push_back(each);
    report_.error(place, "",
                  fmt::format("there is no variable `{}`{}", name,
                              names.empty() ? ": `variables` has none"
                                            : fmt::format("; there are: {}{}", listing(names),
                                                          suggestion(name, names))));
    return std::nullopt;
  }

  std::optional<std::string_view> value_of(const std::string& name, Variable& variable) {
    using enum Variable::State;
    switch (variable.state) {
      case kKnown:
        return variable.value;
      case kBroken:  // has been told
        return std::nullopt;
      case kInWork:
        report_.error(variable.node->where, kSection, fmt::format("`{}` uses itself", name));
        return std::nullopt;
      case kUnknown:
        break;
    }
    variable.state = kInWork;
    variable.value = variable.node->text;
    if (variable.value.find("${") != std::string::npos) {
      auto expanded = expand(variable.node->text, variable.node->where);
      variable.state = expanded ? kKnown : kBroken;
      if (!expanded) return std::nullopt;
      variable.value = std::move(*expanded);
    }
    variable.state = kKnown;
    return variable.value;
  }

  Report& report_;
  std::map<std::string, Variable, std::less<>> variables_;
};

class Tree {
 public:
  explicit Tree(Variables& variables) : variables_(variables) {}

  // What holds no use is the same by pointer, and what stands in several places is looked at once.
  NodePtr expand(const NodePtr& node) {
    if (node->kind == Node::Kind::kNull) return node;
    if (node->kind == Node::Kind::kScalar) {
      auto text = variables_.expand(node->text, node->where);
      if (!text) return node;
      auto result = std::make_shared<Node>(*node);
      result->text = std::move(*text);
      return result;
    }
    const auto [known, first] = done_.try_emplace(node.get(), node);
    if (!first) return known->second;
    std::shared_ptr<Node> changed;
    const auto copy = [&]() -> Node& {
      if (changed == nullptr) changed = std::make_shared<Node>(*node);
      return *changed;
    };
    for (std::size_t i = 0; i < node->items.size(); ++i) {
      if (NodePtr item = expand(node->items[i]); item != node->items[i]) copy().items[i] = std::move(item);
    }
    for (std::size_t i = 0; i < node->entries.size(); ++i) {
      const NodePtr& before = node->entries[i].value;
      if (NodePtr value = expand(before); value != before) copy().entries[i].value = std::move(value);
    }
    if (changed == nullptr) return node;
    done_[node.get()] = changed;
    return changed;
  }

 private:
  Variables& variables_;
  std::unordered_map<const Node*, NodePtr> done_;
};

}  // namespace

NodePtr substitute(const NodePtr& root, Report& report) {
  Variables variables(*root, report);
  Tree tree(variables);
  auto result = std::make_shared<Node>(*root);
  for (Entry& entry : result->entries) {
    if (entry.key != kSection) entry.value = tree.expand(entry.value);
  }
  return result;
}

}  // namespace headwater::config
