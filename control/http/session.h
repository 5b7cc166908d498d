// SPDX-License-Identifier: Apache-2.0
//
// One connection, over any stream of Asio: reads a request, answers it, and again until either side is done.
// Internal to this room. Lives on the server's thread alone; held alive by its own pending operation.
#pragma once

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "control/http/message.h"
#include "control/http/router.h"
#include "control/http/server.h"

namespace headwater::control::http::detail {

namespace beast = boost::beast;

class SessionBase {
 public:
  virtual ~SessionBase() = default;
  // Ends it: at once while it waits for a request, else once its answer is out.
  virtual void finish() = 0;
};

// What all sessions of a server share.
struct Shared {
  Router& router;
  Limits limits;
  ServerCounters counters;
  std::set<std::shared_ptr<SessionBase>> sessions;
  bool stopping = false;
};

// The request that the parser made, or the answer to what it could not parse.
[[nodiscard]] Request to_request(beast::http::request<beast::http::string_body>&& message);
[[nodiscard]] std::optional<Response> answer_to_error(const beast::error_code& error);
// RFC 9112 3.2: a request of HTTP/1.1 has exactly one Host; only 1.0 and 1.1 are spoken here.
[[nodiscard]] std::optional<Response> objection(
    const beast::http::request<beast::http::string_body>& message);
[[nodiscard]] beast::http::response<beast::http::string_body> to_message(Response response, bool head,
                                                                         unsigned version, bool keep_alive);

template <typename Stream>
class Session : public SessionBase, public std::enable_shared_from_this<Session<Stream>> {
 public:
  // `refused`: one connection too many, whose only request is answered 503.
  Session(Stream stream, Shared& shared, bool refused)
      : stream_(std::move(stream)), shared_(shared), refused_(refused) {}

  void start() {
    shared_.sessions.insert(this->shared_from_this());
    read();
  }

  void finish() override {
    if (reading_) close();
  }

 private:
  void read() {
    parser_.emplace();
    parser_->header_limit(shared_.limits.header_bytes);
    parser_->body_limit(shared_.limits.body_bytes);
    reading_ = true;
    stream_.expires_after(shared_.limits.idle);
    beast::http::async_read(stream_, buffer_, *parser_,
                            [self = this->shared_from_this()](beast::error_code error, std::size_t) {
                              self->reading_ = false;
                              self->on_read(error);
                            });
  }

  void on_read(beast::error_code error) {
    if (error == beast::error::timeout) {
      shared_.counters.idle_closed.fetch_add(1, std::memory_order_relaxed);
      return close();
    }
    if (error) {
      std::optional<Response> answer = answer_to_error(error);
      if (!answer) return close();  // the peer is gone or done
      return reject(std::move(*answer));
    }
    auto message = parser_->release();
    if (refused_) return reject(error_response(503, "too many connections"), false);
    if (auto answer = objection(message)) return reject(std::move(*answer));

    const bool keep_alive = message.keep_alive() && !shared_.stopping;
    const bool head = message.method() == beast::http::verb::head;
    const unsigned version = message.version();
    shared_.counters.requests.fetch_add(1, std::memory_order_relaxed);
    write(to_message(shared_.router.answer(to_request(std::move(message))), head, version, keep_alive),
          false);
  }

  // Answers without the router and disconnects: what follows on the stream is not known to be a request.
  void reject(Response response, bool malformed = true) {
    if (malformed) shared_.counters.malformed.fetch_add(1, std::memory_order_relaxed);
    write(to_message(std::move(response), false, 11, false), true);
  }

  void write(beast::http::response<beast::http::string_body>&& message, bool drain_after) {
    message_ = std::move(message);
    stream_.expires_after(shared_.limits.idle);
    beast::http::async_write(
        stream_, message_,
        [self = this->shared_from_this(), drain_after](beast::error_code error, std::size_t) {
          if (error) return self->close();
          if (drain_after) return self->drain();
          if (!self->message_.keep_alive() || self->shared_.stopping) return self->close();
          self->read();
        });
  }

  // A peer that is still sending would lose the answer to a reset if we closed on it: hear it out, briefly.
  void drain() {
    beast::error_code ignored;
    std::ignore = stream_.socket().shutdown(boost::asio::socket_base::shutdown_send, ignored);
    buffer_.clear();
    stream_.expires_after(std::min(shared_.limits.idle, std::chrono::milliseconds(1000)));
    drain_some();
  }

  void drain_some() {
    reading_ = true;
    stream_.async_read_some(boost::asio::buffer(discard_),
                            [self = this->shared_from_this()](beast::error_code error, std::size_t) {
                              self->reading_ = false;
                              if (error) return self->close();
                              self->drain_some();
                            });
  }

  void close() {
    stream_.close();
    shared_.sessions.erase(this->shared_from_this());
  }

  Stream stream_;
  Shared& shared_;
  const bool refused_;
  bool reading_ = false;
  beast::flat_buffer buffer_;
  std::optional<beast::http::request_parser<beast::http::string_body>> parser_;
  beast::http::response<beast::http::string_body> message_;
  std::array<char, 4096> discard_{};
};

}  // namespace headwater::control::http::detail
