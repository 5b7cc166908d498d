// SPDX-License-Identifier: Apache-2.0
#include "control/compile/memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace headwater::control {
namespace {

using ::testing::HasSubstr;

// 512 MiB, of which the port has 110 592 frames; what is wrong with inputs that hold so many.
std::string told(std::uint64_t held, std::uint64_t queue_frames) {
  config::Headend headend;
  headend.memory = 512ULL << 20;
  headend.places["memory"] = {"headend.yaml", 4, 11};
  const config::Port port;
  const KnownPorts ports{
      {"west",
       {&port,
        PortFact{.id = "west", .index = {}, .mac = {}, .frames = 110'592, .queue_frames = queue_frames}}}};
  MemoryNeeds needs;
  needs.add({.port = dataplane::PortIndex{}, .frames = held});
  const auto problems = needs.problems(headend, ports);
  return problems.empty() ? "" : problems.front().to_string();
}

TEST(MemoryNeeds, AQuarterStaysForQueuesAndSending) {
  EXPECT_EQ(told(82'944, 3'968), "");
  EXPECT_THAT(told(82'945, 3'968), HasSubstr("headend.yaml:4:11: "));
  EXPECT_THAT(told(82'945, 3'968), HasSubstr("has 82944 for them: set `memory` to 513M"));
}

// Sixteen workers' queues and caches hold more than the quarter.
TEST(MemoryNeeds, WhatTheQueuesOfManyWorkersHoldIsNobodyElses) {
  EXPECT_EQ(told(110'592 - 63'488, 63'488), "");
  EXPECT_THAT(told(110'592 - 63'487, 63'488), HasSubstr("has 47104 for them: set `memory` to 513M"));
  // Twice the histories take the queues' share once, not twice.
  EXPECT_THAT(told(2 * 47'104, 63'488), HasSubstr("set `memory` to 731M"));
}

TEST(MemoryNeeds, AMemoryThatTheQueuesAloneFillHasRoomForNothing) {
  EXPECT_THAT(told(1, 120'000), HasSubstr("has 0 for them"));
}

}  // namespace
}  // namespace headwater::control
