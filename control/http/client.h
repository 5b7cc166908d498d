// SPDX-License-Identifier: Apache-2.0
//
// One request to a server on a Unix socket, for command lines: blocks until the answer is there or the time
// is up. Any thread.
#pragma once

#include <chrono>
#include <expected>
#include <string>

namespace headwater::control::http {

struct ClientRequest {
  std::string method = "GET";
  std::string target{};  // path and query, encoded
  std::string body{};
  std::string content_type = "application/json";
};

struct ClientResponse {
  unsigned status = 0;
  std::string body{};
};

struct ClientError {
  enum class Kind {
    kNotReachable,  // nobody there, not allowed, or no answer in time
    kBroken,        // somebody answered, but not in HTTP
  } kind = Kind::kNotReachable;
  std::string message;  // "cannot reach headwaterd at /run/…: Connection refused (is it running?)"
};

[[nodiscard]] std::expected<ClientResponse, ClientError> request_over_unix(
    const std::string& socket_path, const ClientRequest& request,
    std::chrono::milliseconds patience = std::chrono::seconds(10));

}  // namespace headwater::control::http
