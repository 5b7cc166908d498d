// SPDX-License-Identifier: Apache-2.0
//
// The checks of the whole on configurations made in code; the same rules with their places in files are in
// tests/unit/config_yaml.
#include "config/model/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace headwater::config {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

Port port(const std::string& id, const std::string& address) {
  Port made;
  made.id = id;
  made.device = "net_" + id;
  made.addresses.emplace_back().address = address;
  return made;
}

Configuration sound() {
  Configuration c;
  c.ports = {port("west", "10.1.0.10"), port("east", "10.2.0.10")};
  Input& input = c.inputs.emplace_back();
  input.id = "in";
  input.port = "west";
  input.group = "239.1.1.1";
  input.udp_port = 5000;
  Channel& channel = c.channels.emplace_back();
  channel.id = channel.name = "one";
  channel.number = 1;
  channel.inputs = {"in"};
  Output& output = channel.outputs.emplace_back();
  output.group = "239.2.1.1";
  output.udp_port = 5000;
  output.port = "east";
  return c;
}

TEST(Check, FindsNothingInASoundConfiguration) {
  const Problems problems = check(sound());
  EXPECT_THAT(problems.errors, IsEmpty());
  EXPECT_THAT(problems.warnings, IsEmpty());
}

TEST(Check, DelayHoldsJitterAndOnePcrInterval) {
  Configuration c = sound();
  c.channels[0].delay_ms = 200;
  c.inputs[0].jitter_ms = 160;
  EXPECT_THAT(check(c).errors, IsEmpty());
  c.inputs[0].jitter_ms = 161;
  EXPECT_THAT(check(c).errors, ElementsAre(Field(&Problem::text, HasSubstr("at least 201ms"))));
}

TEST(Check, ParkedChannelsLeaveTheirNumbersAndGroupsToOthers) {
  Configuration c = sound();
  c.channels.push_back(c.channels[0]);
  c.channels[1].id = c.channels[1].name = "two";
  EXPECT_EQ(check(c).errors.size(), 2U) << "number and group";
  c.channels[1].enabled = false;
  EXPECT_THAT(check(c).errors, IsEmpty());
}

TEST(Check, OneGroupOnTwoPortsIsNoClash) {
  Configuration c = sound();
  c.channels[0].outputs.push_back(c.channels[0].outputs[0]);
  c.channels[0].outputs[1].port = "west";
  EXPECT_THAT(check(c).errors, IsEmpty());
}

TEST(Check, OutputsKeepOutOfTheGroupsOfEnabledInputs) {
  Configuration c = sound();
  Output& output = c.channels[0].outputs[0];
  output.group = c.inputs[0].group;
  EXPECT_THAT(check(c).errors, IsEmpty());
  EXPECT_THAT(check(c).warnings, ElementsAre(Field(&Problem::text, HasSubstr("on port \"west\""))));
  output.port = "west";
  EXPECT_THAT(check(c).errors, ElementsAre(Field(&Problem::text, HasSubstr("input \"in\" receives"))));
  output.udp_port = 5002;
  EXPECT_THAT(check(c).errors, IsEmpty());
  output.udp_port = 5000;
  c.inputs[0].from = "10.1.0.5";
  EXPECT_EQ(check(c).errors.size(), 1U)
      << "a source of its own is no way out: the encoder's receivers see it";
  c.inputs[0].enabled = false;
  EXPECT_THAT(check(c).errors, IsEmpty());
  c.inputs[0].enabled = true;
  c.channels[0].enabled = false;
  EXPECT_THAT(check(c).errors, IsEmpty());
}

TEST(Check, SourcesTellInputsOfOneGroupApart) {
  Configuration c = sound();
  c.inputs.push_back(c.inputs[0]);
  c.inputs[1].id = "in-b";
  c.channels[0].inputs.push_back("in-b");
  EXPECT_EQ(check(c).errors.size(), 1U);
  c.inputs[1].from = "10.1.0.5";
  EXPECT_THAT(check(c).errors, IsEmpty());
}

}  // namespace
}  // namespace headwater::config
