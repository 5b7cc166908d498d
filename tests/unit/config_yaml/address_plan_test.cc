// SPDX-License-Identifier: Apache-2.0
#include "config/yaml/address_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "config/model/address.h"
#include "config/yaml/yaml.h"

namespace headwater::config {
namespace {

using testing::HasSubstr;

std::string group(const std::string& formula, std::uint64_t number) {
  const auto parsed = parse_group_formula(formula);
  if (!parsed) return parsed.error();
  const auto address = parsed->address(number);
  return address ? ipv4_text(*address) : "outside";
}

TEST(AddressPlan, CountsWithinItsNetwork) {
  EXPECT_EQ(group("239.20.0.0/16 + number", 1), "239.20.0.1");
  EXPECT_EQ(group("239.20.0.0/16+number", 300), "239.20.1.44");
  EXPECT_EQ(group("239.20.0.0/16 + number * 2 + 1", 7), "239.20.0.15");
  EXPECT_EQ(group("239.20.0.0/16 + 256 * number", 7), "239.20.7.0");
  EXPECT_EQ(group("239.20.0.0/16 + 0x100", 7), "239.20.1.0");
  EXPECT_EQ(group("239.20.0.0/24 + number", 255), "239.20.0.255");
  EXPECT_EQ(group("239.20.0.0/24 + number", 256), "outside");
  EXPECT_EQ(group("239.20.0.0/32", 9), "239.20.0.0");
  EXPECT_EQ(group("239.0.0.0/8 + number * 4294967295", 16383), "outside");
}

TEST(AddressPlan, RefusesWhatIsNoRule) {
  for (const char* formula : {"", "number", "239.20.0.0", "239.20.0.0/33", "239.20.0.0/3", "239.20.0/16",
                              "239.20.0.0/16 + ", "239.20.0.0/16 - number", "239.20.0.0/16 + number * number",
                              "239.20.0.0/16 + nummer", "239.20.0.0/16 + 99999999999"}) {
    EXPECT_THAT(group(formula, 1), HasSubstr("is not a rule for groups")) << formula;
  }
  EXPECT_THAT(group("10.0.0.0/8 + number", 1), HasSubstr("not a network of multicast groups"));
  EXPECT_THAT(group("224.0.0.0/24 + number", 1), HasSubstr("not a network of multicast groups"));
  EXPECT_THAT(group("239.20.1.0/16 + number", 1), HasSubstr("it begins at 239.20.0.0/16"));
  EXPECT_FALSE(parse_port_formula("5000 + x"));
  EXPECT_EQ(parse_port_formula("5000 + number * 2")->factor, 2U);
}

std::string lineup(const std::string& plans, const std::string& channel) {
  return "variables: { hd_net: 239.20.0.0/16 }\naddress_plan: " + plans +
         "\nports: { east: { device: net_x, address: 10.2.0.10/24 } }\n"
         "inputs: { i: { source: \"file:i.ts\" }, k: { source: \"file:k.ts\" } }\n"
         "profiles: { hd: { outputs: [{ to: \"rtp://{plan.hd}\" }, { to: \"udp://{plan.low}\" }] } }\n"
         "defaults: { profile: hd }\nchannels:\n- " +
         channel + "\n";
}
const std::string kPlans =
    "{ hd: { group: \"${hd_net} + number\", port_number: 5000 }, "
    "low: { group: \"239.21.0.0/24 + number\", port_number: \"6000 + number * 2\" } }";

std::string errors_of(const std::string& text) {
  const auto result = parse(text, "f.yaml");
  std::string errors;
  if (result) return "taken";
  for (const Problem& each : result.error().errors) errors += each.to_string() + "\n";
  return errors;
}

TEST(AddressPlan, GivesEachChannelItsGroupsByItsNumber) {
  const auto result =
      parse(lineup(kPlans, "{ name: A, number: 101, inputs: [i] }") +
                "- { name: B, number: 2, inputs: [k], outputs: [{ to: \"udp://{plan.hd}\" }] }\n",
            "f.yaml");
  ASSERT_TRUE(result) << result.error().errors.front().to_string();
  const auto& channels = result->configuration.channels;
  ASSERT_EQ(channels[0].outputs.size(), 2U);
  EXPECT_TRUE(channels[0].outputs[0].rtp);
  EXPECT_EQ(channels[0].outputs[0].group, "239.20.0.101");
  EXPECT_EQ(channels[0].outputs[0].udp_port, 5000);
  EXPECT_EQ(channels[0].outputs[1].group, "239.21.0.101");
  EXPECT_EQ(channels[0].outputs[1].udp_port, 6202);
  EXPECT_EQ(channels[1].outputs[0].group, "239.20.0.2");
}

TEST(AddressPlan, MistakesOfRulesAreTheirOwn) {
  EXPECT_THAT(errors_of(lineup("{ hd: { group: 239.1.0.0/16 + number, port_number: 1 } }",
                               "{ name: A, number: 1, inputs: [i] }")),
              HasSubstr("5:62: profile \"hd\": `to`: there is no address plan `low`; there are: hd"));
  EXPECT_THAT(errors_of(lineup("{ hd: { group: 239.1.0.0/16 + number, port_number: 1 }, "
                               "low: { group: 239.1.7.0/24 + number, port_number: 2 } }",
                               "{ name: A, number: 1, inputs: [i] }")),
              HasSubstr("address plan \"low\": `group`: its groups are also those of plan \"hd\""));
  EXPECT_EQ(errors_of(lineup("{ hd: { group: 239.1.0.0/16 + number }, low: {} }",
                             "{ name: A, number: 1, inputs: [i] }")),
            "f.yaml:2:21: address plan \"hd\": `port_number` is missing: the UDP port, like 5000\n"
            "f.yaml:2:60: address plan \"low\": `group` is missing: the rule, like 239.20.0.0/16 + number\n"
            "f.yaml:2:60: address plan \"low\": `port_number` is missing: the UDP port, like 5000\n")
      << "and nothing where they are used";
}

// Where the operator has to look: the profile is right, the channel's number does not fit it.
TEST(AddressPlan, MistakesOfNumbersStandAtTheChannel) {
  EXPECT_EQ(errors_of(lineup(kPlans, "{ name: A, inputs: [i] }") + "- { name: B, inputs: [k] }\n"),
            "f.yaml:8:3: channel \"A\": `number` is missing, by which address plan `hd` goes (`to` at "
            "f.yaml:5:35): give one, or park the channel with `enabled: false`\n"
            "f.yaml:8:3: channel \"A\": `number` is missing, by which address plan `low` goes (`to` at "
            "f.yaml:5:62): give one, or park the channel with `enabled: false`\n"
            "f.yaml:9:3: channel \"B\": `number` is missing, by which address plan `hd` goes (`to` at "
            "f.yaml:5:35): give one, or park the channel with `enabled: false`\n"
            "f.yaml:9:3: channel \"B\": `number` is missing, by which address plan `low` goes (`to` at "
            "f.yaml:5:62): give one, or park the channel with `enabled: false`\n");
  EXPECT_EQ(
      errors_of(lineup(kPlans, "{ name: A, number: 256, inputs: [i] }")),
      "f.yaml:8:22: channel \"A\": `number` 256 has no group in address plan `low` (f.yaml:2:87), whose "
      "network ends at 239.21.0.255 (`to` at f.yaml:5:62): take a smaller number or a wider network\n");
  EXPECT_THAT(
      errors_of(lineup("{ hd: { group: 239.1.0.0/16 + number, port_number: 65000 + number }, "
                       "low: { group: 239.2.0.0/16, port_number: 1 } }",
                       "{ name: A, number: 999, inputs: [i] }")),
      HasSubstr("f.yaml:8:22: channel \"A\": `number` 999 has the UDP port 65999 by address plan `hd` "
                "(f.yaml:2:30), which is none (`to` at f.yaml:5:35): take another number or another "
                "rule for `port_number` (1..65535)"));
  EXPECT_EQ(errors_of(lineup(kPlans, "{ name: A, number: x, inputs: [i] }")),
            "f.yaml:8:22: channel \"A\": `number`: `x` is not a whole number (101 or 0x65)\n");
}

// Two channels that share a group by a rule without a number in it.
TEST(AddressPlan, SharedGroupsAreToldAtTheChannel) {
  EXPECT_THAT(
      errors_of(lineup("{ hd: { group: 239.1.0.0/16, port_number: 1 }, "
                       "low: { group: 239.2.0.0/16 + number, port_number: 1 } }",
                       "{ name: A, number: 1, inputs: [i] }") +
                "- { name: B, number: 2, inputs: [k] }\n"),
      HasSubstr("f.yaml:9:22: channel \"B\": 239.1.0.0:1 (`to` at f.yaml:5:35) on port \"east\" is an "
                "output of channel \"A\" already (f.yaml:8:22): each needs its own"));
}

TEST(AddressPlan, AParkedChannelNeedsNoNumber) {
  const auto result = parse(lineup(kPlans, "{ name: A, inputs: [i], enabled: false }"), "f.yaml");
  ASSERT_TRUE(result) << result.error().errors.front().to_string();
  EXPECT_TRUE(result->configuration.channels.at(0).outputs.empty());
  EXPECT_THAT(errors_of(lineup(kPlans,
                               "{ name: A, inputs: [i], enabled: false, outputs: [{ to: \"udp://{plan.hd}\", "
                               "ttl: 0 }] }")),
              HasSubstr("`ttl`: 0 is not a TTL"));
}

TEST(AddressPlan, MistakesOfUsesSayHowToWriteThem) {
  const auto to = [](const std::string& text) {
    return errors_of(
        lineup(kPlans, "{ name: A, number: 1, inputs: [i], outputs: [{ to: \"" + text + "\" }] }"));
  };
  EXPECT_EQ(
      to("rtp://{plan.hd}:6000"),
      "f.yaml:8:54: channel \"A\": `to`: `{plan.hd}` brings its own UDP port: leave out what follows it\n");
  EXPECT_EQ(to("rtp://{ plan.hd }"),
            "f.yaml:8:54: channel \"A\": `to`: `{ plan.hd }`: write {plan.hd}, without blanks\n");
  EXPECT_EQ(to("rtp://{plan.hd"),
            "f.yaml:8:54: channel \"A\": `to`: `{plan.` without a `}`: write {plan.name}\n");
  EXPECT_EQ(
      errors_of("inputs: { i: { source: \"udp://{plan.hd}\" } }\n"
                "ports: { east: { device: net_x, address: 10.2.0.10/24 } }\n"),
      "f.yaml:1:24: input \"i\": `source`: `udp://{plan.hd}`: address plans are for the `to` of outputs: "
      "write the group and port themselves\n");
}

// Each is told once, at the first that it meets: all pairs of 1500 would be a million errors.
TEST(AddressPlan, ManyThatOverlapAreToldOnceEach) {
  std::string plans = "address_plan:\n";
  for (int i = 0; i < 1500; ++i) {
    plans += "  p" + std::to_string(i) + ": { group: 239.20.0.0/16 + number, port_number: 5000 }\n";
  }
  EXPECT_THAT(errors_of(plans), HasSubstr("and 499 more errors"));
}

TEST(AddressPlan, OverlapWhereOneHoldsTheOther) {
  EXPECT_EQ(
      errors_of("address_plan:\n"
                "  a: { group: 239.1.0.0/24, port_number: 1 }\n"
                "  b: { group: 239.0.0.0/8, port_number: 1 }\n"
                "  c: { group: 239.2.0.0/16, port_number: 1 }\n"
                "  d: { group: 238.0.0.0/8, port_number: 1 }\n"),
      "f.yaml:2:15: address plan \"a\": `group`: its groups are also those of plan \"b\" (f.yaml:3:15): "
      "give each its own network\n"
      "f.yaml:4:15: address plan \"c\": `group`: its groups are also those of plan \"b\" (f.yaml:3:15): "
      "give each its own network\n");
}

// One number for two channels is one error, not one for each group that it leads to twice.
TEST(AddressPlan, TwoOfOneNumberAreToldOnce) {
  EXPECT_EQ(
      errors_of(lineup(kPlans, "{ name: A, number: 1, inputs: [i] }") +
                "- { name: B, number: 1, inputs: [k] }\n"),
      "f.yaml:9:22: channel \"B\": `number` 1 is that of channel \"A\" already (f.yaml:8:22): each needs "
      "its own\n");
}

}  // namespace
}  // namespace headwater::config
