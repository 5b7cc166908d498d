// SPDX-License-Identifier: Apache-2.0
#include "config/model/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <vector>

namespace headwater::config {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Configuration lineup() {
  Configuration configuration;
  for (const char* id : {"one", "two", "three"}) {
    Channel channel;
    channel.id = id;
    channel.outputs.emplace_back().group = "239.1.1.1";
    configuration.channels.push_back(channel);
    Input input;
    input.id = id;
    configuration.inputs.push_back(input);
  }
  configuration.ports.emplace_back().id = "p";
  return configuration;
}

Changes changes_to(const Configuration& after) {
  const Configuration before = lineup();
  return changes(difference(before, after), before, after);
}

TEST(Compare, WhereSomethingStandsIsNoChange) {
  Configuration after = lineup();
  after.channels[0].where = {"other.yaml", 7, 7};
  after.channels[0].places["name"] = {"other.yaml", 8, 8};
  after.channels[0].outputs[0].where = {"other.yaml", 9, 9};
  after.inputs[0].where = {"other.yaml", 1, 1};
  EXPECT_TRUE(changes_to(after).none());
}

TEST(Compare, NamesWhatCameChangedAndWent) {
  Configuration after = lineup();
  after.channels[1].outputs[0].ttl = 5;
  after.channels[2].id = "four";
  after.inputs.pop_back();
  const Changes seen = changes_to(after);
  EXPECT_THAT(seen.channels.added, ElementsAre("four"));
  EXPECT_THAT(seen.channels.changed, ElementsAre("two"));
  EXPECT_THAT(seen.channels.removed, ElementsAre("three"));
  EXPECT_THAT(seen.inputs.removed, ElementsAre("three"));
  EXPECT_THAT(seen.inputs.added, IsEmpty());
  EXPECT_TRUE(seen.ports.none());
  EXPECT_FALSE(seen.headend);
}

// Each value, for itself: one that were left out would be a change that nobody sees.
TEST(Compare, EveryValueOfAChannelCounts) {
  const std::vector<std::function<void(Channel&)>> edits = {
      [](Channel& c) { c.name = "x"; },
      [](Channel& c) { c.provider = "x"; },
      [](Channel& c) { c.number = 7; },
      [](Channel& c) { c.inputs = {"x"}; },
      [](Channel& c) { c.program = 7; },
      [](Channel& c) { c.service_id = 7; },
      [](Channel& c) { c.service_type = 7; },
      [](Channel& c) { c.transport_stream_id = 7; },
      [](Channel& c) { c.outputs.emplace_back(); },
      [](Channel& c) { c.outputs[0].rtp = true; },
      [](Channel& c) { c.outputs[0].group = "x"; },
      [](Channel& c) { c.outputs[0].udp_port = 7; },
      [](Channel& c) { c.outputs[0].port = "x"; },
      [](Channel& c) { c.outputs[0].from = "x"; },
      [](Channel& c) { c.outputs[0].source_port = 7; },
      [](Channel& c) { c.outputs[0].dscp = 7; },
      [](Channel& c) { c.outputs[0].ttl = 7; },
      [](Channel& c) { c.outputs[0].keep_nulls = true; },
      [](Channel& c) { c.streams.keep = {"audio"}; },
      [](Channel& c) { c.streams.languages = {"deu"}; },
      [](Channel& c) { c.streams.only = {Pid::from_wire(7)}; },
      [](Channel& c) { c.streams.drop = {Pid::from_wire(7)}; },
      [](Channel& c) { c.pids.mode = PidPlan::Mode::kAllocate; },
      [](Channel& c) { c.pids.first = 7; },
      [](Channel& c) { c.pids.pmt = Pid::from_wire(7); },
      [](Channel& c) { c.pids.video = Pid::from_wire(7); },
      [](Channel& c) { c.pids.map.emplace(7, Pid::from_wire(7)); },
      [](Channel& c) { c.delay_ms = 7; },
      [](Channel& c) { c.scrambled = Channel::Scrambled::kPass; },
      [](Channel& c) { c.enabled = false; },
  };
  for (std::size_t i = 0; i < edits.size(); ++i) {
    Configuration after = lineup();
    edits[i](after.channels[0]);
    EXPECT_THAT(changes_to(after).channels.changed, ElementsAre("one")) << i;
  }
}

TEST(Compare, EveryValueOfAnInputCounts) {
  const std::vector<std::function<void(Input&)>> edits = {
      [](Input& i) { i.kind = Input::Kind::kRtp; },
      [](Input& i) { i.port = "x"; },
      [](Input& i) { i.group = "x"; },
      [](Input& i) { i.udp_port = 7; },
      [](Input& i) { i.from = "x"; },
      [](Input& i) { i.path = "x"; },
      [](Input& i) { i.file_rate = 7; },
      [](Input& i) { i.jitter_ms = 7; },
      [](Input& i) { i.reorder_ms = 7; },
      [](Input& i) { i.max_rate = 7; },
      [](Input& i) { i.enabled = false; },
  };
  for (std::size_t i = 0; i < edits.size(); ++i) {
    Configuration after = lineup();
    edits[i](after.inputs[0]);
    EXPECT_THAT(changes_to(after).inputs.changed, ElementsAre("one")) << i;
  }
}

TEST(Compare, PairsByIdWhereverItStands) {
  const Configuration before = lineup();
  Configuration after = before;
  EXPECT_TRUE(difference(before, after).channels.in_place);
  after.channels[1].name = "x";
  EXPECT_TRUE(difference(before, after).channels.in_place);
  Channel fresh;
  fresh.id = "new";
  after.channels.insert(after.channels.begin() + 1, fresh);
  after.channels.pop_back();
  const Pairing pairing = difference(before, after).channels;
  EXPECT_THAT(pairing.before, ElementsAre(0, std::nullopt, 1));
  EXPECT_THAT(pairing.same, ElementsAre(true, false, false));
  EXPECT_THAT(pairing.gone, ElementsAre(2));
  EXPECT_FALSE(pairing.in_place);
  Configuration turned = before;
  std::ranges::reverse(turned.channels);
  EXPECT_THAT(difference(before, turned).channels.before, ElementsAre(2, 1, 0));
  EXPECT_TRUE(difference(before, turned).channels.none());
}

TEST(Compare, RelatesChannelsToWhatTheyTake) {
  Configuration configuration = lineup();
  configuration.channels[0].inputs = {"two", "one"};
  configuration.channels[0].delay_ms = 200;
  configuration.channels[1].inputs = {"nowhere"};
  configuration.channels[2].inputs = {"two"};
  configuration.channels[2].delay_ms = 900;
  configuration.channels[2].enabled = false;
  const Relations relations = config::relations(configuration);
  EXPECT_THAT(relations.taken, ElementsAre(1, std::nullopt, 1));
  EXPECT_THAT(relations.takers, ElementsAre(IsEmpty(), ElementsAre(0, 2), IsEmpty()));
  EXPECT_THAT(relations.delays, ElementsAre(0, 200, 0)) << "parked";
}

}  // namespace
}  // namespace headwater::config
