// SPDX-License-Identifier: Apache-2.0
//
// A thousand channels: a change of one shares all other parts; lineups made by chance compile or say why not.
#include <gtest/gtest.h>

#include <random>

#include "tests/unit/control_conduct/house.h"

namespace headwater::control {
namespace {

using namespace programs;  // NOLINT(google-build-using-namespace)

TEST(Scale, OneChannelOfAThousandChangesAndAllOtherPartsAreShared) {
  constexpr std::size_t kChannels = 1000;
  House house(kChannels);
  ASSERT_TRUE(house.apply(make_configuration(kChannels)).empty());
  for (std::size_t i = 0; i < kChannels; ++i) house.carry(i, pmt(1, 0, 0x101, {video(0x101)}), at_ms(0));
  const auto before = house.step();
  ASSERT_EQ(before->outputs.size(), kChannels);
  house.punt(500, 0x20, pmt(1, 1, 0x101, {video(0x101), audio(0x102, "deu")}), at_ms(77));
  const auto after = house.step();
  ASSERT_EQ(after->outputs.size(), kChannels);
  for (std::uint32_t i = 0; i < kChannels; ++i) {
    ASSERT_NE(after->outputs.at(i), nullptr);
    ASSERT_NE(after->inputs.at(i), nullptr);
    EXPECT_EQ(after->outputs.at(i) == before->outputs.at(i), i != 500) << i;
    EXPECT_EQ(after->inputs.at(i) == before->inputs.at(i), i != 500) << i;
  }
  // The same by the operator: a rename.
  auto configuration = make_configuration(kChannels);
  configuration.channels[7].name = "Neu";
  ASSERT_TRUE(house.apply(configuration).empty());
  const auto renamed = house.conductor->plan();
  for (std::uint32_t i = 0; i < kChannels; ++i) {
    EXPECT_EQ(renamed->outputs.at(i) == after->outputs.at(i), i != 7) << i;
    EXPECT_EQ(renamed->inputs.at(i), after->inputs.at(i)) << i;
  }
}

class Chance {
 public:
  explicit Chance(unsigned seed) : engine_(seed) {}
  std::uint32_t bits() { return static_cast<std::uint32_t>(engine_()); }
  std::uint16_t below(std::uint32_t n) { return static_cast<std::uint16_t>(bits() % n); }
  bool one_in(std::uint32_t n) { return below(n) == 0; }
  // Mostly few PIDs, so that they meet; now and then any.
  Pid any_pid() {
    return Pid::from_wire(one_in(4) ? below(0x2000) : static_cast<std::uint16_t>(0x10 + below(0x30)));
  }

