// SPDX-License-Identifier: Apache-2.0
#include "control/http/router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace headwater::control::http {
namespace {

using ::testing::HasSubstr;

Response text(std::string body) {
  Response response;
  response.body = std::move(body);
  return response;
}

Request request(std::string method, std::string path) {
  Request made;
  made.method = std::move(method);
  made.path = std::move(path);
  return made;
}

struct RouterTest : ::testing::Test {
  RouterTest() {
    router.add("GET", "/v1/channels", [](const Request&) { return text("list"); });
    router.add("GET", "/v1/channels/{id}", [](const Request& r) { return text(r.parameters.at("id")); });
    router.add("POST", "/v1/config/check", [](const Request& r) { return text(r.body); });
    router.add("GET", "/v1/broken", [](const Request&) -> Response { throw std::runtime_error("no room"); });
  }
  Router router;
};

TEST_F(RouterTest, TakesTheRouteOfThePattern) {
  EXPECT_EQ(router.answer(request("GET", "/v1/channels")).body, "list");
  EXPECT_EQ(router.answer(request("GET", "/v1/channels/")).body, "list");
  EXPECT_EQ(router.answer(request("GET", "/v1/channels/das-erste")).body, "das-erste");
}

TEST_F(RouterTest, DecodesASegmentAfterSplitting) {
  // A slash within an id stays within its segment.
  EXPECT_EQ(router.answer(request("GET", "/v1/channels/a%2Fb%20c")).body, "a/b c");
}

TEST_F(RouterTest, UnknownPathsAre404) {
  for (const char* path : {"/", "/v1", "/v1/channels/a/b", "/v2/channels", "/v1/channels//"}) {
    EXPECT_EQ(router.answer(request("GET", path)).status, 404U) << path;
  }
}

TEST_F(RouterTest, AWrongMethodIs405WithWhatIsAllowed) {
  const Response channels = router.answer(request("POST", "/v1/channels"));
  EXPECT_EQ(channels.status, 405U);
  EXPECT_EQ(channels.headers.at("Allow"), "GET, HEAD");
  EXPECT_EQ(router.answer(request("GET", "/v1/config/check")).headers.at("Allow"), "POST");
}

TEST_F(RouterTest, HeadIsAnsweredByGet) {
  EXPECT_EQ(router.answer(request("HEAD", "/v1/channels")).status, 200U);
  EXPECT_EQ(router.answer(request("HEAD", "/v1/config/check")).status, 405U);
}

TEST_F(RouterTest, ABadlyEncodedPathIs400) {
  EXPECT_EQ(router.answer(request("GET", "/v1/channels/%zz")).status, 400U);
}

TEST_F(RouterTest, AHandlerThatThrowsIs500CountedAndReported) {
  std::string reported;
  router.on_failure([&](std::string_view pattern, std::string_view what) {
    reported = std::string(pattern) + ": " + std::string(what);
  });
  const Response response = router.answer(request("GET", "/v1/broken"));
  EXPECT_EQ(response.status, 500U);
  EXPECT_THAT(response.body, Not(HasSubstr("no room")));  // what went wrong inside is for the log
  EXPECT_EQ(reported, "/v1/broken: no room");
  EXPECT_EQ(router.handler_failures(), 1U);
}

TEST(ErrorResponse, IsJsonWhateverTheMessageHolds) {
  EXPECT_EQ(error_response(404, "no \"a\\b\"\n\x01 \xC3\xA9").body,
            "{\"error\":{\"status\":404,\"message\":\"no \\\"a\\\\b\\\"\\u000a\\u0001 ??\"}}\n");
}

}  // namespace
}  // namespace headwater::control::http
