// SPDX-License-Identifier: Apache-2.0
#include "control/http/session.h"

#include <fmt/chrono.h>

#include <ctime>

namespace headwater::control::http::detail {

namespace bhttp = beast::http;

Request to_request(bhttp::request<bhttp::string_body>&& message) {
  Request request;
  request.method = message.method_string();
  const std::string target = message.target();
  const std::size_t question = target.find('?');
  request.path = target.substr(0, question);
  if (question != std::string::npos) request.query = target.substr(question + 1);
  request.content_type = message[bhttp::field::content_type];
  request.body = std::move(message.body());
  return request;
}

std::optional<Response> answer_to_error(const beast::error_code& error) {
  if (error == bhttp::error::end_of_stream) return std::nullopt;
  if (error == bhttp::error::header_limit) return error_response(431, "the header is too large");
  if (error == bhttp::error::body_limit) return error_response(413, "the body is too large");
  if (error == bhttp::error::bad_version) return error_response(505, "HTTP/1.1 is spoken here");
  if (error == bhttp::error::partial_message) return error_response(400, "the request ends in its middle");
  if (error.category() == bhttp::make_error_code(bhttp::error::bad_method).category()) {
    return error_response(400, "not a request of HTTP/1.1: " + error.message());
  }
  return std::nullopt;
}

std::optional<Response> objection(const bhttp::request<bhttp::string_body>& message) {
  if (message.version() != 10 && message.version() != 11)
    return error_response(505, "HTTP/1.1 is spoken here");
  if (message.version() == 11 && message.count(bhttp::field::host) != 1) {
    return error_response(400, "a request of HTTP/1.1 has one Host header");
  }
  if (!message.target().starts_with('/')) return error_response(400, "the target does not begin with '/'");
  return std::nullopt;
}

bhttp::response<bhttp::string_body> to_message(Response response, bool head, unsigned version,
                                               bool keep_alive) {
  bhttp::response<bhttp::string_body> message;
  message.version(version);
  message.result(response.status);
  message.set(bhttp::field::server, "headwater");
  // RFC 9110 6.6.1: a server with a clock dates its answers.
  message.set(bhttp::field::date,
              fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(std::time(nullptr))));
  message.set(bhttp::field::cache_control, "no-store");
  if (!response.content_type.empty()) message.set(bhttp::field::content_type, response.content_type);
  for (const auto& [name, value] : response.headers) message.set(name, value);
  message.keep_alive(keep_alive);
  message.content_length(response.body.size());
  if (!head) message.body() = std::move(response.body);
  return message;
}

}  // namespace headwater::control::http::detail
