// SPDX-License-Identifier: Apache-2.0
//
// Many configurations after one another, by chance: where they lead, and which slots pass on.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <utility>

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
  std::size_t passed_on = 0;
  std::map<std::uint32_t, std::uint64_t> lives;  // the last of each slot
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
    for (auto old = plans.lower_bound(house.plan_ring->in_use()); old != plans.end(); ++old) {
      for (const auto& part : plan->inputs) {
        const auto& before = old->second->inputs.at(part->slot.index);
        if (before == nullptr) continue;
        ASSERT_EQ(before->life, part->life) << round;
        ASSERT_EQ(before->id, part->id) << round;
        ASSERT_EQ(before->match, part->match) << round;
      }
      for (const auto& part : plan->outputs) {
        const auto& before = old->second->outputs.at(part->slot.index);
        ASSERT_TRUE(before == nullptr || before->id == part->id) << round;
        ASSERT_NE(plan->inputs.at(part->input.index), nullptr);
      }
    }
    for (const auto& part : plan->inputs) {
      const std::uint64_t before = std::exchange(lives[part->slot.index], part->life);
      if (before != 0 && before != part->life) ++passed_on;
    }
    plans[plan->generation] = plan;
    if (any(3) == 0) {
      // It may have adopted this one and still wait for a packet with an older one.
      const std::uint64_t oldest = house.plan_ring->in_use();
      while (house.take_plan() != nullptr) {
      }
      house.plan_ring->report(plan->generation, oldest + any(plan->generation - oldest + 1));
    }
  }
  EXPECT_GT(passed_on, 300U);
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
    const dataplane::InputMatch& match = input->match.value();
    text = fmt::format("{} {}:{} from {} ", match.port.index, match.destination.to_string(), match.udp_port,
                       match.source ? match.source->to_string() : "any");
    for (std::uint16_t value = 0; value < Pid::kCount; ++value) {
      const dataplane::InputPidAction action = input->pids[Pid::from_wire(value)];
      if (action == dataplane::InputPidAction{}) continue;
      text += fmt::format("{}{}{}{} ", value, action.psi ? "p" : "", action.routed ? "r" : "",
                          action.watched ? "w" : "");
    }
  }
  for (const auto& output : plan.outputs) {
    std::string& text = said["output " + output->id];
    const dataplane::Destination& goes = output->destination;
    text =
        fmt::format("{} {} {} {} {} {}:{} from {}:{} {} {} ", plan.inputs.at(output->input.index)->id,
                    output->delay.value, output->drop_scrambled, goes.rtp, goes.ssrc, goes.group.to_string(),
                    goes.group_port, goes.source.to_string(), goes.source_port, goes.ttl, goes.dscp);
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
  const auto carry = [&](House& by, std::size_t i) {
    const auto extra = static_cast<std::uint16_t>(0x110 + versions[i]);
    by.carry(i, pmt(1, versions[i], 0x101, {video(0x101), audio(extra, "deu")}), by.now);
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
    for (std::size_t i = 0; i < 6; ++i) carry(house, i);
    const auto changed = house.step();
    expect_sound(*changed);
    EXPECT_EQ(changed->outputs.size(), configuration.channels.size());
    if (round % 6 != 5) continue;
    House begun(house);
    ASSERT_TRUE(begun.apply(configuration).empty());
    for (std::size_t i = 0; i < 6; ++i) carry(begun, i);
    ASSERT_EQ(said_by(*changed), said_by(*begun.step())) << "round " << round;
  }
}

}  // namespace
}  // namespace headwater::control
