// SPDX-License-Identifier: Apache-2.0
//
// Many configurations after one another, by chance: where they lead, and which slots pass on.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "tests/unit/control_conduct/house.h"

namespace headwater::control {
namespace {

using namespace programs;  // NOLINT(google-build-using-namespace)

// The worker is behind by some Plans, now and then: no slot that any of them has passes to another stream.
TEST(LineupChance, NoSlotPassesOnWhileAPlanThatHasItIsInUse) {
  std::minstd_rand random(5);
  const auto any = [&](std::size_t count) { return static_cast<std::size_t>(random()) % count; };
  House house(9);
  std::map<std::uint64_t, std::shared_ptr<const Plan>> plans;
  auto configuration = make_configuration(6);
  ASSERT_TRUE(house.apply(configuration).empty());
  std::size_t reused = 0;
  std::set<std::uint32_t> used;
  for (int round = 0; round < 2'000; ++round) {
    config::Input& input = configuration.inputs[any(6)];
    config::Output& output = configuration.channels[any(6)].outputs[0];
    switch (any(4)) {
      case 0:
        input.udp_port = static_cast<std::uint16_t>(5000 + 2 * any(4));
        break;
      case 1:
        input.enabled = !input.enabled;
        break;
      case 2:
        output.udp_port = static_cast<std::uint16_t>(5000 + 2 * any(4));
        break;
      default:
        std::swap(configuration.inputs[any(6)], configuration.inputs[any(6)]);
        break;
    }
    ASSERT_TRUE(house.apply(configuration).empty());
    for (std::size_t i = 0; i < 6; ++i) house.carry(i, pmt(1, 0, 0x101, {video(0x101)}), house.now);
    house.now = house.now + Conductor::kWatchInterval;
    house.conductor->step(house.now);
    const auto plan = house.conductor->plan();
    for (auto old = plans.lower_bound(house.plan_slot->in_use()); old != plans.end(); ++old) {
      for (const auto& part : plan->inputs) {
        const auto& before = old->second->inputs.at(part->slot.index);
        ASSERT_TRUE(before == nullptr || before->life == part->life) << round;
      }
      for (const auto& part : plan->outputs) {
        const auto& before = old->second->outputs.at(part->slot.index);
        ASSERT_TRUE(before == nullptr || before->id == part->id) << round;
        ASSERT_NE(plan->inputs.at(part->input.index), nullptr);
      }
    }
    for (const auto& part : plan->inputs) {
      if (!used.insert(part->slot.index).second) ++reused;
    }
    plans[plan->generation] = plan;
    if (any(3) == 0) house.plan_slot->report_in_use(plan->generation);
  }
  EXPECT_GT(reused, 1'000U);
  // And when it has caught up, all is on the air that is to be.
  for (config::Input& input : configuration.inputs) input.enabled = true;
  ASSERT_TRUE(house.apply(configuration).empty());
  for (int k = 0; k < 3; ++k) house.step();
  for (std::size_t i = 0; i < 6; ++i) house.carry(i, pmt(1, 0, 0x101, {video(0x101)}), house.now);
  house.step();
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(house.channel(i).state, ChannelState::kOnAir) << i;
}

// What a Plan says, whatever its slots, lives and generations.
std::map<std::string, std::string> said_by(const Plan& plan) {
  std::map<std::string, std::string> said;
  for (const auto& input : plan.inputs) {
    std::string& text = said["input " + input->id];
    for (std::uint16_t value = 0; value < Pid::kCount; ++value) {
      const dataplane::InputPidAction action = input->pids[Pid::from_wire(value)];
      if (action == dataplane::InputPidAction{}) continue;
      text += fmt::format("{}{}{}{} ", value, action.psi ? "p" : "", action.routed ? "r" : "",
                          action.watched ? "w" : "");
    }
  }
  for (const auto& output : plan.outputs) {
    std::string& text = said["output " + output->id];
    text = fmt::format("{} {} {} {} {} ", plan.inputs.at(output->input.index)->id, output->delay.value,
                       output->destination.ssrc, output->destination.ttl, output->drop_scrambled);
    for (std::uint16_t value = 0; value < Pid::kCount; ++value) {
      const std::uint16_t to = route_of(*output, value);
      if (to != OutputPlan::kNotRouted) text += fmt::format("{}>{} ", value, to);
    }
    for (const auto& image : output->psi) {
      for (const ts::Packet& packet : image->packets) {
        for (const std::uint8_t byte : packet) text += fmt::format("{:02x}", byte);
      }
    }
  }
  return said;
}

// Step by step a lineup comes to where a process that is started with it begins.
TEST(LineupChance, ManyChangesLeadToWhereARestartLeads) {
  std::minstd_rand random(3);
  const auto any = [&](std::size_t count) { return static_cast<std::size_t>(random()) % count; };
  House house(64);
  config::Configuration configuration = make_configuration(6);
  std::vector<std::uint8_t> versions(6);
  const auto carry = [&](std::size_t i) {
    const auto extra = static_cast<std::uint16_t>(0x110 + versions[i]);
    house.carry(i, pmt(1, versions[i], 0x101, {video(0x101), audio(extra, "deu")}), house.now);
  };
  for (int round = 0; round < 240; ++round) {
    for (std::size_t changes = 1 + any(3); changes > 0; --changes) {
      const std::size_t i = any(6);
      const auto at = std::ranges::find(configuration.channels, make_channel(i, i).id, &config::Channel::id);
      const bool there = at != configuration.channels.end();
      switch (any(8)) {
        case 0:
          if (there) {
            configuration.channels.erase(at);
          } else {
            configuration.channels.insert(
                configuration.channels.begin() +
                    static_cast<std::ptrdiff_t>(any(configuration.channels.size() + 1)),
                make_channel(i, any(6)));
          }
          break;
        case 1:
          configuration.inputs[i].udp_port = static_cast<std::uint16_t>(5000 + 2 * any(3));
          break;
        case 2:
          std::swap(configuration.inputs[i], configuration.inputs[any(6)]);
          break;
        case 3:
          versions[i] = static_cast<std::uint8_t>((versions[i] + 1) % 32);
          break;
        case 4:
          if (there) at->inputs = {input_id(any(6))};
          break;
        case 5:
          if (there) at->outputs[0].rtp = !at->outputs[0].rtp;
          break;
        case 6:
          if (there) at->outputs[0].ttl = static_cast<std::uint8_t>(1 + any(9));
          break;
        default:
          if (there) at->service_id = static_cast<std::uint16_t>(100 + i);
          break;
      }
    }
    ASSERT_TRUE(house.apply(configuration).empty());
    for (std::size_t i = 0; i < 6; ++i) carry(i);
    const auto changed = house.step();
    expect_sound(*changed);
    EXPECT_EQ(changed->outputs.size(), configuration.channels.size());
    if (round % 6 != 5) continue;
    const auto said = said_by(*changed);
    house.wake();
    ASSERT_TRUE(house.apply(configuration).empty());
    for (std::size_t i = 0; i < 6; ++i) carry(i);
    const auto begun = said_by(*house.step());
    ASSERT_EQ(said, begun) << "round " << round;
  }
}

}  // namespace
}  // namespace headwater::control
