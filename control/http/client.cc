// SPDX-License-Identifier: Apache-2.0
#include "control/http/client.h"

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <string_view>
#include <utility>

#include "control/http/unix_socket.h"

namespace headwater::control::http {
namespace {

namespace beast = boost::beast;
namespace bhttp = boost::beast::http;

constexpr std::uint64_t kLargestAnswer = 256ULL << 20;

std::string_view advice(const beast::error_code& error) {
  if (error == boost::system::errc::no_such_file_or_directory ||
      error == boost::asio::error::connection_refused) {
    return " (is headwaterd running?)";
  }
  if (error == boost::system::errc::permission_denied)
    return " (try as root, or join the group that owns the socket)";
  return "";
}

std::unexpected<ClientError> not_reachable(const std::string& path, const beast::error_code& error) {
  return std::unexpected(ClientError{
      ClientError::Kind::kNotReachable,
      fmt::format("cannot reach the appliance at {}: {}{}", path, error.message(), advice(error))});
}

std::unexpected<ClientError> broken(const std::string& path, const beast::error_code& error) {
  if (error == beast::error::timeout) {
    return std::unexpected(
        ClientError{ClientError::Kind::kNotReachable, fmt::format("{} does not answer in time", path)});
  }
  return std::unexpected(
      ClientError{ClientError::Kind::kBroken,
                  fmt::format("what answers at {} is broken off: {}", path, error.message())});
}

}  // namespace

std::expected<ClientResponse, ClientError> request_over_unix(const std::string& socket_path,
                                                             const ClientRequest& request,
                                                             std::chrono::milliseconds patience) {
  const auto endpoint = detail::unix_endpoint(socket_path);
  if (!endpoint) return std::unexpected(ClientError{ClientError::Kind::kNotReachable, endpoint.error()});

  boost::asio::io_context context{1};
  beast::basic_stream<detail::UnixProtocol> stream(context);
  stream.expires_after(patience);
  beast::error_code error;
  const auto run = [&context] {
    context.restart();
    context.run();
  };
  const auto done = [&error](beast::error_code result, std::size_t = 0) { error = result; };

  stream.async_connect(*endpoint, done);
  run();
  if (error) return not_reachable(socket_path, error);

  bhttp::request<bhttp::string_body> message;
  message.version(11);
  message.method_string(request.method);
  message.target(request.target);
  message.set(bhttp::field::host, "localhost");
  message.set(bhttp::field::user_agent, "hwctl");
  message.keep_alive(false);
  if (!request.body.empty()) {
    message.set(bhttp::field::content_type, request.content_type);
    message.body() = request.body;
  }
  message.prepare_payload();
  bhttp::async_write(stream, message, done);
  run();
  const beast::error_code write_error = error;
  if (write_error == beast::error::timeout) return broken(socket_path, write_error);

  // A server that refuses a request may answer and close before it has read all of it: the answer counts more
  // than the failed write.
  beast::flat_buffer buffer;
  bhttp::response_parser<bhttp::string_body> parser;
  parser.body_limit(kLargestAnswer);
  bhttp::async_read(stream, buffer, parser, done);
  run();
  if (error) return broken(socket_path, write_error ? write_error : error);
  auto answer = parser.release();
  return ClientResponse{answer.result_int(), std::move(answer.body())};
}

}  // namespace headwater::control::http
