// SPDX-License-Identifier: Apache-2.0
//
// Lineups as operators write them, and the Plans that they become.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/control_conduct/house.h"

namespace headwater::control {
namespace {

using namespace programs;  // NOLINT(google-build-using-namespace)
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

// Input 0 carries programs 1 and 2, which share the audio on 0x300.
struct TwoPrograms : testing::Test {
  House house;
  config::Configuration configuration = make_configuration(0);

  TwoPrograms() {
    configuration.inputs.push_back(make_input(0));
    for (std::size_t i = 0; i < 2; ++i) {
      configuration.channels.push_back(make_channel(i, 0));
      configuration.channels[i].program = static_cast<std::uint16_t>(i + 1);
    }
  }
  std::shared_ptr<const Plan> run() {
    EXPECT_TRUE(house.apply(configuration).empty());
    house.punt(0, 0x00, pat(0, {{1, 0x20}, {2, 0x21}}), at_ms(0));
    house.punt(0, 0x20, pmt(1, 0, 0x101, {video(0x101), audio(0x300, "deu")}), at_ms(1));
    house.punt(0, 0x21, pmt(2, 0, 0x201, {video(0x201), audio(0x300, "deu")}), at_ms(2));
    auto plan = house.step();
    expect_sound(*plan);
    return plan;
  }
};

TEST_F(TwoPrograms, ThatShareAPidEachSendItOnce) {
  const auto plan = run();
  ASSERT_EQ(plan->outputs.size(), 2U);
  ASSERT_EQ(plan->inputs.size(), 1U);
  for (const auto& output : plan->outputs) EXPECT_EQ(route_of(*output, 0x300), 0x300);
  EXPECT_EQ(route_of(*plan->outputs.at(0), 0x201), OutputPlan::kNotRouted);
  EXPECT_EQ(route_of(*plan->outputs.at(1), 0x101), OutputPlan::kNotRouted);
  EXPECT_TRUE(plan->inputs.at(0)->pids[pid(0x300)].routed);
}

TEST_F(TwoPrograms, AChangeOfOneLeavesTheOthersPartAlone) {
  const auto before = run();
  house.punt(0, 0x20, pmt(1, 1, 0x101, {video(0x101)}), at_ms(50));
  const auto after = house.step();
  EXPECT_NE(after->outputs.at(0), before->outputs.at(0));
  EXPECT_EQ(after->outputs.at(1), before->outputs.at(1));
  EXPECT_TRUE(after->inputs.at(0)->pids[pid(0x300)].routed) << "the other still takes it";
  EXPECT_EQ(after->inputs.at(0), before->inputs.at(0));
}

TEST_F(TwoPrograms, WithoutANameTheChoicesAreInTheMessage) {
  configuration.channels[0].program.reset();
  const auto plan = run();
  EXPECT_EQ(plan->outputs.size(), 1U);
  EXPECT_EQ(house.channel(0).state, ChannelState::kRefused);
  EXPECT_THAT(house.channel(0).reason, HasSubstr("1, 2"));
}

TEST_F(TwoPrograms, TwoChannelsOnOneGroupTheSecondIsRefused) {
  configuration.channels[1].outputs[0].group = configuration.channels[0].outputs[0].group;
  const auto plan = run();
  EXPECT_EQ(plan->outputs.size(), 1U);
  EXPECT_EQ(house.channel(0).state, ChannelState::kOnAir);
  EXPECT_EQ(house.channel(1).state, ChannelState::kRefused);
  EXPECT_THAT(house.channel(1).reason, HasSubstr("already channel \"ch0\"'s"));
}

struct OneProgram : testing::Test {
  House house;
  config::Configuration configuration = make_configuration(1);

