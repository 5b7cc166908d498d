// SPDX-License-Identifier: Apache-2.0
#include "config/yaml/document.h"

#include <fmt/core.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "config/yaml/text.h"

namespace headwater::config {
namespace {

// Ends the parse of one text; never leaves this file.
struct Refused {
  Location where;
  std::string text;
};

// yaml-cpp counts bytes, people count characters.
class Lines {
 public:
  Lines(std::string_view text, std::string file) : text_(text), file_(std::move(file)) {
    starts_.push_back(0);
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n') starts_.push_back(i + 1);
    }
  }

  // Of the byte at `offset`.
  [[nodiscard]] Location at(std::size_t offset) const {
    const auto line = std::ranges::upper_bound(starts_, offset) - starts_.begin() - 1;
    YAML::Mark mark;
    mark.line = static_cast<int>(line);
    mark.column = static_cast<int>(offset - starts_[static_cast<std::size_t>(line)]);
    return at(mark);
  }

  [[nodiscard]] bool is_quote_closed(const YAML::Mark& mark) const {
    const auto line = std::min(static_cast<std::size_t>(mark.line), starts_.size() - 1);
    return config::is_quote_closed(text_, starts_[line] + static_cast<std::size_t>(mark.column));
  }

  [[nodiscard]] Location at(const YAML::Mark& mark) const {
    if (mark.line < 0 || mark.column < 0) return {file_, 1, 1};
    const auto line = std::min(static_cast<std::size_t>(mark.line), starts_.size() - 1);
    auto column = static_cast<std::size_t>(mark.column);
    constexpr std::size_t kCounted = 1000;  // a longer line is no text for people: bytes do
    if (column < kCounted && starts_[line] + column <= text_.size()) {
      column =
          static_cast<std::size_t>(std::ranges::count_if(text_.substr(starts_[line], column), [](char c) {
            return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
          }));
    }
    return {file_, static_cast<unsigned>(line + 1), static_cast<unsigned>(column + 1)};
  }

 private:
  std::string_view text_;
  std::string file_;
  std::vector<std::size_t> starts_;
};

class Builder : public YAML::EventHandler {
 public:
  Builder(const Lines& lines, Report& report) : lines_(lines), report_(report) {}

  [[nodiscard]] NodePtr root() const { return root_; }
  [[nodiscard]] unsigned documents() const { return documents_; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1)
      throw Refused{lines_.at(mark), "one document a file: put what follows `---` into a file of its own"};
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    auto node = make(mark, Node::Kind::kNull);
    finish(std::move(node), anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    check_tag(mark, tag);
    if (tag == "!" && !lines_.is_quote_closed(mark)) {
      throw Refused{lines_.at(mark), "this quote is not closed: all that follows would be its text"};
    }
    auto node = make(mark, Node::Kind::kScalar);
    node->text = value;
    node->plain = tag == "?";
    finish(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto known = anchors_.find(anchor);
    if (known == anchors_.end()) throw Refused{lines_.at(mark), "this alias stands within its own anchor"};
    count(mark, known->second->weight);
    place(known->second);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    check_tag(mark, tag);
    open(make(mark, Node::Kind::kList), anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    check_tag(mark, tag);
    open(make(mark, Node::Kind::kMap), anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    std::shared_ptr<Node> node;
    YAML::anchor_t anchor = 0;
    NodePtr key;                                     // of a map: read, its value not yet
    std::unordered_map<std::string, Location> seen;  // of a map
  };

  // "?" a plain scalar, list or map; "!" one in quotes.
  void check_tag(const YAML::Mark& mark, const std::string& tag) {
    if (!tag.empty() && tag != "?" && tag != "!") {
      report_.error(lines_.at(mark), "",
                    fmt::format("tags like `{}` have no meaning here: leave it out", tag));
    }
  }

  void count(const YAML::Mark& mark, std::size_t nodes) {
    nodes_ += nodes;
    if (nodes_ > kMaxNodes) {
      throw Refused{
          lines_.at(mark),
          fmt::format("more than {} values, aliases counted each time: split the lineup", kMaxNodes)};
    }
  }

  std::shared_ptr<Node> make(const YAML::Mark& mark, Node::Kind kind) {
    count(mark, 1);
    auto node = std::make_shared<Node>();
    node->kind = kind;
    node->where = lines_.at(mark);
    return node;
  }

  void open(std::shared_ptr<Node> node, YAML::anchor_t anchor) {
    if (stack_.size() >= kMaxDepth) {
      throw Refused{node->where, fmt::format("nested deeper than {} levels", kMaxDepth)};
    }
    stack_.push_back({.node = std::move(node), .anchor = anchor, .key = nullptr, .seen = {}});
  }

  void close() {
    Open top = std::move(stack_.back());
    stack_.pop_back();
    finish(std::move(top.node), top.anchor);
  }

  void finish(NodePtr node, YAML::anchor_t anchor) {
    if (anchor != 0) anchors_[anchor] = node;
    place(std::move(node));
  }

  void place(NodePtr node) {
    if (stack_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& top = stack_.back();
    if (top.node->kind == Node::Kind::kList) {
      top.node->weight += node->weight;
      top.node->items.push_back(std::move(node));
    } else if (top.key == nullptr) {
      top.key = std::move(node);
    } else {
      const NodePtr key = std::exchange(top.key, nullptr);
      if (!accept_key(top, *key)) return;
      top.node->weight += 1 + node->weight;
      top.node->entries.push_back({key->text, key->where, std::move(node)});
    }
  }

  bool accept_key(Open& map, const Node& key) {
    if (key.kind != Node::Kind::kScalar) {
      report_.error(key.where, "", "a key must be a word");
      return false;
    }
    if (key.text == "<<") {
      report_.error(key.where, "", "`<<` is not supported: put what is common into `profiles` or `defaults`");
      return false;
    }
    const auto [first, fresh] = map.seen.emplace(key.text, key.where);
    if (!fresh) {
      report_.error(
          key.where, "",
          fmt::format("`{}` stands here twice, first at {}: remove one", key.text, to_string(first->second)));
    }
    return fresh;
  }

  const Lines& lines_;
  Report& report_;
  NodePtr root_;
  std::vector<Open> stack_;
  std::unordered_map<YAML::anchor_t, NodePtr> anchors_;
  std::size_t nodes_ = 0;
  unsigned documents_ = 0;
};

}  // namespace

NodePtr read_document(std::string_view text, const std::string& file, Report& report) {
  auto empty = std::make_shared<Node>();
  empty->kind = Node::Kind::kMap;
  empty->where = {file, 1, 1};
  if (text.size() > kMaxFileSize) {
    report.error(empty->where, "",
                 fmt::format("larger than {} MiB: split the lineup with `include`", kMaxFileSize >> 20));
    return empty;
  }
  const Lines lines(text, file);
  if (const auto offset = find_not_utf8(text)) {
    report.error(lines.at(*offset), "", not_utf8_words(text, *offset, "file"));
    return empty;
  }
  Builder builder(lines, report);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& error) {
    report.error(
        lines.at(error.mark), "",
        fmt::format("not YAML: {} (see the indentation, quotes and brackets before this place; no tabs)",
                    error.msg));
    return empty;
  } catch (const Refused& refused) {
    report.error(refused.where, "", refused.text);
    return empty;
  }
  NodePtr root = builder.root();
  if (root == nullptr || root->kind == Node::Kind::kNull) return empty;
  if (root->kind != Node::Kind::kMap) {
    report.error(root->where, "", "a configuration is a map: `headend:`, `ports:`, `inputs:`, `channels:`");
    return empty;
  }
  return root;
}

}  // namespace headwater::config
