// SPDX-License-Identifier: Apache-2.0
//
// Which handler answers a request: by method and path pattern. Filled before the server starts, constant from
// then on; handlers run on the server's thread. A handler that throws is answered 500 and counted.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "control/http/message.h"

namespace headwater::control::http {

using Handler = std::function<Response(const Request&)>;
// Told of each handler that threw: the route's pattern and what the exception said.
using FailureReport = std::function<void(std::string_view pattern, std::string_view what)>;

class Router {
 public:
  // `pattern` is literal segments and {name}s, each of which takes one whole segment: "/v1/channels/{id}".
  // GET answers HEAD too. Of two patterns that match, the one added first wins.
  void add(std::string method, std::string pattern, Handler handler);
  void on_failure(FailureReport report) { report_ = std::move(report); }

  // The handler's answer; 404 for a path that nobody has, 405 with Allow for another's method, 400 for a path
  // that cannot be decoded, 500 for a handler that threw.
  [[nodiscard]] Response answer(Request request);

  [[nodiscard]] std::uint64_t handler_failures() const { return failures_.load(std::memory_order_relaxed); }

 private:
  struct Route {
    std::string method;
    std::string pattern;
    std::vector<std::string> segments;
    Handler handler;
  };
  [[nodiscard]] Response run(const Route& route, const Request& request);

  std::vector<Route> routes_;
  FailureReport report_;
  std::atomic<std::uint64_t> failures_{0};
};

}  // namespace headwater::control::http
