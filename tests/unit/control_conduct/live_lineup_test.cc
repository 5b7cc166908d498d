// SPDX-License-Identifier: Apache-2.0
//
// A configuration after another on the running conductor: what the Plan keeps of the one before.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "tests/unit/control_conduct/house.h"

namespace headwater::control {
namespace {

using namespace programs;  // NOLINT(google-build-using-namespace)
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The operator points an input at another multiplex, where the same PIDs are another service's.
TEST(LiveLineup, AnInputThatBecomesAnotherStreamSendsNothingByTheOldOnesPids) {
  House house;
  auto configuration = house.begin_with_one();
  const auto before = output_of(*house.step(), "ch0");
  ASSERT_EQ(route_of(*before, 0x101), 0x101);

  configuration.inputs[0].group = "232.9.9.9";
  ASSERT_TRUE(house.apply(configuration).empty());
  const auto between = output_of(*house.conductor->plan(), "ch0");
  ASSERT_NE(between, nullptr) << "the output and its tables stay";
  EXPECT_EQ(between->slot, before->slot);
  EXPECT_EQ(between->psi, before->psi);
  EXPECT_NE(between->input, before->input) << "its timeline and history are others";
  EXPECT_FALSE(house.conductor->inputs()[0].tables->pat().has_value());
  EXPECT_EQ(route_of(*between, 0x101), OutputPlan::kNotRouted);
  EXPECT_EQ(house.channel(0).on_air, nullptr);
  EXPECT_THAT(house.channel(0).notes, ElementsAre(HasSubstr("tables of what was on the air before")));
  EXPECT_FALSE(input_of(*house.conductor->plan(), 0)->pids[pid(0x101)].routed);
  EXPECT_EQ(house.channel(0).state, ChannelState::kWaiting);

  const Instant at = house.now;
  house.carry(0, pmt(1, 0, 0x201, {video(0x201)}), at);
  const auto after = output_of(*house.step(), "ch0");
  EXPECT_EQ(route_of(*after, 0x201), 0x201);
  EXPECT_EQ(after->effective_from, packet_at(at));
  EXPECT_EQ(house.channel(0).state, ChannelState::kOnAir);
}

// The worker sees the Plan between, and what the PMT changed holds from its packet on all the same.
TEST(LiveLineup, AnEditJustBehindAChangeOfThePmtIsAPartOfItsOwn) {
  House house;
  auto configuration = house.begin_with_one();
  house.step();
  const Instant at = house.now + Ticks27::milliseconds(7);
  house.punt(0, 0x20, pmt(1, 1, 0x102, {video(0x102)}), at);
  house.now = house.now + Conductor::kWatchInterval;
  house.conductor->step(house.now);
  configuration.channels[0].outputs[0].ttl = 3;
  ASSERT_TRUE(house.apply(configuration).empty());
  const auto edited = output_of(*house.conductor->plan(), "ch0");
  EXPECT_EQ(edited->destination.ttl, 3);
  EXPECT_EQ(route_of(*edited, 0x102), 0x102);
  EXPECT_EQ(edited->effective_from, kAtOnce);
  const Plan* changed = house.take_plan();
  ASSERT_NE(changed, nullptr);
  EXPECT_EQ(output_of(*changed, "ch0")->effective_from, packet_at(at));
  EXPECT_EQ(house.take_plan(), house.conductor->plan().get());
  // Another stream's packets are counted from its own beginning.
  configuration.inputs[0].group = "232.9.9.9";
  ASSERT_TRUE(house.apply(configuration).empty());
  EXPECT_EQ(output_of(*house.conductor->plan(), "ch0")->effective_from, kAtOnce);
}

// While an output somewhere waits for its packet, the worker has the new inputs all the same.
TEST(LiveLineup, ANewInputIsListenedToThoughAnOlderPlanIsStillInUse) {
  House house;
  auto configuration = make_configuration(2);
  const config::Configuration both = configuration;
  configuration.inputs.pop_back();
  configuration.channels.pop_back();
  ASSERT_TRUE(house.apply(configuration).empty());
  const std::uint64_t before = house.step()->generation;
  ASSERT_TRUE(house.apply(both).empty());
  house.plan_ring->report(before, before);
  const auto signal = [&] {
    house.hear(1);
    house.now = house.now + Conductor::kWatchInterval;
    house.conductor->step(house.now);
    return house.conductor->inputs()[1].signal;
  };
  EXPECT_EQ(signal(), Carried::Signal::kNone) << "the counters are another's, perhaps";
  house.plan_ring->report(house.conductor->plan()->generation, before);
  EXPECT_EQ(signal(), Carried::Signal::kTables);
}

TEST(LiveLineup, AChannelThatLosesItsNumberToAConfiguredOneIsNamed) {
  House house;
  auto configuration = make_configuration(2);
  ASSERT_TRUE(house.apply(configuration).empty());
  const auto number = house.channel(0).numbers->service_id;
  configuration.channels[1].service_id = number;
  ASSERT_TRUE(house.apply(configuration).empty());
  EXPECT_NE(house.channel(0).numbers->service_id, number);
  EXPECT_THAT(house.lines, Contains(AllOf(HasSubstr("event=channel.renumbered channel=ch0 service_id=3"),
                                          HasSubstr("another channel is configured to have the number"))));
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

// Of the new multiplex the operator has named no program, and must: that it has the old one's number means
// nothing.
TEST(LiveLineup, TheProgramOfTheOldStreamIsNotChosenInTheNewOne) {
  House house;
  auto configuration = house.begin_with_one();
  house.step();
  ASSERT_EQ(house.channel(0).state, ChannelState::kOnAir);
  configuration.inputs[0].group = "232.9.9.9";
  ASSERT_TRUE(house.apply(configuration).empty());
  house.punt(0, 0x00, pat(1, {{1, 0x20}, {2, 0x21}}), house.now);
  house.punt(0, 0x20, pmt(1, 0, 0x101, {video(0x101)}), house.now);
  house.step();
  EXPECT_EQ(house.channel(0).state, ChannelState::kRefused);
  EXPECT_THAT(house.channel(0).reason, HasSubstr("several programs"));
}

TEST(LiveLineup, SectionsOfTheOldStreamThatComeLateAreNotTheNewOnes) {
  House house;
  auto configuration = make_configuration(1);
  ASSERT_TRUE(house.apply(configuration).empty());
  const auto old = input_of(*house.step(), 0);
  configuration.inputs[0].group = "232.9.9.9";
  ASSERT_TRUE(house.apply(configuration).empty());
  const auto now = input_of(*house.step(), 0);
  ASSERT_NE(now->life, old->life);
  house.punt(0, 0x00, pat(0, {{1, 0x20}}), house.now, old->life);
  EXPECT_FALSE(house.conductor->inputs()[0].tables->pat());
  house.punt(0, 0x00, pat(0, {{1, 0x20}}), house.now, now->life);
  EXPECT_TRUE(house.conductor->inputs()[0].tables->pat());
}

// Parked and back before the worker has seen the Plan between: nothing of before is believed, since the
// worker may say it again or not.
TEST(LiveLineup, AnInputThatWasAwayBeginsAnewWhetherTheWorkerSawItOrNot) {
  House house;
  auto configuration = house.begin_with_one();
  const auto before = input_of(*house.step(), 0);
  configuration.inputs[0].enabled = false;
  ASSERT_TRUE(house.apply(configuration).empty());
  configuration.inputs[0].enabled = true;
  ASSERT_TRUE(house.apply(configuration).empty());
  const auto after = input_of(*house.conductor->plan(), 0);
  EXPECT_NE(after->life, before->life);
  EXPECT_NE(after->slot, before->slot);
  EXPECT_EQ(house.channel(0).state, ChannelState::kWaiting);
  house.carry(0, pmt(1, 0, 0x101, {video(0x101)}), house.now);
  house.step();
  EXPECT_EQ(house.channel(0).state, ChannelState::kOnAir);
}

// The newcomer stands first in the file: what is on the air keeps its datagrams all the same.
TEST(LiveLineup, ASecondInputOfTheSameDatagramsHarmsNobody) {
  House house;
  auto configuration = house.begin_with_one();
  const auto before = house.step();
  config::Input same = configuration.inputs[0];
  same.id = input_id(1);
  configuration.inputs.insert(configuration.inputs.begin(), same);
  ASSERT_TRUE(house.apply(configuration).empty());
  EXPECT_EQ(house.conductor->plan(), before);
  EXPECT_THAT(house.conductor->inputs()[0].refusal, HasSubstr("same datagrams as input \"in0\""));
  // And takes its place when that goes.
  configuration.inputs.pop_back();
  configuration.channels[0].inputs = {input_id(1)};
  ASSERT_TRUE(house.apply(configuration).empty());
  EXPECT_NE(house.slot_of(1), std::nullopt);
}

// Nor does a second output to the same group, however often it is tried again.
TEST(LiveLineup, ASecondOutputToTheSameGroupHarmsNobody) {
  House house;
  auto configuration = make_configuration(2);
  config::Channel newcomer = configuration.channels[0];
  configuration.channels.erase(configuration.channels.begin());
  newcomer.outputs = configuration.channels[0].outputs;
  ASSERT_TRUE(house.apply(configuration).empty());
  for (std::size_t i = 0; i < 2; ++i) house.carry(i, pmt(1, 0, 0x101, {video(0x101)}), house.now);
  const auto before = output_of(*house.step(), "ch1");
  configuration.channels.insert(configuration.channels.begin(), newcomer);
  ASSERT_TRUE(house.apply(configuration).empty());
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(house.channel(0).state, ChannelState::kRefused);
    EXPECT_THAT(house.channel(0).reason, HasSubstr("already channel \"ch1\"'s"));
    EXPECT_EQ(house.channel(1).state, ChannelState::kOnAir);
    const auto version = static_cast<std::uint8_t>(1 + round);
    house.punt(1, 0x20,
               pmt(1, version, 0x101, {video(0x101), audio(0x110, version % 2 == 0 ? "deu" : "eng")}),
               house.now);
    EXPECT_EQ(output_of(*house.step(), "ch1")->slot, before->slot);
  }
  configuration.channels.pop_back();
  ASSERT_TRUE(house.apply(configuration).empty());
  EXPECT_EQ(house.channel(0).state, ChannelState::kOnAir);
}

// An output that comes before another one of the channel leaves that one's part as it is.
TEST(LiveLineup, AnotherOutputLeavesTheFirstOnesPartAlone) {
  House house;
  auto configuration = house.begin_with_one();
  const auto before = output_of(*house.step(), "ch0");
  config::Output other = configuration.channels[0].outputs[0];
  other.group = "239.7.7.7";
  configuration.channels[0].outputs.insert(configuration.channels[0].outputs.begin(), other);
  ASSERT_TRUE(house.apply(configuration).empty());
  const auto plan = house.conductor->plan();
  ASSERT_EQ(plan->outputs.size(), 2U);
  EXPECT_EQ(plan->outputs.at(before->slot.index), before);
}

TEST(LiveLineup, TwoChannelsExchangeTheirGroups) {
  House house;
  auto configuration = make_configuration(2);
  ASSERT_TRUE(house.apply(configuration).empty());
  for (std::size_t i = 0; i < 2; ++i) house.carry(i, pmt(1, 0, 0x101, {video(0x101)}), house.now);
  house.step();
  std::swap(configuration.channels[0].outputs, configuration.channels[1].outputs);
  ASSERT_TRUE(house.apply(configuration).empty());
  const auto plan = house.conductor->plan();
  ASSERT_EQ(plan->outputs.size(), 2U);
  EXPECT_EQ(output_of(*plan, "ch0")->destination.group, wire::Ipv4Address{0xEF010002});
  EXPECT_EQ(output_of(*plan, "ch1")->destination.group, wire::Ipv4Address{0xEF010001});
}

// Also while no slot is free for it: later nobody asks whether it fits.
TEST(LiveLineup, WhatHasNoSlotYetNeedsItsMemoryAllTheSame) {
  auto configuration = make_configuration(2);
  for (config::Input& input : configuration.inputs) input.max_rate = 1'000'000;
  House house(1, 600);
  configuration.inputs.pop_back();
  ASSERT_TRUE(house.apply(configuration).empty());
  configuration = make_configuration(2);
  for (config::Input& input : configuration.inputs) input.max_rate = 1'000'000;
  const auto problems = house.apply(configuration);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_THAT(problems[0].text, HasSubstr("histories of its 2 inputs"));
}

TEST(LiveLineup, AnOutputWithoutASlotGetsOneWhenTheWorkerHasLetGo) {
  House house(2);
  auto configuration = make_configuration(2);
  ASSERT_TRUE(house.apply(configuration).empty());
  for (std::size_t i = 0; i < 2; ++i) house.carry(i, pmt(1, 0, 0x101, {video(0x101)}), house.now);
  house.step();
  for (config::Channel& channel : configuration.channels) channel.outputs[0].udp_port = 6000;
  ASSERT_TRUE(house.apply(configuration).empty());
  EXPECT_EQ(house.channel(0).state, ChannelState::kRefused);
  house.step();  // the worker has the Plan without them
  house.step();
  EXPECT_EQ(house.channel(0).state, ChannelState::kOnAir);
  EXPECT_EQ(house.channel(1).state, ChannelState::kOnAir);
}

}  // namespace
}  // namespace headwater::control
