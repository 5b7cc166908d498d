// SPDX-License-Identifier: Apache-2.0
#include "tools/hwctl/yaml.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace headwater::hwctl {
namespace {

using Json = nlohmann::ordered_json;

TEST(Yaml, WritesBlocks) {
  const Json json = Json::parse(
      R"({"name":"oslo-1","state":"ok","uptime_s":12,"drift_ppm":-1.25,"vlan":null,"link_up":true,)"
      R"("channels":{"on_air":2},"problems":[],"drops":{},)"
      R"("languages":["deu","eng"],"outputs":[{"id":"a/0","pids":[1,2]},{"id":"a/1","pids":[]}],"nested":[[1,2],[]]})");
  EXPECT_EQ(to_yaml(json),
            "name: oslo-1\n"
            "state: ok\n"
            "uptime_s: 12\n"
            "drift_ppm: -1.25\n"
            "vlan: null\n"
            "link_up: true\n"
            "channels:\n"
            "  on_air: 2\n"
            "problems: []\n"
            "drops: {}\n"
            "languages:\n"
            "  - deu\n"
            "  - eng\n"
            "outputs:\n"
            "  - id: a/0\n"
            "    pids:\n"
            "      - 1\n"
            "      - 2\n"
            "  - id: a/1\n"
            "    pids: []\n"
            "nested:\n"
            "  - - 1\n"
            "    - 2\n"
            "  - []\n");
}

// Text that YAML would read as something else keeps its quotes.
TEST(Yaml, QuotesWhatWouldBeMisread) {
  for (const char* text :
       {"",     "no", "Off",  "null", "true", "1",  "010",      "1e5", "0x10", "-",    "- a",
        "a: b", "a:", "a #b", "{a}",  "[a]",  "*a", "&a",       "!a",  "%a",   "@a",   "`a",
        "\"",   "'",  "a\nb", " a",   "a ",   "~",  "12:30:45", "<<",  "=",    "3sat", "é"}) {
    EXPECT_EQ(to_yaml(Json(text)), Json(text).dump() + '\n') << text;
  }
  for (const char* text : {"deu", "das-erste/0", "Das Erste HD", "rtp://239.20.0.1:5000", "drop_sync"}) {
    EXPECT_EQ(to_yaml(Json(text)), std::string(text) + '\n') << text;
  }
}

TEST(Yaml, QuotesKeysToo) {
  EXPECT_EQ(to_yaml(Json{{"null", 1}, {"8", 2}}), "\"null\": 1\n\"8\": 2\n");
}

TEST(Yaml, ReplacesBytesThatAreNoUtf8) {
  EXPECT_EQ(to_yaml(Json("a\xFFz")), "\"a\xEF\xBF\xBDz\"\n");
}

}  // namespace
}  // namespace headwater::hwctl
