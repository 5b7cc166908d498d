// SPDX-License-Identifier: Apache-2.0
//
// A configuration after another on the running conductor: what the Plan keeps of the one before.
#include <gtest/gtest.h>

#include "tests/unit/control_conduct/house.h"

namespace headwater::control {
namespace {

using namespace programs;  // NOLINT(google-build-using-namespace)

// The operator points an input at another multiplex, where the same PIDs are another service's.
TEST(LiveLineup, AnInputThatBecomesAnotherStreamSendsNothingByTheOldOnesPids) {
  House house;
  auto configuration = make_configuration(1);
  ASSERT_TRUE(house.apply(configuration).empty());
  house.carry(0, pmt(1, 0, 0x101, {video(0x101)}), house.now);
  const auto before = output_of(*house.step(), "ch0");
  ASSERT_EQ(route_of(*before, 0x101), 0x101);

  configuration.inputs[0].group = "232.9.9.9";
  ASSERT_TRUE(house.apply(configuration).empty());
  const auto between = output_of(*house.conductor->plan(), "ch0");
  ASSERT_NE(between, nullptr) << "the output and its tables stay";
  EXPECT_EQ(between->slot, before->slot);
  EXPECT_EQ(between->psi, before->psi);
  EXPECT_EQ(route_of(*between, 0x101), OutputPlan::kNotRouted);
  EXPECT_FALSE(house.conductor->plan()->inputs[0]->pids[pid(0x101)].routed);
  EXPECT_EQ(house.channel(0).state, ChannelState::kWaiting);

  house.carry(0, pmt(1, 0, 0x201, {video(0x201)}), house.now);
  const auto after = output_of(*house.step(), "ch0");
  EXPECT_EQ(route_of(*after, 0x201), 0x201);
  EXPECT_EQ(house.channel(0).state, ChannelState::kOnAir);
}

TEST(LiveLineup, AnotherProgramThatIsNotThereIsNotTheOldOne) {
  House house;
  auto configuration = make_configuration(1);
  configuration.channels[0].program = 1;
  ASSERT_TRUE(house.apply(configuration).empty());
  house.carry(0, pmt(1, 0, 0x101, {video(0x101)}), house.now);
  ASSERT_EQ(route_of(*output_of(*house.step(), "ch0"), 0x101), 0x101);
  configuration.channels[0].program = 2;
  ASSERT_TRUE(house.apply(configuration).empty());
  const auto after = output_of(*house.conductor->plan(), "ch0");
  ASSERT_NE(after, nullptr);
  EXPECT_EQ(route_of(*after, 0x101), OutputPlan::kNotRouted);
  EXPECT_EQ(house.channel(0).state, ChannelState::kWaiting);
}

// A file that was mended, and opened anew: what was known of the old one is not believed.
TEST(LiveLineup, AFileOpenedAnewIsAnotherStream) {
  House house;
  auto configuration = make_configuration(1);
  configuration.inputs[0].kind = config::Input::Kind::kFile;
  configuration.inputs[0].path = "/srv/slate.ts";
  configuration.inputs[0].port.clear();
  const auto shared = std::make_shared<const config::Configuration>(configuration);
  const std::vector<PortFact> ports{{"p", {0}, {}, {}}};
  ASSERT_TRUE(
      house.conductor->apply(shared, ports, house.now, {{"in0", {.serial = 1, .trouble = ""}}}).empty());
  house.carry(0, pmt(1, 0, 0x101, {video(0x101)}), house.now);
  house.step();
  const auto slot = house.slot_of(0);
  ASSERT_EQ(house.channel(0).state, ChannelState::kOnAir);
  ASSERT_TRUE(
      house.conductor->apply(shared, ports, house.now, {{"in0", {.serial = 2, .trouble = ""}}}).empty());
  EXPECT_NE(house.slot_of(0), slot);
  EXPECT_EQ(house.channel(0).state, ChannelState::kWaiting);
}

// Old names hold their slots until the worker has let go of them.
TEST(LiveLineup, WhatHasNoSlotYetGetsOneWhenTheWorkerHasLetGo) {
  House house(3);
  ASSERT_TRUE(house.apply(make_configuration(3)).empty());
  house.step();
  auto other = make_configuration(3);
  for (config::Input& input : other.inputs) input.udp_port = 6000;
  ASSERT_TRUE(house.apply(other).empty());
  EXPECT_EQ(house.slot_of(0), std::nullopt);
  house.step();  // the worker has the Plan without them
  house.step();
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NE(house.slot_of(i), std::nullopt) << i;
}

}  // namespace
}  // namespace headwater::control
