// SPDX-License-Identifier: Apache-2.0
//
// Reading an answer's fields for tables. An appliance of another version may lack some or give null: those
// show as nothing, and no type surprises anybody. Pure; any thread.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace headwater::hwctl {

using Json = nlohmann::ordered_json;

// A null value where there is none of that name.
[[nodiscard]] const Json& field(const Json& object, std::string_view name);

[[nodiscard]] std::string text(const Json& object, std::string_view name);  // numbers in decimal; "" for null
[[nodiscard]] std::uint64_t number(const Json& object, std::string_view name);  // 0 for anything else
[[nodiscard]] std::optional<std::uint64_t> maybe_number(const Json& object, std::string_view name);
// Every number in an object of numbers that are counts, added up.
[[nodiscard]] std::uint64_t sum_of(const Json& counts);
[[nodiscard]] bool flag(const Json& object, std::string_view name);
// The elements of an array of words, with `separator` between them.
[[nodiscard]] std::string joined(const Json& object, std::string_view name, std::string_view separator);

}  // namespace headwater::hwctl
