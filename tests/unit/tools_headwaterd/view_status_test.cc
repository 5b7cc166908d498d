// SPDX-License-Identifier: Apache-2.0
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <string>

#include "tests/unit/tools_headwaterd/view_fixture.h"

namespace headwater::daemon {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using ViewStatus = ViewTest;

TEST_F(ViewStatus, TimeThatWentWrongIsAProblemAndNoNtpANote) {
  kernel.synchronisation->synchronised = false;
  timekeeper.start();
  begin_on_air(1);
  timekeeper.release();
  EXPECT_THAT(view->status().problems, IsEmpty());
  EXPECT_THAT(view->status().time_notes, ElementsAre(HasSubstr("neither NTP nor PTP")));
  EXPECT_EQ(view->time().utc.synchronised, false);
  EXPECT_EQ(view->time().utc.steps, 0U);
  EXPECT_THAT(view->time().utc.time, ::testing::MatchesRegex("20..-..-..T..:..:..\\....Z"));
  machine.pass(1);
  machine.step_realtime(-3600);
  timekeeper.tick();
  house.now = timekeeper.discipline()->line().at(machine.cycles());
  house.counters.worker().heartbeat.set(house.now.value);
  EXPECT_THAT(view->status().problems, Contains(HasSubstr("stepped by -3600.000000 s")));
  EXPECT_EQ(view->time().utc.steps, 1U);
  EXPECT_EQ(view->time().utc.last_step_s, -3600);
  EXPECT_EQ(view->time().state, api::TimeState::kSettling);
}

// BISS has no CA descriptor, so that the channel is on air; its scrambled packets are dropped, and it is
// black.
TEST_F(ViewStatus, AChannelThatIsOnAirAndBlackIsAProblem) {
  begin_on_air(1);
  EXPECT_THAT(view->status().problems, IsEmpty());
  for (int tenth = 0; tenth < 15; ++tenth) {
    output_counters(0).drop_scrambled.add(100);
    house.hear(0);
    pass(Ticks27::milliseconds(100));
  }
  const api::ChannelSnapshot channel = view->channels().at(0);
  EXPECT_EQ(channel.state, api::ChannelState::kOnAir);
  EXPECT_EQ(channel.reason, "");
  EXPECT_THAT(channel.notes, ElementsAre(HasSubstr("scrambled")));
  EXPECT_THAT(view->status().problems, ElementsAre("channel \"ch0\": " + channel.notes[0]));
}

TEST_F(ViewStatus, ARefusedOutputIsAProblemThoughOthersAreOnAir) {
  config::Configuration configuration = control::make_configuration(1);
  config::Output second = configuration.channels[0].outputs[0];
  second.group = "239.9.9.9";
  second.from = "no address";
  configuration.channels[0].outputs.push_back(second);
  begin_on_air(configuration);
  const api::ChannelSnapshot channel = view->channels().at(0);
  ASSERT_EQ(channel.state, api::ChannelState::kOnAir);
  EXPECT_EQ(channel.reason, "");
  EXPECT_THAT(channel.notes, Contains(HasSubstr("239.9.9.9")));
  EXPECT_THAT(view->status().problems, Contains(HasSubstr("channel \"ch0\": output ch0/p/239.9.9.9:5000")));
}

TEST_F(ViewStatus, InputsOfAPortWithoutLinkAreItsConsequences) {
  begin_on_air(2);
  devices.cut(0, "no carrier");
  pass(Ticks27::seconds(5));
  const api::StatusSnapshot status = view->status();
  EXPECT_THAT(
      status.problems,
      ElementsAre("port \"p\": no carrier", HasSubstr("channel \"ch0\" is not on air"),
                  HasSubstr("channel \"ch1\" is not on air"), HasSubstr("input \"in0\": no packets for 5."),
                  HasSubstr("input \"in1\": no packets for 5.")));
  EXPECT_THAT(status.consequences, ElementsAre(status.problems.at(1), status.problems.at(2),
                                               status.problems.at(3), status.problems.at(4)));
  EXPECT_EQ(status.inputs.lost, 2U);
}

// When it goes on, only what it counted tells of it.
TEST_F(ViewStatus, AWorkerThatStoodStillIsAProblemForAMinute) {
  begin_on_air(1);
  house.counters.worker().stalls.add(1);
  house.counters.worker().stall_ticks.add(10'012 * 27'000ULL);
  house.hear(0);
  pass(Watch::kInterval);
  EXPECT_THAT(
      view->status().problems,
      ElementsAre("worker on core 1 stood still once in the last minute, 10012 ms in all: packets left "
                  "late"));
  EXPECT_EQ(view->status().workers.at(0).stalls, 1U);
  EXPECT_EQ(view->status().workers.at(0).stall_ms, 10'012U);
  for (int second = 0; second < 60; ++second) {
    pass(Ticks27::seconds(1));
    house.hear(0);
  }
  step();
  EXPECT_THAT(view->status().problems, IsEmpty());
}

struct ViewCrew : ViewTest {
  ViewCrew() : ViewTest(2) {
    configuration.headend.workers = {2, 5};
    for (config::Input& input : configuration.inputs) input.from = "10.0.0.5";
  }
  config::Configuration configuration = control::make_configuration(2);
};

// Those whose queues brought them have done their part: it is the one they are for that is full.
TEST_F(ViewCrew, AWorkerThatTakesNoMoreIsAProblemForAMinute) {
  begin_on_air(configuration);
  house.counters.refused({0}, {1}).add(7);
  pass(Watch::kInterval);
  EXPECT_THAT(view->status().problems,
              ElementsAre("worker on core 5 is overloaded: 7 frames for its inputs were lost in the last "
                          "minute"));
  EXPECT_EQ(view->status().workers.at(0).overload_drops, 0U);
  EXPECT_EQ(view->status().workers.at(1).overload_drops, 7U);
  for (int second = 0; second < 60; ++second) {
    pass(Ticks27::seconds(1));
    for (std::size_t input = 0; input < 2; ++input) house.hear(input);
  }
  step();
  EXPECT_THAT(view->status().problems, IsEmpty());
}

TEST_F(ViewCrew, ChannelsOfAWorkerThatStandsStillAreNotOnAir) {
  begin_on_air(configuration);
  ASSERT_EQ(view->status().channels.on_air, 2U);
  house.now = house.now + Watch::kSilence + Watch::kInterval;
  house.counters.worker({0}).heartbeat.set(house.now.value);
  watch->tick(house.now);
  const api::StatusSnapshot status = view->status();
  EXPECT_EQ(status.channels.on_air, 1U);
  EXPECT_THAT(status.problems,
              Contains(HasSubstr("worker on core 5 has stood still for 1100 ms: nothing that it owns")));
  EXPECT_THAT(status.problems,
              Contains(::testing::AnyOf("channel \"ch0\" is not on air: its worker on core 5 stands still",
                                        "channel \"ch1\" is not on air: its worker on core 5 stands still")));
  beat();
  watch->tick(house.now + Watch::kInterval);
  EXPECT_EQ(view->status().channels.on_air, 2U);
}

TEST_F(ViewCrew, AWorkerThatNeverBeganIsAProblem) {
  begin(configuration);
  house.counters.worker({1}).loops.clear();
  const auto never = Contains(HasSubstr("worker on core 5 has not turned once"));
  EXPECT_THAT(view->status().problems, Not(never));
  house.now = house.now + Watch::kSilence + Watch::kInterval;
  watch->tick(house.now);
  EXPECT_THAT(view->status().problems, never);
}

// Nothing that goes on air tells of it: after a restart boxes would find other PIDs.
TEST_F(ViewStatus, AStoreThatIsNotWrittenIsAProblem) {
  const std::filesystem::path directory = testing::TempDir() + "view-status-" + std::to_string(getpid());
  house.store = control::Store::open(directory).value();
  rlimit whole{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &whole), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{.rlim_cur = 4096, .rlim_max = whole.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  begin_on_air(1);
  EXPECT_THAT(view->status().problems, Contains(AllOf(HasSubstr("store: "), HasSubstr(directory.string()))));
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &whole), 0);
  std::signal(SIGXFSZ, handler);
  pass(control::Conductor::kWriteAgain);
  EXPECT_THAT(view->status().problems, Not(Contains(HasSubstr("store: "))));
  std::filesystem::remove_all(directory);
}

TEST_F(ViewStatus, ALinkThatLosesFramesIsAProblemThoughItIsUp) {
  begin_on_air(1);
  devices.states[0].trouble = "interface hd0 has an MTU of 1280";
  house.hear(0);
  pass(Watch::kInterval);
  EXPECT_THAT(view->status().problems, ElementsAre("port \"p\": interface hd0 has an MTU of 1280"));
  EXPECT_TRUE(view->ports().at(0).link_up);
}

// A stream that breaks off leaves errors behind: the link says it all.
TEST_F(ViewStatus, ErrorsOfASilentInputAreNoProblemOfTheirOwn) {
  begin_on_air(1);
  input_counters(0).cc_error.add(3);
  house.hear(0);
  devices.cut(0, "no carrier");
  pass(Watch::kInterval);
  pass(Ticks27::seconds(5));
  EXPECT_THAT(view->status().problems,
              ElementsAre("port \"p\": no carrier", HasSubstr("channel \"ch0\" is not on air"),
                          HasSubstr("input \"in0\": no packets for 5.")));
  EXPECT_EQ(view->status().consequences.size(), 2U);
}

// Nothing that could be sent on: as good as silent, but another thing to look for.
TEST_F(ViewStatus, AnInputOfGarbageSaysThatDatagramsCome) {
  begin_on_air(1);
  for (int second = 0; second < 5; ++second) {
    input_counters(0).datagrams.add(100);
    input_counters(0).drop_payload_size.add(100);
    pass(Ticks27::seconds(1));
  }
  EXPECT_THAT(view->status().problems,
              Contains(HasSubstr("input \"in0\": no valid TS packet, though datagrams come, for 5.")));
  EXPECT_THAT(view->status().problems, Contains(HasSubstr("datagrams that hold no TS packets")));
}

TEST_F(ViewStatus, ASilentInputOfAPortWithLinkIsItsOwnProblem) {
  begin_on_air(1);
  pass(Ticks27::seconds(5));
  EXPECT_THAT(view->status().problems, Contains(HasSubstr("input \"in0\": no packets for 5.")));
  EXPECT_THAT(view->status().consequences, IsEmpty());
}

// Packets come and are good for nothing: null packets, or a stream that lost its PAT.
TEST_F(ViewStatus, AnInputWhosePacketsAreInErrorIsAProblemForAMinute) {
  begin_on_air(1);
  input_counters(0).pat_error.add(2);
  input_counters(0).drop_sync.add(1);
  house.hear(0);
  pass(Ticks27::milliseconds(100));
  EXPECT_THAT(view->status().problems,
              ElementsAre("input \"in0\": in the last minute: 1 packet without a sync byte, 2 PAT errors"));
  EXPECT_THAT(view->inputs().at(0).notes, ElementsAre(HasSubstr("2 PAT errors")));
  for (int second = 0; second < 60; ++second) {
    pass(Ticks27::seconds(1));
    house.hear(0);
  }
  step();
  EXPECT_THAT(view->status().problems, IsEmpty());
}

TEST_F(ViewStatus, AnInputWithoutAPatIsAProblem) {
  begin(control::make_configuration(1));
  for (int second = 0; second < 10; ++second) {
    house.hear(0);
    pass(Ticks27::seconds(1) - Ticks27::milliseconds(100));
  }
  house.hear(0);
  step();
  EXPECT_THAT(view->status().problems, Contains("input \"in0\": no PAT in the stream"));
}

}  // namespace
}  // namespace headwater::daemon
