// SPDX-License-Identifier: Apache-2.0
#include "control/http/router.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <optional>
#include <set>
#include <utility>

#include "control/http/uri.h"

namespace headwater::control::http {
namespace {

using Parameters = std::map<std::string, std::string, std::less<>>;

std::optional<Parameters> match(const std::vector<std::string>& pattern,
                                const std::vector<std::string>& path) {
  if (pattern.size() != path.size()) return std::nullopt;
  Parameters parameters;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const std::string& want = pattern[i];
    if (want.starts_with('{') && want.ends_with('}')) {
      if (path[i].empty()) return std::nullopt;
      parameters.emplace(want.substr(1, want.size() - 2), path[i]);
    } else if (want != path[i]) {
      return std::nullopt;
    }
  }
  return parameters;
}

std::optional<std::vector<std::string>> decoded_segments(std::string_view path) {
  std::vector<std::string> out;
  for (const std::string_view segment : segments(path)) {
    std::optional<std::string> text = percent_decode(segment);
    if (!text) return std::nullopt;
    out.push_back(std::move(*text));
  }
  return out;
}

}  // namespace

void Router::add(std::string method, std::string pattern, Handler handler) {
  std::vector<std::string> parts;
  for (const std::string_view segment : segments(pattern)) parts.emplace_back(segment);
  routes_.push_back({std::move(method), std::move(pattern), std::move(parts), std::move(handler)});
}

Response Router::answer(Request request) {
  const auto path = decoded_segments(request.path);
  if (!path) return error_response(400, "the path is not well-formed: '%' wants two hexadecimal digits");

  // RFC 9110 9.3.2: HEAD is GET without the content, which the server leaves out.
  const std::string_view method = request.method == "HEAD" ? std::string_view("GET") : request.method;
  std::set<std::string, std::less<>> allowed;
  for (const Route& route : routes_) {
    std::optional<Parameters> parameters = match(route.segments, *path);
    if (!parameters) continue;
    if (route.method == method) {
      request.parameters = std::move(*parameters);
      return run(route, request);
    }
    allowed.insert(route.method);
    if (route.method == "GET") allowed.insert("HEAD");
  }
  if (allowed.empty()) return error_response(404, fmt::format("nothing at {}", request.path));

  // RFC 9110 15.5.6: a 405 says in Allow what is.
  Response response = error_response(405, fmt::format("{} is not for {}", request.method, request.path));
  response.headers["Allow"] = fmt::format("{}", fmt::join(allowed, ", "));
  return response;
}

Response Router::run(const Route& route, const Request& request) {
  std::string what;
  try {
    return route.handler(request);
  } catch (const std::exception& error) {
    what = error.what();
  } catch (...) {
    what = "unknown exception";
  }
  failures_.fetch_add(1, std::memory_order_relaxed);
  if (report_) report_(route.pattern, what);
  return error_response(500, "the appliance failed to answer; its log says why");
}

}  // namespace headwater::control::http
