// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <system_error>

#include "control/api/answer.h"
#include "control/api/json.h"
#include "control/api/routes.h"
#include "control/http/uri.h"

namespace headwater::control::api {
namespace {

constexpr std::uint32_t kLongestWait = 86'400;  // seconds

// The number of a query's key. `given` without a value: it is none within the bounds.
struct Number {
  bool given = false;
  std::optional<std::uint32_t> value;
};

Number number_of(const http::Request& request, std::string_view key, std::uint32_t most) {
  const auto text = http::query_value(request.query, key);
  if (!text) return {};
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc{} || end != text->data() + text->size() || value == 0 || value > most)
    return {.given = true, .value = std::nullopt};
  return {.given = true, .value = value};
}

http::Response apply(ConfigControl& control, const http::Request& request) {
  ApplyOrder order;
  const Number wait = number_of(request, "confirm_within", kLongestWait);
  if (wait.given && !wait.value) {
    return http::error_response(400,
                                fmt::format("confirm_within is a number of seconds, 1 to {}", kLongestWait));
  }
  if (wait.value) order.confirm_within = std::chrono::seconds(*wait.value);
  order.at_next_start = http::query_value(request.query, "at_next_start").has_value();
  if (order.at_next_start && order.confirm_within)
    return http::error_response(400, "at_next_start and confirm_within: one of them, nothing changes now");
  return ok(to_json(control.apply(order)));
}

http::Response roll_back(ConfigControl& control, const http::Request& request) {
  const Number revision = number_of(request, "revision", std::numeric_limits<std::uint32_t>::max());
  if (revision.given && !revision.value)
    return http::error_response(400, "revision is a number of GET /v1/config/revisions");
  return ok(to_json(control.roll_back(revision.value)));
}

http::Response confirm(ConfigControl& control) {
  if (const auto done = control.confirm(); !done) return http::error_response(409, done.error());
  return ok({{"confirmed", true}});
}

http::Response revisions(ConfigControl& control) {
  Json list = Json::array();
  for (const RevisionSnapshot& each : control.revisions()) list.push_back(to_json(each));
  return ok({{"revisions", std::move(list)}});
}

}  // namespace

void add_config_routes(http::Router& router, ConfigControl& control) {
  router.add("POST", "/v1/config/apply",
             [&control](const http::Request& request) { return apply(control, request); });
  router.add("POST", "/v1/config/rollback",
             [&control](const http::Request& request) { return roll_back(control, request); });
  router.add("POST", "/v1/config/confirm", [&control](const http::Request&) { return confirm(control); });
  router.add("GET", "/v1/config/diff",
             [&control](const http::Request&) { return ok(to_json(control.diff())); });
  router.add("GET", "/v1/config/revisions", [&control](const http::Request&) { return revisions(control); });
}

}  // namespace headwater::control::api
