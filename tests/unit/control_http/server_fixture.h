// SPDX-License-Identifier: Apache-2.0
//
// A server on a socket of its own with a few routes, started by the test with the limits it wants.
#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>

#include "control/http/server.h"
#include "raw_socket.h"

namespace headwater::control::http {

struct ServerTest : ::testing::Test {
  ServerTest() {
    router.add("GET", "/hello", [](const Request& request) {
      Response response;
      response.body = R"({"query":")" + request.query + "\"}";
      return response;
    });
    router.add("POST", "/echo", [](const Request& request) {
      Response response;
      response.body = request.body;
      response.content_type = request.content_type;
      return response;
    });
    router.add("GET", "/broken", [](const Request&) -> Response { throw std::runtime_error("inside"); });
  }

  void start(Limits limits = {}) {
    server = std::make_unique<Server>(router, limits);
    const auto listening = server->listen_unix(path);
    ASSERT_TRUE(listening.has_value()) << listening.error();
    server->start();
  }

  // One request on a connection of its own.
  std::string exchange(std::string_view request) {
    RawSocket peer(path);
    EXPECT_TRUE(peer.connected());
    peer.send(request);
    return peer.read_answer();
  }

  TemporaryDirectory directory;
  std::string path = directory.file("run/api.sock");
  Router router;
  std::unique_ptr<Server> server;
};

}  // namespace headwater::control::http
