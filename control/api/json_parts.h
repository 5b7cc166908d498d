// SPDX-License-Identifier: Apache-2.0
//
// What the conversions of json.h have in common. Pure; any thread.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "control/api/json.h"
#include "psi/base/pid.h"

namespace headwater::control::api {

template <typename T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}
inline Json or_null(const std::optional<Pid>& pid) {
  return pid ? Json(pid->value()) : Json();
}
inline Json or_null(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

Json array_of(const auto& items, const auto& convert) {
  Json out = Json::array();
  for (const auto& item : items) out.push_back(convert(item));
  return out;
}

inline Json terms(const std::vector<Term>& list) {
  Json out = Json::object();
  for (const Term& term : list) out[term.name] = term.value;
  return out;
}

}  // namespace headwater::control::api
