// SPDX-License-Identifier: Apache-2.0
//
// What a lineup may bring to a port against the port's rate, to the bit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/model/check.h"
#include "tests/unit/config_yaml/problems.h"

namespace headwater::config {
namespace {

using testing::HasSubstr;

// Seven packets of 188 bytes in UDP, IP, Ethernet with preamble and gap: 1316 in 1382 bytes.
constexpr std::uint64_t kRate = 20'000'000;
constexpr std::uint64_t kUdp = kRate * 1382 / 1316;
constexpr std::uint64_t kRtp = kRate * 1394 / 1316;
constexpr std::uint64_t kTagged = kRate * 1386 / 1316;

class Rates : public testing::Test {
 protected:
  Rates() {
    for (const char* id : {"west", "east"}) {
      Port& port = c.ports.emplace_back();
      port.id = id;
      port.device = id;
      port.addresses.emplace_back().address = c.ports.size() == 1 ? "10.1.0.10" : "10.2.0.10";
      port.places["rate"] = {"f", static_cast<unsigned>(c.ports.size()), 9};
    }
    add_input("in");
    add_channel("in");
  }
  void add_input(const std::string& id) {
    Input& input = c.inputs.emplace_back();
    input.id = id;
    input.port = "west";
    input.group = "239.1.1." + std::to_string(c.inputs.size());
    input.udp_port = 5000;
    input.max_rate = kRate;
    input.places["max_rate"] = {"f", static_cast<unsigned>(10 + c.inputs.size()), 5};
  }
  Channel& add_channel(const std::string& input) {
    Channel& channel = c.channels.emplace_back();
    const auto number = static_cast<unsigned>(c.channels.size());
    channel.id = channel.name = "ch" + std::to_string(number);
    channel.number = number;
    channel.inputs = {input};
    Output& output = channel.outputs.emplace_back();
    output.group = "239.2.1." + channel.id.substr(2);
    output.udp_port = 5000;
    output.port = "east";
    return channel;
  }
  // That east takes this and not a bit less.
  void expect_east_needs(std::uint64_t rate) {
    c.ports[1].rate = rate;
    EXPECT_EQ(all(check(c).errors), "");
    c.ports[1].rate = rate - 1;
    EXPECT_THAT(all(check(c).errors), HasSubstr("f:2:9: port \"east\": outputs of up to"));
  }

  Configuration c;
};

TEST_F(Rates, OneOutputIsWhatItIsOnTheWire) {
  expect_east_needs(kUdp);
  c.channels[0].outputs[0].rtp = true;
  expect_east_needs(kRtp);
  c.channels[0].outputs[0].rtp = false;
  c.ports[1].vlan = 300;
  expect_east_needs(kTagged);
}

TEST_F(Rates, OutputsAddUp) {
  add_input("in2");
  add_channel("in2");
  expect_east_needs(2 * kUdp);
  c.channels[0].outputs.push_back(c.channels[0].outputs[0]);
  c.channels[0].outputs[1].udp_port = 5002;
  expect_east_needs(3 * kUdp);
}

TEST_F(Rates, ProgramsShareWhatTheirInputBrings) {
  c.channels[0].program = 1;
  add_channel("in").program = 2;
  expect_east_needs(kUdp);
  add_channel("in").program = 2;
  expect_east_needs(2 * kUdp);
}

TEST_F(Rates, WhatIsParkedOrElsewhereDoesNotCount) {
  add_input("in2");
  add_channel("in2");
  c.channels[1].enabled = false;
  expect_east_needs(kUdp);
  c.channels[1].enabled = true;
  c.inputs[1].enabled = false;
  expect_east_needs(kUdp);
  c.inputs[1].enabled = true;
  c.channels[1].outputs[0].port = "west";
  expect_east_needs(kUdp);
}

TEST_F(Rates, AFileGoesOutAtItsOwnRate) {
  Input& file = c.inputs[0];
  file.kind = Input::Kind::kFile;
  file.port = file.group = "";
  file.file_rate = kRate;
  file.max_rate = 40'000'000;
  file.places.clear();
  expect_east_needs(kUdp);
}

TEST_F(Rates, InputsAddUpOnTheirPort) {
  add_input("in2");
  add_channel("in2");
  c.inputs[1].kind = Input::Kind::kRtp;
  c.ports[0].rate = kUdp + kRtp;
  EXPECT_EQ(all(check(c).errors), "");
  c.ports[0].rate = kUdp + kRtp - 1;
  EXPECT_EQ(
      all(check(c).errors),
      "f:1:9: port \"west\": inputs of up to 42.2 Mb/s on the wire do not fit its 42.2 Mb/s: move channels "
      "to "
      "another port, lower the `max_rate` of inputs or raise `rate`; the most is of input \"in2\", 21.2 Mb/s "
      "(f:12:5)\n");
}

TEST_F(Rates, TheDefaultIsNoPromise) {
  c.inputs[0].places.clear();
  c.ports[1].rate = kUdp;
  EXPECT_EQ(all(check(c).warnings), "");
  c.ports[1].rate = kUdp - 1;
  EXPECT_EQ(all(check(c).errors), "");
  EXPECT_THAT(all(check(c).warnings),
              HasSubstr("if inputs without a `max_rate` bring as much as they may (21.0 Mb/s "
                        "of it): say what they bring"));
  add_input("in2");
  add_channel("in2");
  EXPECT_THAT(all(check(c).errors), HasSubstr("outputs of up to 42.0 Mb/s"))
      << "what is said is too much by itself";
}

TEST_F(Rates, APortThatSaysNoneTakesAll) {
  c.inputs[0].max_rate = 1'000'000'000'000;
  EXPECT_EQ(all(check(c).errors), "");
}

}  // namespace
}  // namespace headwater::config
