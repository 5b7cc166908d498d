// SPDX-License-Identifier: Apache-2.0
//
// A View of a conductor in virtual time: devices as the test says, counters that the test moves, sections
// punted by hand.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/control_conduct/house.h"
#include "tests/unit/tools_headwaterd/fake_devices.h"
#include "tests/unit/tools_headwaterd/machine_clocks.h"
#include "tools/headwaterd/view.h"

namespace headwater::daemon {

namespace api = control::api;
namespace programs = control::programs;

class ViewTest : public ::testing::Test {
 protected:
  explicit ViewTest(std::size_t workers = 1) : house(2048, {}, workers) {}
  // All workers turn.
  void beat() {
    for (std::uint32_t worker = 0; worker < house.counters.max_workers(); ++worker) {
      house.counters.worker({worker}).loops.add(1);
      house.counters.worker({worker}).heartbeat.set(house.now.value);
    }
  }
  // Channel i, "ch<i>", takes input i, "in<i>"; one port "p".
  void begin(const config::Configuration& configuration) {
    configuration_ = std::make_shared<const config::Configuration>(configuration);
    ASSERT_TRUE(house.apply(configuration).empty());
    neighbours = std::make_unique<Neighbours>(*configuration_,
                                              std::vector<control::PortFact>{{"p", {0}, {}, {}}}, inject, 1);
    neighbours->take_over(*configuration_, house.now);
    watch = std::make_unique<Watch>(devices, *neighbours, house.counters);
    beat();
    watch->tick(house.now);
    view = std::make_unique<View>(ViewLinks{.configuration = configuration_,
                                            .mutex = mutex,
                                            .conductor = *house.conductor,
                                            .counters = house.counters,
                                            .watch = *watch,
                                            .neighbours = *neighbours,
                                            .file_failures = file_failures,
                                            .started = house.now,
                                            .now = [this] { return house.now; },
                                            .time = timekeeper,
                                            .settle_time = [this] { return settle_time; }});
  }
  // Channels 0 to n - 1 on air.
  void begin_on_air(std::size_t channels) {
    config::Configuration configuration = control::make_configuration(channels);
    for (config::Input& input : configuration.inputs) input.from = "10.0.0.5";
    begin_on_air(configuration);
  }
  void begin_on_air(const config::Configuration& configuration) {
    begin(configuration);
    for (std::size_t i = 0; i < configuration.inputs.size(); ++i) carry(i);
    pass(Watch::kInterval);
  }
  // A program of one video stream, a packet of which has just come.
  void carry(std::size_t input) {
    input_counters(input).datagrams.add(1);
    input_counters(input).accepted.add(1);
    input_counters(input).packets.add(1);
    input_counters(input).routed.add(1);
    input_counters(input).last_packet.set(house.now.value);
    house.carry(input, programs::pmt(1, 0, 0x101, {programs::video(0x101)}), house.now);
  }
  dataplane::InputCounters& input_counters(std::size_t input) {
    return house.counters.input(house.slot_of(input).value());
  }
  dataplane::OutputCounters& output_counters(std::size_t channel, std::size_t output = 0) {
    return house.counters.output(house.channel(channel).outputs.at(output).slot.value());
  }
  dataplane::PortCounters& port_counters() { return house.counters.port(dataplane::PortIndex{0}); }
  // A turn of control.
  void step() {
    house.step();
    beat();
    watch->tick(house.now);
  }
  void pass(Ticks27 time) {
    house.now = house.now + time;
    step();
  }

  control::House house;
  FakeDevices devices{1};
  dataplane::channel::InjectRing inject{1 << 16};
  std::map<std::string, std::string> file_failures;
  std::mutex mutex;
  // Passes only by pausing.
  std::chrono::microseconds settling{0};
  api::SettleTime settle_time{.passed = [this] { return settling; },
                              .pause = [this](std::chrono::microseconds pause) { settling += pause; }};
  test::Machine machine;
  KernelModel kernel;
  control::Log log = control::Log::to([](std::string_view) {});
  dataplane::WorkerClock clock;
  Timekeeper timekeeper{clock, clocks_of(machine, kernel), log};
  std::unique_ptr<Neighbours> neighbours;
  std::unique_ptr<Watch> watch;
  std::unique_ptr<View> view;

 private:
  std::shared_ptr<const config::Configuration> configuration_;
};

}  // namespace headwater::daemon
