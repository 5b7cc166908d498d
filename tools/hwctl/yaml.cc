// SPDX-License-Identifier: Apache-2.0
#include "tools/hwctl/yaml.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>
#include <string_view>

namespace headwater::hwctl {
namespace {

using Json = nlohmann::ordered_json;

// A plain scalar must not read as anything but its own text, in YAML 1.1 either ("no" is false there, 1:20 is
// a number in base 60): only words that begin with a letter and hold nothing that YAML could mean are left
// bare.
bool is_plain(std::string_view text) {
  constexpr std::array<std::string_view, 10> kMeant = {"y",   "n",    "yes",   "no",   "on",
                                                       "off", "true", "false", "null", "nan"};
  if (text.empty() || std::isalpha(static_cast<unsigned char>(text.front())) == 0) return false;
  if (text.ends_with(' ') || text.ends_with(':')) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool allowed = std::isalnum(static_cast<unsigned char>(c)) != 0 ||
                         std::string_view("-_./+@ ").find(c) != std::string_view::npos ||
                         (c == ':' && i + 1 < text.size() && text[i + 1] != ' ');
    if (!allowed) return false;
  }
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::ranges::find(kMeant, lower) == kMeant.end();
}

// A double-quoted scalar of YAML takes every escape that JSON's strings have.
std::string scalar(const Json& value) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (is_plain(text)) return text;
  }
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string key(const std::string& name) {
  return is_plain(name) ? name : scalar(Json(name));
}

bool is_block(const Json& value) {
  return value.is_structured() && !value.empty();
}

void emit(std::string& out, const Json& value, std::size_t indent, bool first_is_placed);

// "key: value" or "key:" with the block below it.
void emit_entry(std::string& out, const std::string& name, const Json& value, std::size_t indent) {
  out += key(name) + ':';
  if (!is_block(value)) {
    out += ' ' + scalar(value) + '\n';
    return;
  }
  out += '\n';
  emit(out, value, indent + 2, false);
}

// `first_is_placed`: the first line's indentation stands already, behind a "- ".
void emit(std::string& out, const Json& value, std::size_t indent, bool first_is_placed) {
  if (!is_block(value)) {
    out += scalar(value) + '\n';
    return;
  }
  bool placed = first_is_placed;
  for (const auto& [name, item] : value.items()) {
    if (!placed) out.append(indent, ' ');
    placed = false;
    if (value.is_object()) {
      emit_entry(out, name, item, indent);
    } else {
      out += "- ";
      emit(out, item, indent + 2, true);
    }
  }
}

}  // namespace

std::string to_yaml(const nlohmann::ordered_json& json) {
  std::string out;
  emit(out, json, 0, false);
  return out;
}

}  // namespace headwater::hwctl
