// SPDX-License-Identifier: Apache-2.0
//
// A small HTTP/1.1 server on a thread of its own. What it listens on is apart from how it answers: a Unix
// socket here, a further listen_… for any other kind of stream. Every limit is enforced while reading, so a
// peer costs at most one request's memory; whoever breaks one is answered in JSON and disconnected.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>

#include "control/http/router.h"

namespace headwater::control::http {

struct Limits {
  std::uint32_t header_bytes = 16 * 1024;          // 431 beyond
  std::uint64_t body_bytes = 1ULL << 20;           // 413 beyond
  std::size_t connections = 64;                    // 503 beyond
  std::chrono::milliseconds idle{30'000};          // between requests, and for one to arrive whole
  std::chrono::milliseconds stop_patience{1'000};  // for answers that are on their way at stop()
};

// Relaxed; written by the server's thread only.
struct ServerCounters {
  std::atomic<std::uint64_t> connections{0};          // accepted
  std::atomic<std::uint64_t> connections_refused{0};  // beyond the limit
  std::atomic<std::uint64_t> requests{0};             // read whole and answered by the router
  std::atomic<std::uint64_t> malformed{0};            // answered 400, 413, 431 or 505 without the router
  std::atomic<std::uint64_t> idle_closed{0};
};

class Server {
 public:
  // `router` is filled already and outlives the server.
  explicit Server(Router& router, Limits limits = {});
  ~Server();  // stops
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Before start(). Makes the directory where it is missing, takes the place of a socket on which nobody
  // listens any more; mode 0660. The error says in words what keeps it from listening.
  [[nodiscard]] std::expected<void, std::string> listen_unix(const std::string& path);

  void start();
  // Accepts no more, lets answers on their way out, closes everything, removes the socket. Then, or where it
  // never started, nothing is left running. Once only; not from a handler.
  void stop();

  [[nodiscard]] const ServerCounters& counters() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace headwater::control::http
