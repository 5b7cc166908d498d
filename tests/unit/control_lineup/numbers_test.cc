// SPDX-License-Identifier: Apache-2.0
#include "control/lineup/numbers.h"

#include <gtest/gtest.h>

#include <set>

namespace headwater::control {
namespace {

config::Channel channel(const std::string& id) {
  config::Channel made;
  made.id = id;
  return made;
}

struct Numbers {
  Store store = std::move(*Store::in_memory());
  std::uint32_t state = 1;

  std::map<std::string, ChannelNumbers> number(const config::Configuration& configuration) {
    std::vector<Allocation> fresh;
    auto numbers = number_channels(
        configuration, store, [this] { return state = state * 1664525U + 1013904223U; }, fresh);
    EXPECT_TRUE(store.remember(fresh).has_value());
    return numbers;
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

}  // namespace
}  // namespace headwater::control
