// SPDX-License-Identifier: Apache-2.0
#include "tools/hwctl/fields.h"

namespace headwater::hwctl {

const Json& field(const Json& object, std::string_view name) {
  static const Json kNothing;
  if (!object.is_object()) return kNothing;
  const auto found = object.find(std::string(name));
  return found == object.end() ? kNothing : *found;
}

std::string text(const Json& object, std::string_view name) {
  const Json& value = field(object, name);
  if (value.is_string()) return value.get<std::string>();
  return value.is_number() ? value.dump() : std::string();
}

namespace {

std::optional<std::uint64_t> as_count(const Json& value) {
  if (!value.is_number_integer() || value < 0) return std::nullopt;
  return value.get<std::uint64_t>();
}

}  // namespace

std::optional<std::uint64_t> maybe_number(const Json& object, std::string_view name) {
  return as_count(field(object, name));
}

std::uint64_t sum_of(const Json& counts) {
  std::uint64_t sum = 0;
  for (const Json& count : counts) sum += as_count(count).value_or(0);
  return sum;
}

std::uint64_t number(const Json& object, std::string_view name) {
  return maybe_number(object, name).value_or(0);
}

bool flag(const Json& object, std::string_view name) {
  const Json& value = field(object, name);
  return value.is_boolean() && value.get<bool>();
}

std::string joined(const Json& object, std::string_view name, std::string_view separator) {
  std::string out;
  for (const Json& item : field(object, name)) {
    if (!item.is_string()) continue;
    if (!out.empty()) out += separator;
    out += item.get<std::string>();
  }
  return out;
}

}  // namespace headwater::hwctl
