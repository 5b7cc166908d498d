// SPDX-License-Identifier: Apache-2.0
//
// The ids of inputs that channels bring along: made so that no name of a channel leads to them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "config/yaml/lineup.h"
#include "config/yaml/yaml.h"
#include "tests/unit/config_yaml/problems.h"

namespace headwater::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kPort = "ports: { p: { device: net_x, address: 10.1.0.1/24 } }\n";

std::string own(int number) {
  return "{ source: \"udp://239.1.1." + std::to_string(number) + ":1\" }";
}

TEST(OwnInputs, NamesThatEndInANumberDoNotMeet) {
  const auto result = parse(kPort + "channels:\n- { name: RTL, inputs: [" + own(1) + ", " + own(2) +
                                "] }\n- { name: RTL 2, inputs: [" + own(3) + ", " + own(4) + "] }\n",
                            "f.yaml");
  ASSERT_TRUE(result) << all(result.error().errors);
  EXPECT_THAT(result->configuration.channels[0].inputs, ElementsAre("rtl", "rtl.2"));
  EXPECT_THAT(result->configuration.channels[1].inputs, ElementsAre("rtl-2", "rtl-2.2"));
}

TEST(OwnInputs, CountAsTheyStand) {
  const auto result =
      parse(kPort + "inputs: { a: " + own(1) + " }\nchannels: [{ name: RTL, inputs: [a, " + own(2) + "] }]\n",
            "f.yaml");
  ASSERT_TRUE(result) << all(result.error().errors);
  EXPECT_THAT(result->configuration.channels[0].inputs, ElementsAre("a", "rtl.2"));
}

// The column says which it is, whether the first one has a value in this row or not.
TEST(OwnInputs, AnEmptyColumnRenamesNone) {
  Report report;
  const NodePtr root = read_lineup(
      "name,inputs.source,inputs.2.source\nA,udp://239.1.1.1:1,udp://239.1.1.2:1\nB,,udp://239.1.1.3:1\n",
      "t.csv", report);
  const auto& channels = root->find("channels")->value->items;
  EXPECT_EQ(channels.at(0)->find("inputs")->value->items.at(1)->item, 2);
  EXPECT_EQ(channels.at(1)->find("inputs")->value->items.at(0)->item, 2);
}

TEST(OwnInputs, ACollisionSaysTheWayOut) {
  const auto result = parse(kPort + "inputs: { rtl.2: " + own(1) + " }\nchannels: [{ name: RTL, inputs: [" +
                                own(2) + ", " + own(3) + "] }]\n",
                            "f.yaml");
  ASSERT_FALSE(result);
  EXPECT_EQ(
      all(result.error().errors),
      "f.yaml:3:67: channel \"RTL\": `inputs`: this input would be `rtl.2`, and one of that id stands at "
      "f.yaml:2:11 already: give the channel another `id`, or let this one stand under the `inputs` of "
      "the top level with an id of its own\n");
}

TEST(OwnInputs, AnIdThatIsTooLongIsTold) {
  const std::string id(63, 'x');
  const auto result =
      parse(kPort + "channels: [{ id: " + id + ", name: RTL, inputs: [" + own(2) + ", " + own(3) + "] }]\n",
            "f.yaml");
  ASSERT_FALSE(result);
  EXPECT_THAT(all(result.error().errors),
              HasSubstr("channel \"RTL\": `inputs`: this input would be `" + id +
                        ".2`, which is longer than 64: give the channel a shorter `id`, or let this one"));
}

}  // namespace
}  // namespace headwater::config
