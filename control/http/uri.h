// SPDX-License-Identifier: Apache-2.0
//
// The parts of a request target. RFC 3986 2.1 and 3.3. Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headwater::control::http {

// nullopt: a '%' without two hexadecimal digits behind it, or one that stands for NUL.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);
// Everything but unreserved characters (RFC 3986 2.3) as %XX: safe as one segment of a path or in a query.
[[nodiscard]] std::string percent_encode(std::string_view text);

// "/v1/channels/a" -> {"v1", "channels", "a"}; segments still encoded. One '/' at the end counts for nothing.
[[nodiscard]] std::vector<std::string_view> segments(std::string_view path);

// Value of `name` in "a=1&b=2", decoded; nullopt: absent or badly encoded.
[[nodiscard]] std::optional<std::string> query_value(std::string_view query, std::string_view name);

}  // namespace headwater::control::http
