// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "config/yaml/yaml.h"

namespace headwater::config {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

std::string with(const std::string& variables, const std::string& name) {
  return "variables: " + variables + "\ninputs: { i: { source: \"file:i.ts\" } }\nchannels:\n- name: \"" +
         name + "\"\n  inputs: [i]\n";
}

std::string name_of(const std::string& variables, const std::string& name) {
  const auto result = parse(with(variables, name), "f.yaml");
  if (result) return result->configuration.channels.at(0).name;
  std::string errors;
  for (const Problem& each : result.error().errors) errors += each.to_string() + "\n";
  return errors;
}

TEST(Variables, StandForTheirTextWhereverTheyAreUsed) {
  EXPECT_EQ(name_of("{ city: Oslo, number: 7 }", "News ${city}"), "News Oslo");
  EXPECT_EQ(name_of("{ city: Oslo, number: 7 }", "${city} ${number}${number}"), "Oslo 77");
  EXPECT_EQ(name_of("{ a: \"${b}-${b}\", b: \"x${c}\", c: y }", "${a}"), "xy-xy") << "in any order";
  EXPECT_EQ(name_of("{ a: x }", "$a {a} $"), "$a {a} $") << "no use";
  EXPECT_EQ(name_of("{ a: x }", "$${a} ${a}"), "${a} x") << "the characters themselves";
}

TEST(Variables, StandForNumbersTimesAndItemsOfLists) {
  const auto result = parse(R"(
variables: { net: "10.1.0", wait: 300ms, first: a, vlan: 300 }
ports: { p: { device: net_x, address: ["${net}.10/24", "${net}.11/24"], vlan: "${vlan}" } }
inputs: { a: { source: "udp://239.1.1.1:5000", from: "${net}.5" } }
profiles: { hd: { delay: "${wait}" } }
defaults: { profile: hd }
channels: [ { name: One, inputs: ["${first}"] } ]
)",
                            "f.yaml");
  ASSERT_TRUE(result) << result.error().errors.front().to_string();
  const Configuration& c = result->configuration;
  EXPECT_EQ(c.ports[0].addresses[1].address, "10.1.0.11");
  EXPECT_EQ(c.ports[0].vlan, 300);
  EXPECT_EQ(c.inputs[0].from, "10.1.0.5");
  EXPECT_EQ(c.channels[0].delay_ms, 300U);
  EXPECT_EQ(to_string(c.channels[0].places.at("delay")), "f.yaml:5:26") << "where it is used";
}

TEST(Variables, MistakesAreToldWhereTheyStand) {
  EXPECT_THAT(name_of("{ city: Oslo }", "${cty}"),
              AllOf(StartsWith("f.yaml:4:9: there is no variable `cty`"), HasSubstr("did you mean `city`?")));
  EXPECT_THAT(name_of("{}", "${a}"), HasSubstr("there is no variable `a`: `variables` has none"));
  EXPECT_THAT(name_of("{ a: x }", "${a"), HasSubstr("4:9: `${` without a `}`"));
  EXPECT_THAT(name_of("{ a: \"${b}\", b: \"${a}\" }", "One"), HasSubstr("1:17: variables: `a` uses itself"));
  EXPECT_THAT(name_of("{ a: [x] }", "One"), HasSubstr("1:17: variables: `a`: a single value is needed"));
  EXPECT_THAT(name_of("{ \"a b\": x }", "One"), HasSubstr("1:14: variables: `a b` is not a name"));
  EXPECT_THAT(name_of("[x]", "One"), HasSubstr("1:12: `variables` is a map"));
  EXPECT_THAT(name_of("{ a: \"${none}\" }", "One"), HasSubstr("1:17: there is no variable `none`"))
      << "though nobody uses it";
}

// Each twice the one before: no file can exhaust the machine.
TEST(Variables, DoNotGrowWithoutEnd) {
  std::string variables = "{ v0: 0123456789";
  for (int i = 1; i < 40; ++i) {
    const std::string before = "${v" + std::to_string(i - 1) + "}";
    variables += ", v" + std::to_string(i) + ": \"" + before + before + "\"";
  }
  EXPECT_THAT(name_of(variables + " }", "One"), HasSubstr("variables make this longer than 4096 bytes"));
}

}  // namespace
}  // namespace headwater::config
