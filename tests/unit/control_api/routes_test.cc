// SPDX-License-Identifier: Apache-2.0
#include "control/api/routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "control/api/json.h"
#include "fixture_control.h"
#include "fixture_view.h"

namespace headwater::control::api {
namespace {

using ::testing::ElementsAre;

struct RoutesTest : ::testing::Test {
  RoutesTest() {
    add_routes(router, view);
    add_config_routes(router, control);
  }

  http::Response ask(std::string path, std::string method = "GET", std::string body = {}) {
    http::Request request;
    request.method = std::move(method);
    const std::size_t question = path.find('?');
    request.path = path.substr(0, question);
    if (question != std::string::npos) request.query = path.substr(question + 1);
    request.body = std::move(body);
    return router.answer(request);
  }
  Json get(const std::string& path) {
    const http::Response response = ask(path);
    EXPECT_EQ(response.status, 200U) << response.body;
    return Json::parse(response.body);
  }
  static std::vector<std::string> ids(const Json& list, const char* key = "id") {
    std::vector<std::string> out;
    for (const Json& each : list) out.push_back(each[key]);
    return out;
  }

  FixtureView view;
  FixtureControl control;
  http::Router router;
};

TEST_F(RoutesTest, StatusTimeAndVersion) {
  EXPECT_EQ(get("/v1/status")["state"], "degraded");
  EXPECT_EQ(get("/v1/time")["state"], "locked");
  EXPECT_EQ(get("/v1/version").dump(), R"({"name":"headwater","version":"0.1.0","api":"v1"})");
}

TEST_F(RoutesTest, ListsInTheOrderOfTheConfiguration) {
  EXPECT_THAT(ids(get("/v1/channels")["channels"]), ElementsAre("das-erste", "radio", "pay"));
  EXPECT_THAT(ids(get("/v1/inputs")["inputs"]), ElementsAre("erste-a", "erste-b", "loop"));
  EXPECT_THAT(ids(get("/v1/ports")["ports"]), ElementsAre("west", "east"));
}

TEST_F(RoutesTest, ShowsOne) {
  EXPECT_EQ(get("/v1/channels/das-erste")["pids"].size(), 3U);
  EXPECT_EQ(get("/v1/inputs/erste-a")["programs"].size(), 1U);
  EXPECT_EQ(get("/v1/ports/west")["groups"].size(), 2U);
}

// With a thousand channels one of them costs what one costs.
TEST_F(RoutesTest, OneIsAskedForAlone) {
  for (const char* path :
       {"/v1/version", "/v1/channels/radio", "/v1/inputs/loop", "/v1/ports/east", "/v1/ledger/west",
        "/v1/ledger/nobody", "/v1/channels/nobody", "/v1/inputs/nobody", "/v1/ports/nobody"}) {
    ask(path);
    EXPECT_EQ(view.wholes_, 0) << path;
  }
}

TEST_F(RoutesTest, AnUnknownIdIs404WithTheNearest) {
  const http::Response response = ask("/v1/channels/das-erst");
  EXPECT_EQ(response.status, 404U);
  EXPECT_EQ(Json::parse(response.body)["error"]["message"],
            "no channel \"das-erst\"; did you mean \"das-erste\"?");
  EXPECT_EQ(Json::parse(ask("/v1/inputs/nowhere").body)["error"]["message"], "no input \"nowhere\"");
}

TEST_F(RoutesTest, LedgerWholeAndByName) {
  EXPECT_THAT(ids(get("/v1/ledger")["entries"], "name"), ElementsAre("erste-a", "das-erste/0", "west"));
  EXPECT_THAT(ids(get("/v1/ledger/west")["entries"], "name"), ElementsAre("west"));
  EXPECT_THAT(ids(get("/v1/ledger/das-erste%2F0")["entries"], "name"), ElementsAre("das-erste/0"));
  EXPECT_EQ(ask("/v1/ledger/nobody").status, 404U);
}

TEST_F(RoutesTest, TheLedgerOfAChannelIsThatOfItsInputAndOutputs) {
  EXPECT_THAT(ids(get("/v1/ledger/das-erste")["entries"], "name"), ElementsAre("erste-a", "das-erste/0"));
}

TEST_F(RoutesTest, ChecksAConfiguration) {
  const http::Response good = ask("/v1/config/check", "POST", "headend: {}");
  EXPECT_EQ(good.status, 200U);
  EXPECT_EQ(Json::parse(good.body)["valid"], true);
  const Json bad = Json::parse(ask("/v1/config/check?file=my%20lineup.yaml", "POST", "pid: 8200").body);
  EXPECT_EQ(bad["valid"], false);
  EXPECT_EQ(bad["errors"][0]["file"], "my lineup.yaml");
  EXPECT_EQ(ask("/v1/config/check", "POST").status, 400U);
  EXPECT_EQ(ask("/v1/config/check").headers.at("Allow"), "POST");
}

TEST_F(RoutesTest, GivesTheConfigurationThatRuns) {
  const Json running = Json::parse(ask("/v1/config").body);
  EXPECT_EQ(running["file"], "headend.yaml");
  EXPECT_EQ(running["text"], "headend: {}\n");
  EXPECT_EQ(Json::parse(ask("/v1/config?expanded=true").body)["text"], "headend: { poll: adaptive }\n");
  EXPECT_EQ(ask("/v1/config?expanded=yes").status, 400U);
  EXPECT_EQ(ask("/v1/config", "POST").status, 405U);
}

TEST_F(RoutesTest, AppliesTheConfigurationsFile) {
  AppliedConfig applied{.applied = true,
                        .file = "headend.yaml",
                        .problems = {.errors = {}, .warnings = {{{"headend.yaml", 3, 1}, "hardly meant"}}},
                        .changes = {}};
  applied.changes.channels.added = {"drei"};
  control.set_applied(applied);
  const http::Response done = ask("/v1/config/apply", "POST");
  EXPECT_EQ(done.status, 200U);
  const Json json = Json::parse(done.body);
  EXPECT_EQ(json["applied"], true);
  EXPECT_EQ(json["file"], "headend.yaml");
  EXPECT_EQ(json["warnings"][0]["line"], 3);
  EXPECT_EQ(json["changes"]["channels"]["added"], Json::array({"drei"}));
  EXPECT_EQ(json["changes"]["inputs"]["removed"], Json::array());
  EXPECT_EQ(json["changes"]["headend"], false);
  EXPECT_EQ(ask("/v1/config/apply").status, 405U);
}

}  // namespace
}  // namespace headwater::control::api