  std::shared_ptr<const Plan> run(const psi::Pmt& table) {
    EXPECT_TRUE(house.apply(configuration).empty());
    house.carry(0, table, at_ms(0));
    auto plan = house.step();
    expect_sound(*plan);
    return plan;
  }
};

TEST_F(OneProgram, LanguagesFilterRoutesAndPmt) {
  configuration.channels[0].streams.languages = {"eng"};
  const auto plan = run(pmt(1, 0, 0x101, {video(0x101), audio(0x102, "deu"), audio(0x103, "eng")}));
  EXPECT_EQ(route_of(*plan->outputs.at(0), 0x102), OutputPlan::kNotRouted);
  EXPECT_EQ(route_of(*plan->outputs.at(0), 0x103), 0x103);
  EXPECT_EQ(read_tables(*plan->outputs.at(0)).pmt->streams.size(), 2U);
}

TEST_F(OneProgram, VideoAudioAndThePcrAreWatchedAndNothingThatComesNowAndThen) {
  configuration.channels[0].outputs[0].keep_nulls = true;
  configuration.channels[0].streams.drop = {pid(0x105)};
  const auto plan = run(pmt(
      1, 0, 0x150, {video(0x101), audio(0x102, "deu"), teletext(0x103), scte35(0x104), audio(0x105, "eng")}));
  const auto& pids = plan->inputs.at(0)->pids;
  for (const std::uint16_t each : {std::uint16_t{0x101}, std::uint16_t{0x102}, std::uint16_t{0x150}})
    EXPECT_TRUE(pids[pid(each)].watched) << each;
  for (const std::uint16_t each :
       {std::uint16_t{0x103}, std::uint16_t{0x104}, std::uint16_t{0x14}, std::uint16_t{0x1FFF}}) {
    EXPECT_TRUE(pids[pid(each)].routed) << each;
    EXPECT_FALSE(pids[pid(each)].watched) << each;
  }
  EXPECT_FALSE(pids[pid(0x105)].watched) << "filtered out";
}

TEST_F(OneProgram, ARemapClashRefusesTheChannelWithAMessage) {
  configuration.channels[0].pids.video = pid(0x200);
  configuration.channels[0].pids.pmt = pid(0x200);
  const auto plan = run(pmt(1, 0, 0x101, {video(0x101)}));
  EXPECT_TRUE(plan->outputs.empty());
  EXPECT_EQ(house.channel(0).state, ChannelState::kRefused);
  EXPECT_THAT(house.channel(0).reason, HasSubstr("0x200"));
}

TEST_F(OneProgram, ScrambledPassedCarriesEcmsAndDropsNothing) {
  configuration.channels[0].scrambled = config::Channel::Scrambled::kPass;
  psi::Pmt table = pmt(1, 0, 0x101, {video(0x101)});
  table.descriptors = {ca(0x0648, 0x1B0)};
  const auto passed = run(table);
  ASSERT_EQ(passed->outputs.size(), 1U);
  EXPECT_FALSE(passed->outputs.at(0)->drop_scrambled);
  EXPECT_EQ(route_of(*passed->outputs.at(0), 0x1B0), 0x1B0);
  EXPECT_EQ(read_tables(*passed->outputs.at(0)).pmt->descriptors.at(0), ca(0x0648, 0x1B0));
}

TEST_F(OneProgram, SeveralOutputsShareTheTables) {
  config::Output second = configuration.channels[0].outputs[0];
  second.group = "239.7.7.7";
  second.rtp = true;
  second.keep_nulls = true;
  configuration.channels[0].outputs.push_back(second);
  const auto plan = run(pmt(1, 0, 0x101, {video(0x101)}));
  ASSERT_EQ(plan->outputs.size(), 2U);
  EXPECT_EQ(plan->outputs.at(0)->psi, plan->outputs.at(1)->psi);
  EXPECT_NE(plan->outputs.at(1)->destination.ssrc, 0U);
  EXPECT_EQ(route_of(*plan->outputs.at(0), 0x1FFF), OutputPlan::kNotRouted);
  EXPECT_EQ(route_of(*plan->outputs.at(1), 0x1FFF), 0x1FFF);
  EXPECT_TRUE(plan->outputs.at(0)->drop_scrambled);
}

TEST_F(OneProgram, OneOutputThatCannotBeSentDoesNotKeepTheOtherBack) {
  config::Output second = configuration.channels[0].outputs[0];
  second.port = "missing";
  configuration.channels[0].outputs.push_back(second);
  const auto plan = run(pmt(1, 0, 0x101, {video(0x101)}));
  EXPECT_EQ(plan->outputs.size(), 1U);
  EXPECT_EQ(house.channel(0).state, ChannelState::kOnAir);
  EXPECT_THAT(house.channel(0).notes, Contains(HasSubstr("port \"missing\"")));
}

TEST_F(OneProgram, ScrambledPacketsThatNoDescriptorAnnouncedAreNoted) {
  run(pmt(1, 0, 0x101, {video(0x101)}));
  EXPECT_TRUE(house.channel(0).notes.empty());
  house.counters.output(dataplane::OutputSlot{0}).drop_scrambled.add(50);
  house.now = house.now + Ticks27::seconds(1);
  house.step();
  EXPECT_THAT(house.channel(0).notes, Contains(HasSubstr("scrambled packets are dropped")));
  house.now = house.now + Ticks27::seconds(1);
  house.step();
  EXPECT_TRUE(house.channel(0).notes.empty());
}

TEST_F(OneProgram, AnInputThatSendsButHasNoTablesIsRefusedAfterAWhile) {
  ASSERT_TRUE(house.apply(configuration).empty());
  house.step();
  EXPECT_THAT(house.channel(0).reason, HasSubstr("no packets"));
  house.hear(0);
  house.step();
  EXPECT_THAT(house.channel(0).reason, HasSubstr("no PAT"));
  EXPECT_EQ(house.channel(0).state, ChannelState::kWaiting);
  house.now = house.now + Conductor::kTablesPatience;
  house.hear(0);
  house.step();
  EXPECT_EQ(house.channel(0).state, ChannelState::kRefused);
  EXPECT_THAT(house.channel(0).reason, HasSubstr("no program tables"));
  house.carry(0, pmt(1, 0, 0x101, {video(0x101)}), house.now);
  house.step();
  EXPECT_EQ(house.channel(0).state, ChannelState::kOnAir);
}

struct NoPmt : OneProgram {
  NoPmt() {
    EXPECT_TRUE(house.apply(configuration).empty());
    house.hear(0);
    house.step();
    house.punt(0, 0x00, pat(0, {{7, 0x20}}), house.now);
    flow(Ticks27::milliseconds(100));
  }
  void flow(Ticks27 time, std::uint64_t section_errors = 0) {
    house.counters.input(house.slot_of(0).value()).section_errors.add(section_errors);
    for (const Instant end = house.now + time; house.now < end;) {
      house.hear(0);
      house.step();
    }
  }
};

TEST_F(NoPmt, IsRefusedAfterAWhileAndOnAirWhenItComes) {
  EXPECT_EQ(house.channel(0).state, ChannelState::kWaiting);
  EXPECT_THAT(house.channel(0).reason, HasSubstr("no PMT of program 7 on PID 0x20"));
  flow(Conductor::kPmtPatience);
  EXPECT_EQ(house.channel(0).state, ChannelState::kRefused);
  EXPECT_THAT(house.channel(0).reason, HasSubstr("no PMT of program 7 comes on PID 0x20 of input \"in0\""));
  EXPECT_THAT(house.channel(0).reason, Not(HasSubstr("CRC_32")));
  flow(Ticks27::milliseconds(100), 1);
  EXPECT_THAT(house.channel(0).reason, HasSubstr("wrong CRC_32")) << "now it is known";
  house.punt(0, 0x20, pmt(7, 0, 0x101, {video(0x101)}), house.now);
  house.step();
  EXPECT_EQ(house.channel(0).state, ChannelState::kOnAir);
}

TEST_F(NoPmt, WithWrongSectionsMeanwhileSaysSo) {
  flow(Conductor::kPmtPatience, 20);
  EXPECT_EQ(house.channel(0).state, ChannelState::kRefused);
  EXPECT_THAT(house.channel(0).reason, HasSubstr("wrong CRC_32"));
}

TEST_F(NoPmt, OfAProgramThatIsOnTheAirIsWaitedFor) {
  house.punt(0, 0x20, pmt(7, 0, 0x101, {video(0x101)}), house.now);
  const auto before = house.step();
  ASSERT_EQ(house.channel(0).state, ChannelState::kOnAir);
  house.punt(0, 0x00, pat(1, {}), house.now);
  flow(Ticks27::seconds(5));
  house.punt(0, 0x00, pat(2, {{7, 0x20}}), house.now);
  flow(Ticks27::seconds(5));
  EXPECT_EQ(house.channel(0).state, ChannelState::kWaiting);
  EXPECT_THAT(house.channel(0).reason, HasSubstr("no PMT of program 7 comes"));
  EXPECT_EQ(house.conductor->plan()->outputs, before->outputs);
}

TEST_F(OneProgram, ThePoolsLimitRefusesTheConfigurationAndTheOldOneRunsOn) {
  House small(64, 4000);  // frames; one input of 40 Mb/s at 200 ms takes 2048
  ASSERT_TRUE(small.apply(configuration).empty());
  small.carry(0, pmt(1, 0, 0x101, {video(0x101)}), at_ms(0));
  const auto before = small.step();
  config::Configuration two = make_configuration(2);
  two.headend.places["memory"] = {"f", 3, 11};
  const auto problems = small.apply(two);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(config::to_string(problems[0].where), "f:3:11");
  EXPECT_THAT(problems[0].text, HasSubstr("port \"p\": the histories of its 2 inputs need 4096 frames"));
  EXPECT_THAT(problems[0].text, HasSubstr("has 3000 for them: set `memory` to 700M"));
  EXPECT_EQ(small.conductor->plan(), before);
  EXPECT_EQ(small.conductor->channels().size(), 1U);
  small.punt(0, 0x20, pmt(1, 1, 0x101, {video(0x101), audio(0x102, "deu")}), at_ms(20));
  EXPECT_EQ(route_of(*small.step()->outputs.at(0), 0x102), 0x102) << "it still follows";
}

struct Pools : testing::Test {
  config::Configuration configuration = make_configuration(2);  // each input takes a ring of 2048 frames

