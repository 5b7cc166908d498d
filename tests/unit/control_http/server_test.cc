// SPDX-License-Identifier: Apache-2.0
#include "control/http/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <thread>
#include <vector>

#include "server_fixture.h"

namespace headwater::control::http {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST_F(ServerTest, AnswersARequest) {
  start();
  const std::string answer = exchange("GET /hello?a=1 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Type: application/json\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\nDate: "));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n{\"query\":\"a=1\"}"));
}

TEST_F(ServerTest, KeepsTheConnection) {
  start();
  RawSocket peer(path);
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(peer.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"));
    EXPECT_THAT(peer.read_answer(), EndsWith("\r\n\r\nhello"));
  }
  EXPECT_EQ(server->counters().connections.load(), 1U);
  EXPECT_EQ(server->counters().requests.load(), 3U);
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
  start();
  RawSocket peer(path);
  ASSERT_TRUE(peer.send("GET /hello?1 HTTP/1.1\r\nHost: x\r\n\r\nGET /hello?2 HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_THAT(peer.read_answer(), EndsWith("{\"query\":\"1\"}"));
  EXPECT_THAT(peer.read_answer(), EndsWith("{\"query\":\"2\"}"));
}

TEST_F(ServerTest, ReadsAChunkedBody) {
  start();
  EXPECT_THAT(exchange("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"),
              EndsWith("\r\n\r\nabcde"));
}

TEST_F(ServerTest, ClosesWhereAsked) {
  start();
  RawSocket peer(path);
  ASSERT_TRUE(peer.send("GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
  EXPECT_THAT(peer.read_to_end(), HasSubstr("Connection: close\r\n"));
  RawSocket old(path);
  ASSERT_TRUE(old.send("GET /hello HTTP/1.0\r\n\r\n"));
  EXPECT_THAT(old.read_to_end(), StartsWith("HTTP/1.0 200 OK\r\n"));
}

TEST_F(ServerTest, HeadHasALengthAndNoBody) {
  start();
  RawSocket peer(path);
  ASSERT_TRUE(peer.send("HEAD /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
  const std::string answer = peer.read_to_end();
  EXPECT_THAT(answer, HasSubstr("Content-Length: 12\r\n"));  // {"query":""}
  EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
}

TEST_F(ServerTest, ErrorsAreJson) {
  start();
  EXPECT_THAT(exchange("GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 404 "));
  const std::string wrong_method = exchange("DELETE /hello HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(wrong_method, StartsWith("HTTP/1.1 405 "));
  EXPECT_THAT(wrong_method, HasSubstr("Allow: GET, HEAD\r\n"));
  EXPECT_THAT(wrong_method, HasSubstr(R"({"error":{"status":405,)"));
}

TEST_F(ServerTest, SurvivesAHandlerThatThrows) {
  start();
  RawSocket peer(path);
  ASSERT_TRUE(peer.send("GET /broken HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_THAT(peer.read_answer(), StartsWith("HTTP/1.1 500 "));
  ASSERT_TRUE(peer.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_THAT(peer.read_answer(), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(router.handler_failures(), 1U);
}

TEST_F(ServerTest, StopsWithConnectionsOpenAndRemovesTheSocket) {
  start();
  RawSocket idle(path);
  RawSocket halfway(path);
  ASSERT_TRUE(halfway.send("GET /hel"));
  EXPECT_THAT(exchange("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 200 "));
  server->stop();
  EXPECT_EQ(idle.read_to_end(), "");
  EXPECT_EQ(halfway.read_to_end(), "");
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_FALSE(RawSocket(path).connected());
  server->stop();  // again does nothing
}

TEST_F(ServerTest, AnAnswerUnderWayAtStopStillArrives) {
  std::mutex mutex;
  std::condition_variable changed;
  bool entered = false;
  bool proceed = false;
  router.add("GET", "/slow", [&](const Request&) {
    std::unique_lock lock(mutex);
    entered = true;
    changed.notify_all();
    changed.wait(lock, [&] { return proceed; });
    Response response;
    response.body = "done";
    return response;
  });
  start({.stop_patience = std::chrono::seconds(60)});
  RawSocket peer(path);
  ASSERT_TRUE(peer.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"));
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return entered; });
  }
  std::thread stopping([&] { server->stop(); });
  {
    const std::lock_guard lock(mutex);
    proceed = true;
  }
  changed.notify_all();
  EXPECT_THAT(peer.read_answer(), EndsWith("done"));
  stopping.join();
}

TEST_F(ServerTest, ServesManyConnectionsAtOnce) {
  start();
  std::vector<std::unique_ptr<RawSocket>> peers;
  for (int i = 0; i < 64; ++i) {
    peers.push_back(std::make_unique<RawSocket>(path));
    ASSERT_TRUE(peers.back()->send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"));
  }
  for (const auto& peer : peers) EXPECT_THAT(peer->read_answer(), StartsWith("HTTP/1.1 200 "));
}

}  // namespace
}  // namespace headwater::control::http
