// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/tools_headwaterd/view_fixture.h"

namespace headwater::daemon {
namespace {

using ViewChannels = ViewTest;

TEST_F(ViewChannels, EachWithItsOwnInputAndOutput) {
  begin_on_air(300);
  input_counters(7).cc_error.add(3);
  input_counters(299).cc_error.add(5);
  output_counters(299).emitted.add(70);
  const std::vector<api::ChannelSnapshot> channels = view->channels();
  ASSERT_EQ(channels.size(), 300U);
  EXPECT_EQ(channels[7].input_cc_errors, 3U);
  EXPECT_EQ(channels[8].input_cc_errors, 0U);
  EXPECT_EQ(channels[299].input_cc_errors, 5U);
  EXPECT_EQ(channels[299].id, "ch299");
  EXPECT_EQ(channels[299].outputs.at(0).packets, 70U);
  for (const api::ChannelSnapshot& channel : channels) {
    EXPECT_EQ(channel.outputs.at(0).source, "10.0.0.1:5000") << channel.id;
    EXPECT_TRUE(channel.pmt_pid) << channel.id;
    EXPECT_TRUE(channel.pids.empty()) << channel.id;  // a list has no room for them
  }
}

TEST_F(ViewChannels, OneIsWhole) {
  begin_on_air(3);
  input_counters(1).cc_error.add(3);
  const auto channel = view->channel("ch1");
  ASSERT_TRUE(channel);
  EXPECT_EQ(channel->id, "ch1");
  EXPECT_EQ(channel->state, api::ChannelState::kOnAir);
  EXPECT_EQ(channel->input_cc_errors, 3U);
  EXPECT_EQ(channel->pids.size(), 5U);  // PAT, PMT, SDT, video, TDT
  EXPECT_FALSE(view->channel("ch3"));
}

TEST_F(ViewChannels, NamesAreAllThereAre) {
  begin_on_air(2);
  const api::Names names = view->names();
  EXPECT_THAT(names.channels, ::testing::ElementsAre("ch0", "ch1"));
  EXPECT_THAT(names.inputs, ::testing::ElementsAre("in0", "in1"));
  EXPECT_THAT(names.outputs, ::testing::ElementsAre("ch0/p/239.1.0.1:5000", "ch1/p/239.1.0.2:5000"));
  EXPECT_THAT(names.ports, ::testing::ElementsAre("p"));
}

}  // namespace
}  // namespace headwater::daemon