  Pools() {
    config::Port& other = configuration.ports.emplace_back(configuration.ports[0]);
    other.id = "q";
    other.addresses[0].address = "10.0.0.2";
  }
  std::string problem(std::uint64_t frames) {
    const auto problems = House(64, frames).apply(configuration);
    return problems.empty() ? "" : problems[0].text;
  }
};

TEST_F(Pools, AreEachPortsOwn) {
  EXPECT_THAT(problem(3000), HasSubstr("port \"p\""));
  configuration.inputs[1].port = "q";
  EXPECT_EQ(problem(3000), "") << "one on each";
  configuration.inputs[0].port = "q";
  EXPECT_THAT(problem(3000), HasSubstr("port \"q\": the histories of its 2 inputs"));
}

TEST_F(Pools, HoldWholeRingsAndWhatWaitsForItsOrder) {
  configuration.inputs[1].port = "q";
  EXPECT_EQ(problem(2731), "") << "three quarters are 2049";
  EXPECT_THAT(problem(2729), HasSubstr("need 2048 frames")) << "needed are 1968, the ring is a power of two";
  configuration.inputs[0].kind = config::Input::Kind::kRtp;
  EXPECT_THAT(problem(2731), HasSubstr("need 2176 frames"));
}

TEST_F(Pools, HoldNothingOfFiles) {
  for (config::Input& input : configuration.inputs) {
    input.kind = config::Input::Kind::kFile;
    input.path = "clip.ts";
  }
  EXPECT_EQ(problem(64), "");
}

TEST_F(OneProgram, AChannelThatIsParkedLeavesAndReturnsWithItsNumbers) {
  const auto before = run(pmt(1, 0, 0x101, {video(0x101)}));
  const Read was = read_tables(*before->outputs.at(0));
  configuration.channels[0].enabled = false;
  ASSERT_TRUE(house.apply(configuration).empty());
  EXPECT_TRUE(house.conductor->plan()->outputs.empty());
  EXPECT_EQ(house.channel(0).state, ChannelState::kParked);
  house.step();
  configuration.channels[0].enabled = true;
  ASSERT_TRUE(house.apply(configuration).empty());
  const Read is = read_tables(*house.step()->outputs.at(0));
  EXPECT_EQ(is.pmt, was.pmt);
  EXPECT_EQ(is.sdt, was.sdt);
}

TEST_F(OneProgram, PuntsOfNoInputAndFramesArePassedOver) {
  run(pmt(1, 0, 0x101, {video(0x101)}));
  const std::vector<std::uint8_t> bytes(64, 0xAA);
  using Kind = dataplane::channel::PuntHeader::Kind;
  house.conductor->on_punt({.kind = Kind::kSection, .pid = 0, .slot = 63, .at = {}, .position = {}}, bytes);
  house.conductor->on_punt({.kind = Kind::kSection, .pid = 0xFFFF, .slot = 0, .at = {}, .position = {}},
                           bytes);
  house.conductor->on_punt({.kind = Kind::kFrame, .pid = 0, .slot = 0, .at = {}, .position = {}}, bytes);
  EXPECT_EQ(house.channel(0).state, ChannelState::kOnAir);
}

}  // namespace
}  // namespace headwater::control
