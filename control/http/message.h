// SPDX-License-Identifier: Apache-2.0
//
// A request and a response as handlers see them: plain values, no library's types. Any thread.
#pragma once

#include <map>
#include <string>

namespace headwater::control::http {

struct Request {
  std::string method;  // "GET"
  std::string path;    // "/v1/channels/das%20erste": as sent, without the query
  std::string query;   // "file=a.yaml": as sent, without the '?'
  std::string content_type;
  std::string body;
  std::map<std::string, std::string, std::less<>> parameters;  // {id} of the route's pattern, decoded
};

struct Response {
  unsigned status = 200;
  std::string body;
  std::string content_type = "application/json";
  std::map<std::string, std::string, std::less<>> headers;  // beside content type and length
};

// {"error":{"status":404,"message":"..."}}: the form of every answer that is no success.
[[nodiscard]] Response error_response(unsigned status, std::string_view message);

}  // namespace headwater::control::http
