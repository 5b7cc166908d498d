// SPDX-License-Identifier: Apache-2.0
#include "control/lineup/numbers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <set>

namespace headwater::control {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

config::Channel channel(const std::string& id) {
  config::Channel made;
  made.id = id;
  return made;
}

struct Numbers {
  Store store = std::move(*Store::in_memory());
  std::uint32_t state = 1;
  std::optional<LineupNumbers> numbers;
  config::Configuration running;
  std::vector<std::string> changed;    // ids, by the last call
  std::vector<std::string> displaced;  // of those

  Numbers() { wake(); }
  // A new process over the same store.
  void wake() {
    numbers.emplace(store, [this] { return state = state * 1664525U + 1013904223U; });
    running = {};
  }
  // What such a one would begin with, beside the one that runs.
  std::map<std::string, ChannelNumbers> begun_with(const config::Configuration& configuration) {
    LineupNumbers begun(store, [] { return 0U; });
    std::vector<Allocation> fresh;
    begun.take_over({}, config::difference({}, configuration), configuration, fresh);
    EXPECT_TRUE(fresh.empty());
    std::map<std::string, ChannelNumbers> by_id;
    for (std::size_t place = 0; place < configuration.channels.size(); ++place)
      by_id[configuration.channels[place].id] = begun.of(place);
    return by_id;
  }
  std::map<std::string, ChannelNumbers> number(const config::Configuration& configuration) {
    std::vector<Allocation> fresh;
    const auto changes =
        numbers->take_over(running, config::difference(running, configuration), configuration, fresh);
    const auto ids = [&](const std::vector<std::size_t>& places) {
      std::vector<std::string> list;
      for (const std::size_t place : places) list.push_back(configuration.channels[place].id);
      return list;
    };
    changed = ids(changes.places);
    displaced = ids(changes.displaced);
    EXPECT_TRUE(store.remember(fresh).has_value());
    running = configuration;
    std::map<std::string, ChannelNumbers> by_id;
    for (std::size_t place = 0; place < configuration.channels.size(); ++place)
      by_id[configuration.channels[place].id] = numbers->of(place);
    return by_id;
  }
};

TEST(Numbers, EachChannelHasItsOwnAndKeepsIt) {
  Numbers house;
  config::Configuration configuration;
  for (const char* id : {"a", "b", "c"}) configuration.channels.push_back(channel(id));
  const auto first = house.number(configuration);
  EXPECT_EQ(first.at("a").service_id, 1);
  EXPECT_EQ(first.at("b").service_id, 2);
  EXPECT_EQ(first.at("c").service_id, 3);
  EXPECT_NE(first.at("a").transport_stream_id, first.at("b").transport_stream_id);

  // "b" goes, "x" comes before all others: nothing else moves, and b's number stays b's.
  configuration.channels = {channel("x"), channel("c"), channel("a")};
  const auto second = house.number(configuration);
  EXPECT_EQ(second.at("a").service_id, 1);
  EXPECT_EQ(second.at("c").service_id, 3);
  EXPECT_EQ(second.at("x").service_id, 4);
  configuration.channels.push_back(channel("b"));
  EXPECT_EQ(house.number(configuration).at("b").service_id, 2);
}

TEST(Numbers, ConfiguredOnesCountAndOthersAvoidThem) {
  Numbers house;
  config::Configuration configuration;
  configuration.channels = {channel("a"), channel("b")};
  configuration.channels[1].service_id = 1;
  configuration.channels[1].transport_stream_id = 1;
  const auto numbers = house.number(configuration);
  EXPECT_EQ(numbers.at("b").service_id, 1);
  EXPECT_EQ(numbers.at("a").service_id, 2);
  EXPECT_EQ(numbers.at("a").transport_stream_id, 2);
}

TEST(Numbers, AnAllocatedOneGivesWayToAConfiguredOne) {
  Numbers house;
  config::Configuration configuration;
  configuration.channels = {channel("a"), channel("b")};
  EXPECT_EQ(house.number(configuration).at("a").service_id, 1);
  configuration.channels[1].service_id = 1;
  const auto numbers = house.number(configuration);
  EXPECT_EQ(numbers.at("b").service_id, 1);
  EXPECT_EQ(numbers.at("a").service_id, 3) << "2 was b's";
  EXPECT_THAT(house.displaced, testing::ElementsAre("a"));
  // Though it is edited in the same file.
  configuration.channels[0].outputs.emplace_back().group = "239.1.1.1";
  configuration.channels[1].service_id = 3;
  EXPECT_NE(house.number(configuration).at("a").service_id, 3);
  EXPECT_THAT(house.displaced, testing::ElementsAre("a"));
  configuration.channels[0].service_id = 9;
  house.number(configuration);
  EXPECT_THAT(house.displaced, testing::IsEmpty()) << "as it is configured";
}

TEST(Numbers, ThousandChannelsAllDiffer) {
  Numbers house;
  config::Configuration configuration;
  for (int i = 0; i < 1000; ++i) configuration.channels.push_back(channel("c" + std::to_string(i)));
  std::set<std::uint16_t> services;
  for (const auto& [id, numbers] : house.number(configuration)) services.insert(*numbers.service_id);
  EXPECT_EQ(services.size(), 1000U);
}

TEST(Numbers, AnRtpOutputKeepsItsSsrcWhenTheListAroundItChanges) {
  Numbers house;
  config::Configuration configuration;
  configuration.channels = {channel("a")};
  config::Output east;
  east.rtp = true;
  east.port = "east";
  east.group = "239.1.1.1";
  east.udp_port = 5000;
  config::Output west = east;
  west.port = "west";
  configuration.channels[0].outputs = {east};
  const std::string id = output_id(configuration.channels[0], east);
  EXPECT_EQ(id, "a/east/239.1.1.1:5000");
  const RtpNumbers before = house.number(configuration).at("a").rtp.at(id);
  configuration.channels[0].outputs = {west, east};
  const auto after = house.number(configuration).at("a").rtp;
  EXPECT_EQ(after.at(id).ssrc, before.ssrc);
  EXPECT_EQ(after.at(id).first_sequence, before.first_sequence);
  EXPECT_NE(after.at("a/west/239.1.1.1:5000").ssrc, before.ssrc);
}

// What runs is asked for nothing that did not change, and a restart finds the same.
TEST(Numbers, AChangeNamesWhoseNumbersAreOthers) {
  Numbers house;
  config::Configuration configuration;
  for (const char* id : {"a", "b", "c"}) configuration.channels.push_back(channel(id));
  house.number(configuration);
  EXPECT_THAT(house.changed, ElementsAre("a", "b", "c"));
  configuration.channels[1].name = "B";
  house.number(configuration);
  EXPECT_THAT(house.changed, IsEmpty());
  configuration.channels.erase(configuration.channels.begin());
  configuration.channels.push_back(channel("d"));
  house.number(configuration);
  EXPECT_THAT(house.changed, ElementsAre("d"));
  configuration.channels[0].service_id = 3;  // c's
  const auto displaced = house.number(configuration);
  EXPECT_THAT(house.changed, ElementsAre("b", "c"));
  EXPECT_EQ(displaced.at("b").service_id, 3);
  EXPECT_EQ(displaced.at("c").service_id, 5);
  EXPECT_EQ(displaced.at("d").service_id, 4);
  house.wake();
  EXPECT_EQ(house.number(configuration), displaced);
}

// docs/configuration.md: others may have the number of a channel that is parked.
TEST(Numbers, AParkedChannelTakesNoNumberOfAnother) {
  Numbers house;
  config::Configuration configuration;
  configuration.channels = {channel("a")};
  EXPECT_EQ(house.number(configuration).at("a").service_id, 1);
  config::Channel parked = channel("parked");
  parked.service_id = 1;
  parked.enabled = false;
  configuration.channels.push_back(parked);
  EXPECT_EQ(house.number(configuration).at("a").service_id, 1);
  EXPECT_THAT(house.changed, ElementsAre("parked"));
  configuration.channels[1].enabled = true;
  EXPECT_EQ(house.number(configuration).at("a").service_id, 2);
  EXPECT_THAT(house.changed, ElementsAre("a", "parked"));
}

// All may have the same transport_stream_id: it displaces nobody.
TEST(Numbers, ANumberThatSeveralConfigureNumbersNobodyAnew) {
  Numbers house;
  config::Configuration configuration;
  for (const char* id : {"a", "b"}) configuration.channels.push_back(channel(id));
  for (config::Channel& each : configuration.channels) each.transport_stream_id = 7;
  configuration.channels.push_back(channel("c"));
  house.number(configuration);
  configuration.channels.push_back(configuration.channels[0]);
  configuration.channels.back().id = "d";
  house.number(configuration);
  EXPECT_THAT(house.changed, ElementsAre("d"));
  configuration.channels.erase(configuration.channels.begin());
  house.number(configuration);
  EXPECT_THAT(house.changed, IsEmpty());
}

// Changes by chance lead to the numbers that a process has that begins with the last of them.
TEST(Numbers, AreTheSameStepByStepAndAfterARestart) {
  std::minstd_rand random(7);
  Numbers house;
  config::Configuration configuration;
  for (int round = 0; round < 200; ++round) {
    const std::string id = "c" + std::to_string(random() % 20);
    const auto at = std::ranges::find(configuration.channels, id, &config::Channel::id);
    if (at == configuration.channels.end()) {
      configuration.channels.insert(
          configuration.channels.begin() +
              static_cast<std::ptrdiff_t>(random() % (configuration.channels.size() + 1)),
          channel(id));
    } else if (random() % 3 == 0) {
      configuration.channels.erase(at);
    } else if (random() % 4 == 0) {
      at->enabled = !at->enabled;
    } else if (random() % 2 == 0) {
      const auto number = static_cast<std::uint16_t>(1 + random() % 40);
      const bool used = std::ranges::any_of(configuration.channels,
                                            [&](const auto& each) { return each.service_id == number; });
      if (!used) at->service_id = number;
    } else {
      at->service_id.reset();
    }
    const auto numbers = house.number(configuration);
    std::set<std::uint16_t> services;
    for (const config::Channel& each : configuration.channels) {
      if (!each.enabled) continue;
      EXPECT_TRUE(services.insert(numbers.at(each.id).service_id.value()).second) << round;
    }
    ASSERT_EQ(house.begun_with(configuration), numbers) << round;
  }
}

}  // namespace
}  // namespace headwater::control
