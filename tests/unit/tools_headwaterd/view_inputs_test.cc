// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/tools_headwaterd/view_fixture.h"

namespace headwater::daemon {
namespace {

using ViewInputs = ViewTest;

TEST_F(ViewInputs, EachWithItsOwnCountersAndHistory) {
  begin_on_air(300);
  input_counters(299).packets.add(10);
  const std::vector<api::InputSnapshot> inputs = view->inputs();
  ASSERT_EQ(inputs.size(), 300U);
  EXPECT_EQ(inputs[299].id, "in299");
  EXPECT_EQ(inputs[299].packets, 11U);
  for (const api::InputSnapshot& input : inputs) {
    EXPECT_EQ(input.state, api::InputState::kOk) << input.id;
    EXPECT_GT(input.history_capacity, 0U) << input.id;
  }
}

TEST_F(ViewInputs, OneById) {
  begin_on_air(3);
  ASSERT_TRUE(view->input("in2"));
  EXPECT_EQ(view->input("in2")->programs.size(), 1U);
  EXPECT_FALSE(view->input("in3"));
}

TEST_F(ViewInputs, OneThatIsReceivedHasACore) {
  config::Configuration configuration = control::make_configuration(2);
  configuration.inputs[1].enabled = false;
  begin(configuration);
  EXPECT_EQ(view->input("in0")->core, 1U);
  EXPECT_EQ(view->input("in1")->core, std::nullopt);
}

// BISS: transport_scrambling_control without a CA descriptor.
TEST_F(ViewInputs, ScrambledWhileScrambledPacketsCome) {
  begin_on_air(1);
  EXPECT_FALSE(view->inputs().at(0).scrambled);
  input_counters(0).scrambled.add(100);
  pass(Watch::kInterval);
  EXPECT_TRUE(view->inputs().at(0).scrambled);
  pass(InputHealth::kNow);
  EXPECT_FALSE(view->inputs().at(0).scrambled);
  EXPECT_EQ(view->inputs().at(0).scrambled_packets, 100U);
}

TEST_F(ViewInputs, NoReferencePidIsNone) {
  begin_on_air(1);
  input_counters(0).pcr_seen.add(5);
  input_counters(0).timeline_state.set(1);
  input_counters(0).timeline_reference_pid.set(-1);
  EXPECT_EQ(view->inputs().at(0).timeline.reference_pid, std::nullopt);
  input_counters(0).timeline_reference_pid.set(0x101);
  EXPECT_EQ(view->inputs().at(0).timeline.reference_pid, Pid::from(0x101));
}

TEST_F(ViewInputs, WithoutAUsablePcrItGoesBySmoothedArrival) {
  begin_on_air(1);
  input_counters(0).timeline_state.set(1);
  input_counters(0).timeline_reference_pid.set(-1);
  EXPECT_EQ(view->inputs().at(0).timeline.state, api::TimelineState::kArrival);
  EXPECT_EQ(view->input("in0")->timeline.state, api::TimelineState::kArrival);
}

TEST_F(ViewInputs, AFileGoesByItsOwnClock) {
  config::Configuration configuration = control::make_configuration(2);
  for (config::Input& input : configuration.inputs) {
    input.kind = config::Input::Kind::kFile;
    input.port.clear();
    input.path = "/srv/slate.ts";
  }
  configuration.inputs[1].file_rate = 4'000'000;
  begin_on_air(configuration);
  for (std::size_t i = 0; i < 2; ++i) {
    input_counters(i).timeline_state.set(3);
    input_counters(i).timeline_reference_pid.set(-1);
    input_counters(i).pcr_seen.add(1);
  }
  EXPECT_EQ(view->inputs().at(0).timeline.state, api::TimelineState::kFilePcr);
  EXPECT_EQ(view->inputs().at(0).timeline.reference_pid, std::nullopt);
  EXPECT_EQ(view->inputs().at(1).timeline.state, api::TimelineState::kFileRate);
}

}  // namespace
}  // namespace headwater::daemon
