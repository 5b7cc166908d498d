// SPDX-License-Identifier: Apache-2.0
#include "tools/headwaterd/watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/tools_headwaterd/fake_devices.h"

namespace headwater::daemon {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;

Instant at_ms(std::int64_t ms) {
  return Instant{0} + Ticks27::milliseconds(ms);
}

auto down(std::size_t port, const std::string& trouble) {
  return AllOf(Field(&LinkChange::port, port), Field(&LinkChange::up, false),
               Field(&LinkChange::trouble, trouble));
}
auto up(std::size_t port) {
  return AllOf(Field(&LinkChange::port, port), Field(&LinkChange::up, true));
}

auto errors(std::uint32_t slot, const std::string& kinds) {
  return AllOf(Field(&InputChange::slot, dataplane::InputSlot{slot}), Field(&InputChange::errors, kinds));
}

struct WatchTest : ::testing::Test {
  static config::Configuration two_ports() {
    config::Configuration configuration;
    configuration.ports.resize(2);
    return configuration;
  }
  const config::Configuration configuration = two_ports();
  dataplane::channel::InjectRing inject{4096};
  Neighbours neighbours{configuration, {{"west", {0}, {}, {}}, {"east", {1}, {}, {}}}, inject, 1};
  dataplane::channel::CounterBlocks counters{2, 3, 0};
  FakeDevices devices{2};
};

TEST_F(WatchTest, APortThatIsDownAtStartIsToldOnce) {
  devices.cut(1, "interface hd1 is down: `ip link set hd1 up`");
  Watch watch(devices, neighbours, counters);
  EXPECT_THAT(watch.tick(at_ms(0)).links,
              ElementsAre(up(0), down(1, "interface hd1 is down: `ip link set hd1 up`")));
  EXPECT_THAT(watch.tick(at_ms(200)).links, IsEmpty());
  devices.mend(1);
  EXPECT_THAT(watch.tick(at_ms(250)).links, IsEmpty());  // not looked at again yet
  EXPECT_THAT(watch.tick(at_ms(300)).links, ElementsAre(up(1)));
}

TEST_F(WatchTest, WhatIsWrongWithALinkThatIsUpIsToldOnce) {
  Watch watch(devices, neighbours, counters);
  watch.tick(at_ms(0));
  devices.states[1].trouble = "an MTU of 1280";
  EXPECT_THAT(watch.tick(at_ms(100)).links,
              ElementsAre(AllOf(up(1), Field(&LinkChange::trouble, "an MTU of 1280"))));
  EXPECT_THAT(watch.tick(at_ms(200)).links, IsEmpty());
}

TEST_F(WatchTest, TheApiSeesWhatWasLookedAtLast) {
  Watch watch(devices, neighbours, counters);
  EXPECT_TRUE(watch.device(0).link_up);  // before the first turn
  devices.cut(0, "no carrier");
  watch.tick(at_ms(0));
  EXPECT_FALSE(watch.device(0).link_up);
  EXPECT_EQ(watch.device(0).trouble, "no carrier");
}

// Between the device's start and the worker's first turn its queue overflows: nobody's fault, nobody's loss.
TEST_F(WatchTest, DropsBeforeTheWorkerTurnsAreNotCounted) {
  Watch watch(devices, neighbours, counters);
  devices.states[0].drops.missed = 5000;
  watch.tick(at_ms(0));
  counters.worker().loops.add(1);
  devices.states[0].drops.missed = 6000;
  watch.tick(at_ms(100));
  EXPECT_EQ(watch.device_drops(0).total(), 0U);
  devices.states[0].drops.missed = 6007;
  watch.tick(at_ms(200));
  EXPECT_EQ(watch.device_drops(0).total(), 7U);
  EXPECT_EQ(watch.device_drops(0).missed.recent(at_ms(200)), 7U);
  EXPECT_EQ(watch.device_drops(0).missed.recent(at_ms(60'200)), 0U);
}

TEST_F(WatchTest, ScrambledIsNowWhileTheCounterMoves) {
  Watch watch(devices, neighbours, counters);
  counters.input(dataplane::InputSlot{1}).datagrams.add(1);
  watch.tick(at_ms(0));
  counters.input(dataplane::InputSlot{1}).scrambled.add(10);
  watch.tick(at_ms(100));
  EXPECT_FALSE(watch.input(dataplane::InputSlot{0}).scrambled(at_ms(100)));
  EXPECT_TRUE(watch.input(dataplane::InputSlot{1}).scrambled(at_ms(100)));
  EXPECT_FALSE(watch.input(dataplane::InputSlot{1}).scrambled(at_ms(2100)));
}

TEST_F(WatchTest, ErrorsOfAnInputAreToldByKindWhenTheyBeginAndWhenTheyAreOver) {
  Watch watch(devices, neighbours, counters);
  dataplane::InputCounters& input = counters.input(dataplane::InputSlot{1});
  input.datagrams.add(1);
  watch.tick(at_ms(0));
  input.cc_error.add(2);
  EXPECT_THAT(watch.tick(at_ms(100)).inputs, ElementsAre(errors(1, "continuity errors")));
  input.cc_error.add(1);
  EXPECT_THAT(watch.tick(at_ms(1'000)).inputs, IsEmpty()) << "they go on";
  input.pat_error.add(1);
  EXPECT_THAT(watch.tick(at_ms(2'000)).inputs, ElementsAre(errors(1, "PAT errors")));
  input.datagrams.add(1);
  EXPECT_THAT(watch.tick(at_ms(61'900)).inputs, IsEmpty());
  EXPECT_THAT(watch.tick(at_ms(62'000)).inputs, ElementsAre(errors(1, "")));
}

TEST_F(WatchTest, AnInputThatFellSilentIsNotClean) {
  Watch watch(devices, neighbours, counters);
  dataplane::InputCounters& input = counters.input(dataplane::InputSlot{1});
  input.datagrams.add(1);
  watch.tick(at_ms(0));
  input.cc_error.add(2);
  EXPECT_THAT(watch.tick(at_ms(100)).inputs, ElementsAre(errors(1, "continuity errors")));
  EXPECT_THAT(watch.tick(at_ms(61'000)).inputs, IsEmpty());
}

TEST_F(WatchTest, ALinkThatIsUpAllTheTimeDoesNotComeUp) {
  Watch watch(devices, neighbours, counters);
  EXPECT_TRUE(watch.tick(at_ms(0)).links.at(1).came_up);
  devices.states[1].trouble = "an MTU of 1280";
  EXPECT_FALSE(watch.tick(at_ms(100)).links.at(0).came_up);
  devices.cut(1, "down");
  EXPECT_FALSE(watch.tick(at_ms(200)).links.at(0).came_up);
  devices.mend(1);
  EXPECT_TRUE(watch.tick(at_ms(300)).links.at(0).came_up);
}

TEST_F(WatchTest, AWorkerThatStandsStillIsToldOnce) {
  Watch watch(devices, neighbours, counters);
  EXPECT_TRUE(watch.tick(at_ms(5'000)).workers.empty()) << "it has yet to begin";
  EXPECT_TRUE(watch.workers_turn());
  counters.worker().loops.add(1);
  counters.worker().heartbeat.set(at_ms(5'100).value);
  EXPECT_TRUE(watch.tick(at_ms(6'100)).workers.empty());
  const auto changes = watch.tick(at_ms(6'200)).workers;
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_TRUE(changes[0].stopped);
  EXPECT_FALSE(watch.workers_turn());
  EXPECT_TRUE(watch.tick(at_ms(6'300)).workers.empty());
  counters.worker().heartbeat.set(at_ms(6'400).value);
  EXPECT_TRUE(watch.tick(at_ms(6'400)).workers.empty());
  EXPECT_TRUE(watch.workers_turn());
}

// Its thread has no time from the kernel: another runs on its core at a higher priority.
TEST_F(WatchTest, AWorkerThatNeverBeginsStandsStill) {
  const dataplane::channel::CounterBlocks two(2, 3, 0, 2);
  Watch watch(devices, neighbours, two);
  EXPECT_TRUE(watch.tick(at_ms(5'000)).workers.empty());
  EXPECT_TRUE(watch.tick(at_ms(6'000)).workers.empty());
  EXPECT_TRUE(watch.workers_turn());
  EXPECT_THAT(watch.tick(at_ms(6'100)).workers,
              ElementsAre(Field(&WorkerChange::stopped, true), Field(&WorkerChange::stopped, true)));
  EXPECT_FALSE(watch.workers_turn());
  EXPECT_TRUE(watch.tick(at_ms(6'200)).workers.empty()) << "told once";
}

}  // namespace
}  // namespace headwater::daemon
