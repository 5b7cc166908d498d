// SPDX-License-Identifier: Apache-2.0
#include "control/http/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "server_fixture.h"

namespace headwater::control::http {
namespace {

using ::testing::HasSubstr;

struct ClientTest : ServerTest {};

TEST_F(ClientTest, BringsStatusAndBody) {
  start();
  const auto answer = request_over_unix(path, {.target = "/hello?x=%20"});
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(answer->status, 200U);
  EXPECT_EQ(answer->body, R"({"query":"x=%20"})");
  EXPECT_EQ(request_over_unix(path, {.target = "/nowhere"})->status, 404U);
}

TEST_F(ClientTest, SendsABody) {
  start();
  const std::string body(500'000, 'x');
  const auto answer = request_over_unix(path, {.method = "POST", .target = "/echo", .body = body});
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(answer->body, body);
}

TEST_F(ClientTest, HearsTheRefusalOfABodyThatTheServerDoesNotRead) {
  start();
  const auto answer =
      request_over_unix(path, {.method = "POST", .target = "/echo", .body = std::string(3'000'000, 'x')});
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(answer->status, 413U);
}

TEST_F(ClientTest, NobodyThereIsNotReachable) {
  const auto answer = request_over_unix(path, {.target = "/hello"});
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, ClientError::Kind::kNotReachable);
  EXPECT_THAT(answer.error().message, HasSubstr("is headwaterd running?"));
}

TEST_F(ClientTest, APathTooLongIsNotReachable) {
  const auto answer = request_over_unix(std::string(200, 'a'), {.target = "/hello"});
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, ClientError::Kind::kNotReachable);
}

// A peer that takes connections and does as the test says with them.
struct StrangePeer {
  explicit StrangePeer(const std::string& path) : listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const sockaddr_un address = RawSocket::address_of(path);
    EXPECT_EQ(::bind(listener, RawSocket::as_sockaddr(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listener, 4), 0);
  }
  ~StrangePeer() { ::close(listener); }
  int listener;
};

TEST_F(ClientTest, SilenceIsNotReachable) {
  const std::string silent = directory.file("silent.sock");
  const StrangePeer peer(silent);
  const auto answer = request_over_unix(silent, {.target = "/hello"}, std::chrono::milliseconds(50));
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, ClientError::Kind::kNotReachable);
  EXPECT_THAT(answer.error().message, HasSubstr("does not answer"));
}

TEST_F(ClientTest, AnAnswerThatIsNotHttpIsBroken) {
  const std::string strange = directory.file("strange.sock");
  const StrangePeer peer(strange);
  std::thread speaking([&peer] {
    const int connection = ::accept(peer.listener, nullptr, nullptr);
    char request[1024];
    EXPECT_GT(::recv(connection, request, sizeof request, 0), 0);
    EXPECT_GT(::send(connection, "SSH-2.0-x\r\n\r\n", 13, MSG_NOSIGNAL), 0);
    ::close(connection);
  });
  const auto answer = request_over_unix(strange, {.target = "/hello"});
  speaking.join();
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, ClientError::Kind::kBroken);
}

}  // namespace
}  // namespace headwater::control::http
