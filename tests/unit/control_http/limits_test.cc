// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "server_fixture.h"

namespace headwater::control::http {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

struct LimitsTest : ServerTest {};

struct BadRequest {
  const char* what;
  std::string bytes;
  const char* status;
};

TEST_F(LimitsTest, WhatIsNoRequestIsRefusedAndDisconnected) {
  start();
  const std::vector<BadRequest> requests = {
      {"garbage", "\x16\x03\x01\x02garbage\r\n\r\n", "400"},
      {"no version", "GET /hello\r\n\r\n", "400"},
      {"a version that is none", "GET /hello HTTP/9.9\r\nHost: x\r\n\r\n", "505"},
      {"no host", "GET /hello HTTP/1.1\r\n\r\n", "400"},
      {"two hosts", "GET /hello HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "400"},
      {"a length that is no number", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: five\r\n\r\n", "400"},
      {"two lengths", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
       "400"},
      {"length and chunks",
       "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "400"},
      {"bad chunk", "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "400"},
      {"a header without a colon", "GET /hello HTTP/1.1\r\nHost\r\n\r\n", "400"},
      {"no absolute path", "GET hello HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
      {"an encoded path that is broken", "GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "400"},
      {"a header of 17 KiB",
       "GET /hello HTTP/1.1\r\nHost: x\r\nX: " + std::string(17 * 1024, 'a') + "\r\n\r\n", "431"},
      {"a body declared above 1 MiB", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n",
       "413"},
  };
  for (const BadRequest& request : requests) {
    RawSocket peer(path);
    ASSERT_TRUE(peer.send(request.bytes)) << request.what;
    peer.finish_sending();
    const std::string answer = peer.read_to_end();
    EXPECT_THAT(answer, StartsWith(std::string("HTTP/1.1 ") + request.status)) << request.what;
    EXPECT_THAT(answer, HasSubstr(std::string(R"({"error":{"status":)") + request.status)) << request.what;
  }
  EXPECT_EQ(server->counters().malformed.load(), requests.size() - 1);  // the path was the router's matter
}

TEST_F(LimitsTest, ARequestCutShortIsRefused) {
  start();
  RawSocket peer(path);
  ASSERT_TRUE(peer.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"));
  peer.finish_sending();
  EXPECT_THAT(peer.read_to_end(), StartsWith("HTTP/1.1 400 "));
}

TEST_F(LimitsTest, ABodyOfExactlyTheLimitPassesAndOneMoreDoesNot) {
  start({.body_bytes = 1000});
  const auto post = [this](std::size_t size) {
    return exchange("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" +
                    std::string(size, 'b'));
  };
  EXPECT_THAT(post(1000), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(post(1001), StartsWith("HTTP/1.1 413 "));
}

TEST_F(LimitsTest, AChunkedBodyCannotPassTheLimitUnsaid) {
  start({.body_bytes = 1000});
  RawSocket peer(path);
  ASSERT_TRUE(peer.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"));
  for (int i = 0; i < 3; ++i) peer.send("190\r\n" + std::string(0x190, 'c') + "\r\n");
  EXPECT_THAT(peer.read_answer(), StartsWith("HTTP/1.1 413 "));
}

TEST_F(LimitsTest, AConnectionTooManyIsToldSo) {
  start({.connections = 2});
  const std::string hello = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n";
  RawSocket first(path);
  RawSocket second(path);
  for (RawSocket* peer : {&first, &second}) {
    ASSERT_TRUE(peer->send(hello));
    ASSERT_THAT(peer->read_answer(), StartsWith("HTTP/1.1 200 "));
  }
  RawSocket third(path);
  ASSERT_TRUE(third.send(hello));
  third.finish_sending();
  EXPECT_THAT(third.read_to_end(), StartsWith("HTTP/1.1 503 "));
  EXPECT_EQ(server->counters().connections_refused.load(), 1U);
  // Those that were there first go on.
  ASSERT_TRUE(first.send(hello));
  EXPECT_THAT(first.read_answer(), StartsWith("HTTP/1.1 200 "));
}

TEST_F(LimitsTest, AnIdleConnectionIsClosedAndSoIsOneThatTrickles) {
  // Long enough for both to be there before it is over, however busy the machine.
  start({.idle = std::chrono::milliseconds(1000)});
  RawSocket idle(path);
  RawSocket trickling(path);
  ASSERT_TRUE(trickling.send("GET /hello HT"));
  EXPECT_EQ(idle.read_to_end(), "");
  EXPECT_EQ(trickling.read_to_end(), "");
  server->stop();  // the peers see the end before it is counted
  EXPECT_EQ(server->counters().idle_closed.load(), 2U);
}

TEST_F(LimitsTest, APeerThatLeavesWithoutReadingHarmsNobody) {
  start();
  for (int i = 0; i < 20; ++i) {
    RawSocket peer(path);
    peer.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  EXPECT_THAT(exchange("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 200 "));
}

}  // namespace
}  // namespace headwater::control::http
