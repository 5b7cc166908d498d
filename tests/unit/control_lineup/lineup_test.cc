// SPDX-License-Identifier: Apache-2.0
#include "control/lineup/lineup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "tests/unit/control_lineup/programs.h"

namespace headwater::control {
namespace {

using namespace programs;  // NOLINT(google-build-using-namespace)
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Lineup : testing::Test {
  Store store = std::move(*Store::in_memory());
  config::Headend headend;
  config::Input input;
  config::Channel channel;
  ChannelNumbers numbers;
  std::optional<std::uint16_t> last_program;

  psi::Pat their_pat;
  std::map<std::uint16_t, psi::Pmt> their_pmts;
  std::optional<psi::Sdt> their_sdt;
  Carried::Signal signal = Carried::Signal::kTables;
  bool have_pat = true;

  Lineup() {
    input.id = "in";
    channel.id = "one";
    channel.name = "One";
    channel.inputs = {"in"};
    channel.outputs.emplace_back();
    numbers.service_id = 101;
    numbers.transport_stream_id = 9;
  }

  void carry(std::initializer_list<psi::Pmt> pmts) {
    their_pat = pat(0, {});
    their_pmts.clear();
    for (const psi::Pmt& table : pmts) {
      their_pat.programs.push_back(
          {table.program_number, pid(static_cast<std::uint16_t>(0x1000 + table.program_number))});
      their_pmts[table.program_number] = table;
    }
  }

  Decision decision() {
    Carried carried;
    carried.signal = signal;
    if (have_pat) carried.pat = &their_pat;
    for (const auto& program : their_pat.programs) {
      const auto it = their_pmts.find(program.number);
      carried.programs[program.number] = {program.pmt_pid, it == their_pmts.end() ? nullptr : &it->second,
                                          StreamPosition{40}};
    }
    if (their_sdt) carried.sdt = &*their_sdt;
    std::vector<Allocation> fresh;
    Decision made = decide({channel, headend, &input, &carried, numbers, last_program}, store, fresh);
    EXPECT_TRUE(store.remember(fresh).has_value());
    EXPECT_EQ(made.reason.empty(), made.state == ChannelState::kOnAir) << made.reason;
    return made;
  }

  static std::vector<std::uint16_t> routed(const Decision& made) {
    std::vector<std::uint16_t> pids;
    for (const RoutedPid& each : made.pids) pids.push_back(each.in.value());
    return pids;
  }
};

TEST_F(Lineup, TheOnlyProgramIsTakenAndItsDescriptorsSurvive) {
  psi::Pmt table =
      pmt(7, 3, 0x101,
          {video(0x101), audio(0x102, "deu"), ac3(0x103, "deu"), teletext(0x104), ait(0x105), scte35(0x106)});
  table.descriptors = {{0x05, {'C', 'U', 'E', 'I'}}};  // registration_descriptor of SCTE 35
  carry({table});
  const Decision made = decision();
  ASSERT_EQ(made.state, ChannelState::kOnAir) << made.reason;
  EXPECT_EQ(made.program, 7);
  EXPECT_EQ(made.pmt.program_number, 101);
  EXPECT_EQ(made.pmt.pcr_pid, pid(0x101));
  EXPECT_EQ(made.pmt.descriptors, table.descriptors);
  EXPECT_EQ(made.pmt.streams, table.streams) << "kept PIDs, kinds and descriptors";
  EXPECT_EQ(made.pat.transport_stream_id, 9);
  EXPECT_FALSE(made.pat.network_pid.has_value());
  ASSERT_EQ(made.pat.programs.size(), 1U);
  EXPECT_EQ(made.pat.programs[0].number, 101);
  EXPECT_EQ(made.pat.programs[0].pmt_pid, pid(0x1007));
  EXPECT_THAT(routed(made), ElementsAre(0x101, 0x102, 0x103, 0x104, 0x105, 0x106, 0x14));
  EXPECT_EQ(made.at.pmt, StreamPosition{40});
}

TEST_F(Lineup, SeveralProgramsAndNoneNamedIsRefusedWithTheChoices) {
  carry({pmt(5, 0, 0x101, {video(0x101)}), pmt(6, 0, 0x201, {video(0x201)})});
  their_sdt = sdt(0, {service(5, "Fünf", "P"), service(6, "Sechs", "P")});
  const Decision made = decision();
  EXPECT_EQ(made.state, ChannelState::kRefused);
  EXPECT_THAT(made.reason, AllOf(HasSubstr("5 (Fünf)"), HasSubstr("6 (Sechs)"), HasSubstr("`program`")));
}

TEST_F(Lineup, AProgramThatJoinsTheInputTakesNoChannelOffTheAir) {
  carry({pmt(5, 0, 0x101, {video(0x101)}), pmt(6, 0, 0x201, {video(0x201)})});
  last_program = 6;
  const Decision made = decision();
  EXPECT_EQ(made.state, ChannelState::kOnAir);
  EXPECT_EQ(made.program, 6);
  EXPECT_EQ(made.notes.size(), 1U);
}

TEST_F(Lineup, TheNamedProgramIsWaitedForWithWhatThereIs) {
  carry({pmt(5, 0, 0x101, {video(0x101)})});
  channel.program = 6;
  const Decision made = decision();
  EXPECT_EQ(made.state, ChannelState::kWaiting);
  EXPECT_TRUE(made.keep_last);
  EXPECT_THAT(made.reason, AllOf(HasSubstr("program 6"), HasSubstr("carries 5")));
}

TEST_F(Lineup, EachStageOfWaitingSaysWhatIsMissing) {
  have_pat = false;
  signal = Carried::Signal::kNone;
  EXPECT_THAT(decision().reason, HasSubstr("no packets"));
  signal = Carried::Signal::kTables;
  EXPECT_THAT(decision().reason, HasSubstr("no PAT"));
  have_pat = true;
  EXPECT_THAT(decision().reason, HasSubstr("names no program"));
  carry({pmt(5, 0, 0x101, {video(0x101)})});
  their_pmts.clear();
  EXPECT_THAT(decision().reason, HasSubstr("no PMT of program 5 on PID 0x1005"));
  carry({pmt(5, 0, 0x101, {})});
  EXPECT_THAT(decision().reason, HasSubstr("no streams at present"));
  EXPECT_TRUE(decision().keep_last);
}

TEST_F(Lineup, AStreamWithoutProgramTablesIsRefused) {
  have_pat = false;
  signal = Carried::Signal::kNoTables;
  const Decision made = decision();
  EXPECT_EQ(made.state, ChannelState::kRefused);
  EXPECT_THAT(made.reason, HasSubstr("no program tables"));
}

TEST_F(Lineup, WhatTheConfigurationDoesNotLetOutIsParkedOrRefused) {
  carry({pmt(5, 0, 0x101, {video(0x101)})});
  channel.enabled = false;
  EXPECT_EQ(decision().state, ChannelState::kParked);
  channel.enabled = true;
  input.enabled = false;
  EXPECT_EQ(decision().state, ChannelState::kWaiting);
  input.enabled = true;
  channel.outputs.clear();
  EXPECT_EQ(decision().state, ChannelState::kRefused);
}

TEST_F(Lineup, LanguagesKeepWhatSaysNoneOrOneOfThem) {
  carry(
      {pmt(5, 0, 0x101,
           {video(0x101), audio(0x102, "deu"), audio(0x103, "fra"), audio(0x104, "eng"), teletext(0x105)})});
  channel.streams.languages = {"eng", "deu"};
  EXPECT_THAT(routed(decision()), ElementsAre(0x101, 0x102, 0x104, 0x105, 0x14));
}

TEST_F(Lineup, KindsAndPidsFilter) {
  carry({pmt(5, 0, 0x101, {video(0x101), audio(0x102, "deu"), ac3(0x103, "deu"), ait(0x104)})});
  channel.streams.keep = {"video", "audio"};
  EXPECT_THAT(routed(decision()), ElementsAre(0x101, 0x102, 0x103, 0x14));
  channel.streams.drop = {pid(0x103)};
  EXPECT_THAT(routed(decision()), ElementsAre(0x101, 0x102, 0x14));
  channel.streams.only = {pid(0x101), pid(0x104)};
  EXPECT_THAT(routed(decision()), ElementsAre(0x101, 0x14));
}

TEST_F(Lineup, AFilterThatLeavesNothingIsRefusedWithWhatThereIs) {
  carry({pmt(5, 0, 0x101, {video(0x101), audio(0x102, "deu")})});
  channel.streams.keep = {"subtitle"};
  const Decision made = decision();
  EXPECT_EQ(made.state, ChannelState::kRefused);
  EXPECT_THAT(made.reason, AllOf(HasSubstr("video H.264 (0x101)"), HasSubstr("deu (0x102)")));
}

TEST_F(Lineup, APcrPidThatIsNoKeptStreamGoesOutWhole) {
  carry({pmt(5, 0, 0x101, {video(0x101), audio(0x102, "deu")})});
  channel.streams.keep = {"audio"};
  const Decision made = decision();
  ASSERT_EQ(made.pmt.streams.size(), 1U);
  EXPECT_EQ(made.pmt.pcr_pid, pid(0x101));
  EXPECT_THAT(routed(made), ElementsAre(0x102, 0x101, 0x14));
  EXPECT_EQ(made.pids[1].kind, "pcr");
}

TEST_F(Lineup, ThePcrPidIsMappedWithItsStream) {
  carry({pmt(5, 0, 0x101, {video(0x101)})});
  channel.pids.video = pid(0x200);
  const Decision made = decision();
  EXPECT_EQ(made.pcr_pid, pid(0x200));
  EXPECT_EQ(made.pmt.pcr_pid, pid(0x200));
  EXPECT_EQ(made.pmt.streams[0].pid, pid(0x200));
}

TEST_F(Lineup, AProgramWithoutPcrSaysSo) {
  carry({pmt(5, 0, 0x1FFF, {audio(0x102, "deu")})});
  EXPECT_EQ(decision().pcr_pid, kNullPid);
  carry({pmt(5, 0, 0x0001, {audio(0x102, "deu")})});
  const Decision lying = decision();
  EXPECT_EQ(lying.pcr_pid, kNullPid);
  EXPECT_EQ(lying.notes.size(), 1U);
}

TEST_F(Lineup, APidNamedTwiceIsSentOnceAndListedTwice) {
  carry({pmt(5, 0, 0x101, {video(0x101), ac3(0x102, "deu"), ac3(0x102, "eng")})});
  channel.pids.mode = config::PidPlan::Mode::kAllocate;
  const Decision made = decision();
  EXPECT_THAT(routed(made), ElementsAre(0x101, 0x102, 0x14));
  ASSERT_EQ(made.pmt.streams.size(), 3U);
  EXPECT_EQ(made.pmt.streams[1].pid, made.pmt.streams[2].pid);
}

TEST_F(Lineup, AStreamOnAPidOfTablesIsLeftOutWithANote) {
  carry({pmt(5, 0, 0x101, {video(0x101), audio(0x0000, "deu"), audio(0x1FFF, "eng")})});
  const Decision made = decision();
  EXPECT_EQ(made.pmt.streams.size(), 1U);
  EXPECT_EQ(made.notes.size(), 2U);
}

TEST_F(Lineup, TdtIsNotRoutedWhereAStreamHasItsPid) {
  carry({pmt(1, 0, 0x11, {mpeg2(0x11), ac3(0x14, "eng")})});
  const Decision made = decision();
  ASSERT_EQ(made.state, ChannelState::kOnAir) << made.reason;
  ASSERT_THAT(routed(made), ElementsAre(0x11, 0x14));
  EXPECT_GE(made.pids[0].out.value(), 0x20);
  EXPECT_GE(made.pids[1].out.value(), 0x20);
}

TEST_F(Lineup, ScrambledIsRefusedWithTheSystemsOrPassedWithItsEcms) {
  psi::Pmt table = pmt(5, 0, 0x101, {video(0x101), audio(0x102, "deu")});
  table.descriptors = {ca(0x0648, 0x1B0)};
  table.streams[0].descriptors = {ca(0x1833, 0x1B1)};
  carry({table});
  const Decision refused = decision();
  EXPECT_EQ(refused.state, ChannelState::kRefused);
  EXPECT_THAT(refused.reason, AllOf(HasSubstr("scrambled"), HasSubstr("0x0648"), HasSubstr("0x1833")));

  channel.scrambled = config::Channel::Scrambled::kPass;
  channel.pids.map.emplace(0x1B1, pid(0x333));
  const Decision passed = decision();
  ASSERT_EQ(passed.state, ChannelState::kOnAir) << passed.reason;
  EXPECT_THAT(routed(passed), ElementsAre(0x101, 0x102, 0x1B0, 0x1B1, 0x14));
  EXPECT_EQ(passed.pids[2].kind, "ecm");
  EXPECT_EQ(passed.pmt.descriptors[0], ca(0x0648, 0x1B0));
  EXPECT_EQ(passed.pmt.streams[0].descriptors[0], ca(0x1833, 0x333)) << "remapped in the descriptor too";
}

TEST_F(Lineup, OnlyTheScramblingOfKeptStreamsCounts) {
  psi::Pmt table = pmt(5, 0, 0x101, {video(0x101), audio(0x102, "deu"), audio(0x103, "eng")});
  table.streams[2].descriptors.push_back(ca(0x0648, 0x1B0));
  carry({table});
  EXPECT_EQ(decision().state, ChannelState::kRefused);
  channel.streams.languages = {"deu"};
  EXPECT_EQ(decision().state, ChannelState::kOnAir);
}

TEST_F(Lineup, AClashOfFixedPidsRefusesTheChannel) {
  carry({pmt(5, 0, 0x101, {video(0x101), audio(0x102, "deu")})});
  channel.pids.map.emplace(0x101, pid(0x400));
  channel.pids.map.emplace(0x102, pid(0x400));
  const Decision made = decision();
  EXPECT_EQ(made.state, ChannelState::kRefused);
  EXPECT_THAT(made.reason, HasSubstr("0x400"));
}

}  // namespace
}  // namespace headwater::control
