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
#include "config/yaml/text.h"

namespace headwater::config {
namespace {

constexpr std::string_view kSection = "variables";

// The next use in a text: `name` of `${name}`, or what is none.
struct Use {
  enum class Kind : std::uint8_t { kNamed, kLiteral, kOpen } kind = Kind::kNamed;  // kLiteral: $${
  std::string_view before;
  std::string_view name;
  std::string_view rest;
};
std::optional<Use> next_use(std::string_view text) {
  const std::size_t at = text.find("${");
  if (at == std::string_view::npos) return std::nullopt;
  using enum Use::Kind;
  if (at > 0 && text[at - 1] == '$') return Use{kLiteral, text.substr(0, at - 1), {}, text.substr(at + 2)};
  const std::size_t end = text.find('}', at);
  if (end == std::string_view::npos) return Use{kOpen, text.substr(0, at), {}, {}};
  return Use{kNamed, text.substr(0, at), text.substr(at + 2, end - at - 2), text.substr(end + 1)};
}

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
    for (auto& [name, variable] : variables_) make_known(name, variable);
  }

  // `place`: where it stands. nullopt: nothing of it is used; with an error, it is as it was.
  std::optional<std::string> expand(std::string_view text, const Location& place) {
    if (text.find("${") == std::string_view::npos || spent_ > kMaxAllExpanded) return std::nullopt;
    std::string result;
    while (const auto use = next_use(text)) {
      std::optional<std::string_view> value = "${";
      if (use->kind == Use::Kind::kOpen) {
        report_.error(place, "", "`${` without a `}`: write ${name}, or $${ for the characters themselves");
        return std::nullopt;
      }
      if (use->kind == Use::Kind::kNamed) value = value_of(use->name, place);
      if (!value || !add(result, use->before, place) || !add(result, *value, place)) return std::nullopt;
      text = use->rest;
    }
    if (!add(result, text, place) || !spend(result.size(), place)) return std::nullopt;
    return result;
  }

  // Whether what comes out may be so much longer; told where not.
  bool spend(std::size_t bytes, const Location& place) {
    spent_ += bytes;
    if (spent_ <= kMaxAllExpanded) return true;
    report_.error(place, "",
                  fmt::format("variables make the configuration longer than {} MiB: put what is long and "
                              "common into `profiles` or `defaults`",
                              kMaxAllExpanded >> 20));
    return false;
  }

 private:
  struct Variable {
    const Node* node = nullptr;
    enum class State : std::uint8_t { kUnknown, kInWork, kKnown, kBroken } state = State::kUnknown;
    std::string value;
  };

  // One that others wait for, and what of its text is still to be looked at.
  struct InWork {
    Variable* variable;
    std::string_view rest;
  };

  bool add(std::string& result, std::string_view more, const Location& place) {
    if (more.size() <= kMaxExpanded - result.size()) {
      result += more;
      return true;
    }
    report_.error(place, "", fmt::format("variables make this longer than {} bytes", kMaxExpanded));
    return false;
  }

  // nullopt: there is none, or it is broken; both are told.
  std::optional<std::string_view> value_of(std::string_view name, const Location& place) {
    const auto known = variables_.find(name);
    if (known == variables_.end()) {
      report_.error(place, "", fmt::format("there is no variable `{}`{}", name, others_than(name)));
      return std::nullopt;
    }
    if (known->second.state != Variable::State::kKnown) return std::nullopt;
    return known->second.value;
  }

  [[nodiscard]] std::string others_than(std::string_view name) const {
    if (variables_.empty()) return ": `variables` has none";
    if (report_.is_full()) return {};
    std::vector<std::string_view> names;
    names.reserve(variables_.size());
    for (const auto& [each, variable] : variables_) names.push_back(each);
    return fmt::format("; there are: {}{}", listing(names), suggestion(name, names));
  }

  // First those that it uses. No recursion: a chain of them may be as long as its file.
  void make_known(const std::string& name, Variable& variable) {
    std::vector<InWork> stack;
    begin(stack, name, variable);
    while (!stack.empty()) {
      const auto use = next_use(stack.back().rest);
      if (!use || use->kind == Use::Kind::kOpen) {
        finish(*stack.back().variable);
        stack.pop_back();
        continue;
      }
      stack.back().rest = use->rest;
      const auto used = use->kind == Use::Kind::kNamed ? variables_.find(use->name) : variables_.end();
      if (used != variables_.end()) begin(stack, used->first, used->second);
    }
  }

  void begin(std::vector<InWork>& stack, const std::string& name, Variable& variable) {
    using enum Variable::State;
    if (variable.state == kInWork) {
      report_.error(variable.node->where, kSection, fmt::format("`{}` uses itself", name));
      variable.state = kBroken;
    }
    if (variable.state != kUnknown) return;
    variable.state = kInWork;
    stack.push_back({&variable, variable.node->text});
  }

  void finish(Variable& variable) {
    using enum Variable::State;
    if (variable.state == kBroken) return;
    const std::string& text = variable.node->text;
    if (text.find("${") == std::string::npos) {
      variable.value = text;
    } else if (auto expanded = expand(text, variable.node->where)) {
      variable.value = std::move(*expanded);
    } else {
      variable.state = kBroken;
      return;
    }
    variable.state = kKnown;
  }

  Report& report_;
  std::map<std::string, Variable, std::less<>> variables_;
  std::size_t spent_ = 0;  // bytes of all that was expanded
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
      if (node->splits) return list_of(*text, node);
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
  NodePtr list_of(std::string_view text, const NodePtr& node) {
    const auto items = list_items(text);
    return variables_.spend(items.size() * sizeof(Node), node->where) ? list_at(node->where, items) : node;
  }

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
