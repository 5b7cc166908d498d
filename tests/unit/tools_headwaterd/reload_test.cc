// SPDX-License-Identifier: Apache-2.0
#include "tools/headwaterd/reload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace headwater::daemon {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

config::Configuration running() {
  config::Configuration configuration;
  for (const char* id : {"west", "east"}) {
    config::Port port;
    port.id = id;
    port.device = std::string("net_null_") + id;
    port.where = {"headend.yaml", 3, 1};
    configuration.ports.push_back(port);
  }
  return configuration;
}

std::vector<std::string> texts(const std::vector<config::Problem>& problems) {
  std::vector<std::string> texts;
  for (const config::Problem& problem : problems) texts.push_back(problem.to_string());
  return texts;
}

TEST(Reload, WhatMayChangeOnAirNeedsNoRestart) {
  config::Configuration next = running();
  next.headend.name = "other";
  next.headend.original_network_id = 7;
  next.ports[0].addresses.push_back({.address = "10.0.0.1", .prefix = 24, .where = {}});
  next.ports[1].vlan = 300;
  next.inputs.emplace_back().id = "new";
  next.channels.emplace_back().id = "new";
  std::swap(next.ports[0], next.ports[1]);
  EXPECT_THAT(needs_restart(running(), next), IsEmpty());
}

TEST(Reload, WhatIsTakenAtStartIsNamedWithItsPlaceAndTheValueThatRuns) {
  config::Configuration next = running();
  next.headend.memory = 4ULL << 30;
  next.headend.places["memory"] = {"headend.yaml", 9, 11};
  next.headend.workers = {2};
  next.headend.where = {"headend.yaml", 1, 1};
  next.ports[1].device = "0000:3b:00.1";
  next.ports[1].places["device"] = {"ports.yaml", 4, 13};
  const std::string way = " as it runs: `hwctl config apply --at-next-start`, then restart headwaterd";
  EXPECT_THAT(texts(needs_restart(running(), next)),
              ElementsAre("headend.yaml:1:1: headend: `workers` is [1]" + way,
                          "headend.yaml:9:11: headend: `memory` is 512M" + way,
                          "ports.yaml:4:13: port \"east\": `device` is net_null_east" + way));
}

TEST(Reload, PortsComeAndGoWithARestart) {
  config::Configuration next = running();
  next.ports[1].id = "south";
  EXPECT_THAT(texts(needs_restart(running(), next)),
              ElementsAre(HasSubstr("port \"south\" is not open"), HasSubstr("port \"east\" is open")));
}

TEST(Reload, PortsKeepTheOrderOfTheirDevices) {
  config::Configuration next = running();
  std::swap(next.ports[0], next.ports[1]);
  align_ports(running(), next);
  EXPECT_EQ(next.ports[0].id, "west");
  EXPECT_EQ(next.ports[1].id, "east");
}

}  // namespace
}  // namespace headwater::daemon