 private:
  std::mt19937 engine_;
};

psi::Pmt::Stream any_stream(Chance& chance) {
  constexpr std::array<std::uint8_t, 9> kTypes{0x02, 0x03, 0x06, 0x0F, 0x1B, 0x24, 0x05, 0x86, 0xFF};
  psi::Pmt::Stream stream{kTypes[chance.below(kTypes.size())], chance.any_pid(), {}};
  if (chance.one_in(2)) stream.descriptors.push_back(language(chance.one_in(2) ? "deu" : "eng"));
  if (chance.one_in(3)) stream.descriptors.push_back({0x6A, {0x00}});
  if (chance.one_in(9)) stream.descriptors.push_back(ca(chance.below(0xFFFF), chance.any_pid().value()));
  if (chance.one_in(20)) stream.descriptors.push_back({0x09, {0x01}});
  if (chance.one_in(30))
    stream.descriptors.push_back({0x80, std::vector<std::uint8_t>(chance.below(256), 0x55)});
  return stream;
}

config::Channel any_channel(Chance& chance, std::size_t i) {
  config::Channel channel = make_channel(i, chance.one_in(20) ? 9 : chance.below(4));
  if (chance.one_in(30)) channel.inputs.clear();
  if (chance.one_in(3)) channel.program = static_cast<std::uint16_t>(1 + chance.below(4));
  if (chance.one_in(5)) channel.service_id = static_cast<std::uint16_t>(1 + chance.below(10));
  if (chance.one_in(3)) channel.streams.languages = {"deu"};
  if (chance.one_in(4)) channel.streams.keep = {"video", "audio"};
  if (chance.one_in(9)) channel.streams.drop = {chance.any_pid(), chance.any_pid()};
  if (chance.one_in(9)) channel.streams.only = {chance.any_pid(), chance.any_pid()};
  if (chance.one_in(2)) channel.pids.mode = config::PidPlan::Mode::kAllocate;
  channel.pids.first = chance.one_in(3) ? chance.any_pid().value() : std::uint16_t{0x100};
  if (chance.one_in(4)) channel.pids.pmt = chance.any_pid();
  if (chance.one_in(4)) channel.pids.video = chance.any_pid();
  while (chance.one_in(2)) channel.pids.map.insert_or_assign(chance.any_pid().value(), chance.any_pid());
  if (chance.one_in(2)) channel.scrambled = config::Channel::Scrambled::kPass;
  if (chance.one_in(20)) channel.enabled = false;
  if (chance.one_in(4)) channel.outputs.push_back(channel.outputs[0]);
  for (config::Output& output : channel.outputs) {
    output.rtp = chance.one_in(2);
    output.keep_nulls = chance.one_in(5);
    if (chance.one_in(20)) output.group = "224.0.0.9";
    if (chance.one_in(20)) output.port = "missing";
    if (chance.one_in(10)) output.group = "239.9.9.9";
    if (chance.one_in(10)) output.udp_port = chance.below(0xFFFF);
  }
  return channel;
}

TEST(Scale, AThousandLineupsByChanceCompileOrSayWhyNot) {
  std::size_t on_air = 0;
  std::size_t not_on_air = 0;
  for (unsigned seed = 0; seed < 250; ++seed) {
    Chance chance(seed);
    House house(16);
    // Four lineups over one store and one house: changes by the operator and by the inputs, and a restart.
    for (int turn = 0; turn < 4; ++turn) {
      config::Configuration configuration = make_configuration(0);
      for (std::size_t i = 0; i < 4; ++i) {
        configuration.inputs.push_back(make_input(i));
        if (chance.one_in(10)) configuration.inputs.back().enabled = false;
        if (chance.one_in(20)) configuration.inputs.back().group = "232.1.0.1";
      }
      const std::size_t channels = 1 + chance.below(6);
      for (std::size_t i = 0; i < channels; ++i) configuration.channels.push_back(any_channel(chance, i));
      if (turn == 3) house.wake();
      ASSERT_TRUE(house.apply(configuration).empty());
      for (std::size_t input = 0; input < 4; ++input) {
        psi::Pat table = pat(static_cast<std::uint8_t>(chance.below(32)), {});
        for (std::uint16_t number = 0, n = 1 + chance.below(chance.one_in(2) ? 1 : 4); number < n; ++number)
          table.programs.push_back({static_cast<std::uint16_t>(1 + chance.below(4)), chance.any_pid()});
        if (chance.one_in(20)) table.programs.clear();
        house.punt(input, 0x00, table, house.now);
        for (const auto& program : table.programs) {
          std::vector<psi::Pmt::Stream> streams;
          for (std::uint32_t n = chance.below(7); n != 0; --n) streams.push_back(any_stream(chance));
          psi::Pmt theirs = pmt(program.number, static_cast<std::uint8_t>(chance.below(32)),
                                chance.any_pid().value(), streams);
          if (chance.one_in(9)) theirs.descriptors.push_back(ca(0x0648, chance.any_pid().value()));
          if (!psi::encode(theirs)) continue;
          house.punt(input, program.pmt_pid.value(), theirs, house.now);
        }
        if (chance.one_in(2))
          house.punt(input, 0x11, sdt(0, {service(1 + chance.below(4), "N", "P")}), house.now);
      }
      const auto plan = house.step();
      ASSERT_NE(plan, nullptr);
      std::set<std::string> tables_alone;
      for (const ChannelStatus& status : house.conductor->channels()) {
        if (status.on_air == nullptr) tables_alone.insert(status.config->id);
      }
      expect_sound(*plan, tables_alone);
      ASSERT_FALSE(HasFailure()) << "seed " << seed << " turn " << turn;
      for (const ChannelStatus& status : house.conductor->channels()) {
        const bool well = status.state == ChannelState::kOnAir;
        EXPECT_EQ(status.reason.empty(), well) << status.reason;
        ++(well ? on_air : not_on_air);
      }
    }
  }
  // Neither side of the question went unasked.
  EXPECT_GT(on_air, 500U);
  EXPECT_GT(not_on_air, 500U);
}

}  // namespace
}  // namespace headwater::control
