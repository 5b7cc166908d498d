// SPDX-License-Identifier: Apache-2.0
//
// Changes of an input's tables, and what they do to the Plan: what they name, at the packet at which the
// input made them, and nothing else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/control_conduct/house.h"

namespace headwater::control {
namespace {

using namespace programs;  // NOLINT(google-build-using-namespace)
using ::testing::Contains;
using ::testing::HasSubstr;

struct Following : testing::Test {
  House house;
  std::shared_ptr<const Plan> before;

  Following() {
    EXPECT_TRUE(house.apply(make_configuration(3)).empty());
    for (std::size_t i = 0; i < 3; ++i) house.carry(i, first(), at_ms(0));
    before = house.step();
    EXPECT_EQ(before->outputs.size(), 3U);
    expect_sound(*before);
  }
  static psi::Pmt first() { return pmt(1, 0, 0x101, {video(0x101), audio(0x102, "deu")}); }

  // All parts but those of channel and input 0 are the same objects.
  void expect_others_untouched(const Plan& after) {
    EXPECT_EQ(after.ports, before->ports);
    for (const std::uint32_t i : {1U, 2U}) {
      ASSERT_NE(after.outputs.at(i), nullptr);
      ASSERT_NE(after.inputs.at(i), nullptr);
      EXPECT_EQ(after.outputs.at(i), before->outputs.at(i));
      EXPECT_EQ(after.inputs.at(i), before->inputs.at(i));
    }
  }
};

TEST_F(Following, TheFirstTablesBringTheChannelOnAirAtOnce) {
  const auto output = output_of(*before, "ch0");
  EXPECT_EQ(output->effective_from, kAtOnce);
  EXPECT_EQ(route_of(*output, 0x101), 0x101);
  EXPECT_EQ(route_of(*output, 0x14), 0x14);
  EXPECT_EQ(route_of(*output, 0x12), OutputPlan::kNotRouted) << "EIT";
  EXPECT_EQ(route_of(*output, 0x10), OutputPlan::kNotRouted) << "NIT";
  EXPECT_EQ(route_of(*output, 0x1FFF), OutputPlan::kNotRouted) << "nulls";
  EXPECT_EQ(house.channel(0).state, ChannelState::kOnAir);
  EXPECT_THAT(house.lines, Contains(HasSubstr("event=channel.state channel=ch0 state=on-air")));
}

TEST_F(Following, NothingNewMeansNoNewPlan) {
  EXPECT_EQ(house.step(), before);
  house.punt(0, 0x20, first(), at_ms(500));
  EXPECT_EQ(house.step(), before);
  // A version of the input's own with the same content changes nothing of ours.
  psi::Pmt again = first();
  again.version = 9;
  house.punt(0, 0x20, again, at_ms(600));
  EXPECT_EQ(house.step(), before);
}

TEST_F(Following, AnAddedAudioTrackIsOnAirFromItsPacketOn) {
  house.punt(0, 0x20, pmt(1, 1, 0x101, {video(0x101), audio(0x102, "deu"), audio(0x103, "eng")}),
             at_ms(1234));
  const auto after = house.step();
  ASSERT_NE(after, before);
  EXPECT_EQ(after->generation, before->generation + 1);
  expect_others_untouched(*after);
  const auto output = output_of(*after, "ch0");
  EXPECT_EQ(output->slot, before->outputs.at(0)->slot);
  EXPECT_EQ(output->effective_from, packet_at(at_ms(1234)));
  EXPECT_EQ(route_of(*output, 0x103), 0x103);
  EXPECT_TRUE(after->inputs.at(0)->pids[pid(0x103)].routed);
  const Read was = read_tables(*before->outputs.at(0));
  const Read is = read_tables(*output);
  EXPECT_EQ(is.pmt->version, was.pmt->version + 1);
  EXPECT_EQ(is.pmt->streams.size(), 3U);
  EXPECT_EQ(output->psi[0], before->outputs.at(0)->psi[0]) << "PAT shared";
  EXPECT_EQ(output->psi[2], before->outputs.at(0)->psi[2]) << "SDT shared";
}

// Control was busy while two versions came: the packets between them go by the first.
TEST_F(Following, TwoVersionsInOneTurnAreTwoPlans) {
  house.punt(0, 0x20, pmt(1, 1, 0x101, {video(0x101), audio(0x1FF, "deu")}), at_ms(50));
  house.punt(0, 0x20, pmt(1, 2, 0x101, {video(0x101), audio(0x102, "deu")}), at_ms(70));
  house.now = house.now + Conductor::kWatchInterval;
  house.conductor->step(house.now);
  const Plan* first = house.take_plan();
  const Plan* second = house.take_plan();
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(route_of(*output_of(*first, "ch0"), 0x1FF), 0x1FF);
  EXPECT_EQ(output_of(*first, "ch0")->effective_from, packet_at(at_ms(50)));
  EXPECT_EQ(read_tables(*output_of(*first, "ch0")).pmt->version, 1);
  EXPECT_EQ(route_of(*output_of(*second, "ch0"), 0x1FF), OutputPlan::kNotRouted);
  EXPECT_EQ(output_of(*second, "ch0")->effective_from, packet_at(at_ms(70)));
  EXPECT_EQ(read_tables(*output_of(*second, "ch0")).pmt->version, 2);
  EXPECT_EQ(house.take_plan(), nullptr);
}

// A PMT's change is on the air before the PAT takes its program away: it is what is kept then.
TEST_F(Following, APatBehindAChangedPmtComesAfterIt) {
  house.punt(0, 0x20, pmt(1, 1, 0x101, {video(0x101), audio(0x1FF, "deu")}), at_ms(50));
  house.punt(0, 0x00, pat(1, {{2, 0x30}}), at_ms(60));
  house.now = house.now + Conductor::kWatchInterval;
  house.conductor->step(house.now);
  const Plan* first = house.take_plan();
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(route_of(*output_of(*first, "ch0"), 0x1FF), 0x1FF);
  EXPECT_EQ(route_of(*output_of(*house.conductor->plan(), "ch0"), 0x1FF), 0x1FF);
}

// Tables that never rest: the last version counts, and control is free for others.
TEST_F(Following, AFloodOfVersionsIsAHandfulOfPlans) {
  for (std::uint8_t k = 0; k < 100; ++k) {
    house.punt(0, 0x20,
               pmt(1, static_cast<std::uint8_t>(k % 32), 0x101,
                   {video(0x101), audio(static_cast<std::uint16_t>(0x200 + k), "deu")}),
               at_ms(50 + k));
  }
  house.now = house.now + Conductor::kWatchInterval;
  house.conductor->step(house.now);
  int plans = 0;
  while (house.take_plan() != nullptr) ++plans;
  EXPECT_EQ(plans, Conductor::kMostFollows + 1);
  EXPECT_EQ(route_of(*output_of(*house.conductor->plan(), "ch0"), 0x200 + 99), 0x200 + 99);
}

TEST_F(Following, APidThatMovesIsFollowed) {
  house.punt(0, 0x20, pmt(1, 1, 0x101, {video(0x101), audio(0x1FF, "deu")}), at_ms(50));
  const auto after = house.step();
  expect_others_untouched(*after);
  const auto output = output_of(*after, "ch0");
  EXPECT_EQ(route_of(*output, 0x102), OutputPlan::kNotRouted);
  EXPECT_EQ(route_of(*output, 0x1FF), 0x1FF);
  EXPECT_FALSE(after->inputs.at(0)->pids[pid(0x102)].routed);
  EXPECT_EQ(read_tables(*output).pmt->version, 1);
}

TEST_F(Following, APidThatMovesBehindAnAllocatedOneStepsNothing) {
  auto configuration = make_configuration(3);
  configuration.channels[0].pids.mode = config::PidPlan::Mode::kAllocate;
  ASSERT_TRUE(house.apply(configuration).empty());
  before = house.conductor->plan();
  const auto old = output_of(*before, "ch0");
  const std::uint16_t audio_pid = route_of(*old, 0x102);
  house.punt(0, 0x20, pmt(1, 1, 0x101, {video(0x101), audio(0x1FF, "deu")}), at_ms(50));
  const auto output = output_of(*house.step(), "ch0");
  EXPECT_EQ(route_of(*output, 0x1FF), audio_pid);
  EXPECT_EQ(output->psi, old->psi) << "the box sees nothing of it";
  EXPECT_EQ(output->effective_from, packet_at(at_ms(50)));
}

TEST_F(Following, AnotherPcrPidIsFollowed) {
  house.punt(0, 0x20, pmt(1, 1, 0x150, {video(0x101), audio(0x102, "deu")}), at_ms(50));
  const auto output = output_of(*house.step(), "ch0");
  EXPECT_EQ(read_tables(*output).pmt->pcr_pid, pid(0x150));
  EXPECT_EQ(read_tables(*output).pmt->version, 1);
  EXPECT_EQ(route_of(*output, 0x150), 0x150) << "no stream of the program: goes out as PCR only";
  EXPECT_EQ(output->effective_from, packet_at(at_ms(50)));
}

TEST_F(Following, AnSdtChangesTheSdtOnly) {
  house.punt(0, 0x11, sdt(0, {service(1, "Their name", "Their provider")}), at_ms(70));
  const auto after = house.step();
  expect_others_untouched(*after);
  const auto output = output_of(*after, "ch0");
  EXPECT_EQ(output->psi[0], before->outputs.at(0)->psi[0]);
  EXPECT_EQ(output->psi[1], before->outputs.at(0)->psi[1]);
  EXPECT_NE(output->psi[2], before->outputs.at(0)->psi[2]);
  EXPECT_EQ(output->effective_from, packet_at(at_ms(70)));
  const Read read = read_tables(*output);
  EXPECT_EQ(read.sdt->version, 1);
  const auto described = psi::find_service_descriptor(read.sdt->services[0].descriptors);
  EXPECT_EQ(described->name, "Channel 0") << "the operator's";
  EXPECT_EQ(described->provider, "Their provider");
  // Another name in the input is not ours to follow.
  house.punt(0, 0x11, sdt(1, {service(1, "Another name", "Their provider")}), at_ms(80));
  EXPECT_EQ(house.step(), after);
}

TEST_F(Following, TheOperatorsRenamingStepsTheSdtAtOnce) {
  auto configuration = make_configuration(3);
  configuration.channels[0].name = "Neu";
  ASSERT_TRUE(house.apply(configuration).empty());
  const auto after = house.conductor->plan();
  expect_others_untouched(*after);
  const auto output = output_of(*after, "ch0");
  EXPECT_EQ(output->effective_from, kAtOnce);
  EXPECT_EQ(read_tables(*output).sdt->version, 1);
  EXPECT_EQ(read_tables(*output).pmt->version, 0);
}

TEST_F(Following, APmtPidThatMovesIsFollowedInKeep) {
  house.punt(0, 0x00, pat(1, {{1, 0x40}}), at_ms(90));
  house.punt(0, 0x40, first(), at_ms(91));
  const auto after = house.step();
  const auto output = output_of(*after, "ch0");
  EXPECT_TRUE(after->inputs.at(0)->pids[pid(0x40)].psi);
  EXPECT_FALSE(after->inputs.at(0)->pids[pid(0x20)].psi);
  EXPECT_EQ(read_tables(*output).pat->programs[0].pmt_pid, pid(0x40));
  EXPECT_EQ(read_tables(*output).pat->version, 1);
  EXPECT_EQ(output->psi[1]->pid, pid(0x40));
}

TEST_F(Following, AProgramThatVanishesKeepsItsLastPartAndReturnsWithoutANewVersion) {
  house.punt(0, 0x00, pat(1, {{9, 0x90}}), at_ms(100));
  const auto gone = house.step();
  EXPECT_EQ(output_of(*gone, "ch0"), before->outputs.at(0)) << "the same part";
  EXPECT_EQ(house.channel(0).state, ChannelState::kWaiting) << "no `program`: the one it had is gone";
  EXPECT_FALSE(house.channel(0).reason.empty());
  EXPECT_NE(house.channel(0).on_air, nullptr);
  EXPECT_TRUE(gone->inputs.at(0)->pids[pid(0x101)].routed) << "should its packets go on, so does the output";

  house.punt(0, 0x00, pat(2, {{1, 0x20}}), at_ms(60'000));
  house.step();
  EXPECT_EQ(house.channel(0).state, ChannelState::kWaiting);
  house.punt(0, 0x20, first(), at_ms(60'050));
  const auto back = house.step();
  EXPECT_EQ(house.channel(0).state, ChannelState::kOnAir);
  EXPECT_EQ(output_of(*back, "ch0"), before->outputs.at(0));
}

TEST_F(Following, AProgramThatReturnsOtherwiseIsSteppedOnceFromItsPacketOn) {
  house.punt(0, 0x00, pat(1, {}), at_ms(100));
  house.step();
  house.punt(0, 0x00, pat(2, {{1, 0x20}}), at_ms(5000));
  house.punt(0, 0x20, pmt(1, 1, 0x201, {video(0x201)}), at_ms(5010));
  const auto output = output_of(*house.step(), "ch0");
  EXPECT_EQ(read_tables(*output).pmt->version, 1);
  EXPECT_EQ(output->effective_from, packet_at(at_ms(5010)));
}

TEST_F(Following, ScramblingTakesARefusingChannelOffTheAirAndOnlyThat) {
  psi::Pmt scrambled = first();
  scrambled.version = 1;
  scrambled.descriptors = {ca(0x0648, 0x1B0)};
  house.punt(0, 0x20, scrambled, at_ms(100));
  const auto after = house.step();
  EXPECT_EQ(output_of(*after, "ch0"), nullptr);
  EXPECT_EQ(after->outputs.size(), 2U);
  EXPECT_EQ(house.channel(0).state, ChannelState::kRefused);
  EXPECT_EQ(house.channel(0).on_air, nullptr);
  EXPECT_EQ(output_of(*after, "ch1"), before->outputs.at(1));
  psi::Pmt clear = first();
  clear.version = 2;
  house.punt(0, 0x20, clear, at_ms(200));
  const auto output = output_of(*house.step(), "ch0");
  ASSERT_NE(output, nullptr);
  EXPECT_EQ(read_tables(*output).pmt->version, 0) << "what is sent is what was sent";
}

// A section has room for 1004 bytes of a service's descriptors: four private ones of 242 and our long name
// are more.
TEST_F(Following, ATableTooLargeRefusesTheChannelAndOnlyThat) {
  auto configuration = make_configuration(3);
  configuration.channels[0].name = std::string(100, 'x');
  ASSERT_TRUE(house.apply(configuration).empty());
  before = house.conductor->plan();
  psi::Sdt::Service theirs = service(1, "N", "P");
  for (int i = 0; i < 4; ++i) theirs.descriptors.push_back({0x80, std::vector<std::uint8_t>(240)});
  house.punt(0, 0x11, sdt(0, {theirs}), at_ms(10));
  const auto after = house.step();
  EXPECT_EQ(house.channel(0).state, ChannelState::kRefused);
  EXPECT_THAT(house.channel(0).reason, HasSubstr("1024"));
  EXPECT_EQ(output_of(*after, "ch0"), nullptr);
  EXPECT_EQ(output_of(*after, "ch1"), before->outputs.at(1));
}

}  // namespace
}  // namespace headwater::control
