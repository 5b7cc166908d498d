// SPDX-License-Identifier: Apache-2.0
//
// After a restart over the same store, everything has its number again.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <map>
#include <string>

#include "tests/unit/control_conduct/house.h"

namespace headwater::control {
namespace {

using namespace programs;  // NOLINT(google-build-using-namespace)

config::Configuration lineup() {
  config::Configuration configuration = make_configuration(6);
  for (std::size_t i = 0; i < 6; ++i) {
    config::Channel& channel = configuration.channels[i];
    if (i % 2 == 0) channel.pids.mode = config::PidPlan::Mode::kAllocate;
    channel.outputs[0].rtp = true;
  }
  return configuration;
}

psi::Pmt carried(std::size_t i, std::uint8_t version) {
  return pmt(static_cast<std::uint16_t>(i + 1), version, 0x101,
             {video(0x101), audio(0x102, "deu"), ac3(0x103, "deu"), audio(0x104, "eng")});
}

// All but slots and generations, which are the process's own.
struct Numbers {
  std::vector<std::uint16_t> routes;
  Read read;
  std::uint32_t ssrc;
  std::uint16_t sequence;
};
std::map<std::string, Numbers> numbers_of(const Plan& plan) {
  std::map<std::string, Numbers> numbers;
  for (const auto& output : plan.outputs) {
    Numbers& own = numbers[output->id];
    for (std::uint16_t in = 0; in < Pid::kCount; ++in) own.routes.push_back(route_of(*output, in));
    own.read = read_tables(*output);
    own.ssrc = output->destination.ssrc;
    own.sequence = output->destination.first_sequence;
  }
  return numbers;
}

TEST(Restart, KeepsAllNumbers) {
  House house;
  ASSERT_TRUE(house.apply(lineup()).empty());
  // Some history: versions and PIDs that a fresh house would not give.
  for (std::size_t i = 0; i < 6; ++i)
    house.carry(i, pmt(static_cast<std::uint16_t>(i + 1), 0, 0x101, {audio(0x105, "fra"), video(0x101)}),
                at_ms(0));
  house.step();
  for (std::size_t i = 0; i < 6; ++i) house.punt(i, 0x20, carried(i, 1), at_ms(100));
  const auto before = numbers_of(*house.step());
  ASSERT_EQ(before.size(), 6U);
  EXPECT_EQ(before.at("ch0/p/239.1.0.1:5000").read.pmt->version, 1);

  house.wake();
  auto reordered = lineup();
  std::swap(reordered.channels[0], reordered.channels[5]);
  ASSERT_TRUE(house.apply(reordered).empty());
  // The inputs are heard in another order, too, and the last only after the others are on air.
  for (const std::size_t i : {4U, 2U, 0U, 1U, 5U}) house.carry(i, carried(i, 1), at_ms(10));
  house.step();
  house.carry(3, carried(3, 1), at_ms(400));
  const auto plan = house.step();
  expect_sound(*plan);
  const auto after = numbers_of(*plan);
  ASSERT_EQ(after.size(), 6U);
  for (const auto& [id, own] : before) {
    EXPECT_EQ(after.at(id).routes, own.routes) << id;
    EXPECT_EQ(after.at(id).read.pat, own.read.pat) << id;
    EXPECT_EQ(after.at(id).read.pmt, own.read.pmt) << id;
    EXPECT_EQ(after.at(id).read.sdt, own.read.sdt) << id;
    EXPECT_EQ(after.at(id).ssrc, own.ssrc) << id;
    EXPECT_EQ(after.at(id).sequence, own.sequence) << id;
  }
}

TEST(Restart, WhatChangedMeanwhileIsSteppedOnce) {
  House house;
  ASSERT_TRUE(house.apply(make_configuration(1)).empty());
  house.carry(0, pmt(1, 0, 0x101, {video(0x101)}), at_ms(0));
  house.step();
  house.wake();
  ASSERT_TRUE(house.apply(make_configuration(1)).empty());
  house.carry(0, pmt(1, 0, 0x101, {video(0x101), audio(0x102, "deu")}), at_ms(0));
  const Read read = read_tables(*output_of(*house.step(), "ch0"));
  EXPECT_EQ(read.pmt->version, 1);
  EXPECT_EQ(read.pat->version, 0);
  EXPECT_EQ(read.sdt->version, 0);
}

// The SDT comes up to 2 s after the PMT: ours must not go out without what theirs says, and then with it, at
// each start.
TEST(Restart, TheSdtWaitsForTheInputsAndKeepsItsVersion) {
  House house;
  const auto start = [&] {
    ASSERT_TRUE(house.apply(make_configuration(1)).empty());
    house.punt(0, 0x00, pat(0, {{1, 0x20}}), house.now);
    house.punt(0, 0x20, pmt(1, 0, 0x101, {video(0x101)}), house.now);
    const auto first = output_of(*house.step(), "ch0");
    ASSERT_NE(first, nullptr) << "on air without it";
    EXPECT_EQ(first->psi.size(), 2U);
    house.now = house.now + Ticks27::milliseconds(1900);
    house.punt(0, 0x11, sdt(0, {service(1, "Eins", "ARD")}), house.now);
    const auto second = output_of(*house.step(), "ch0");
    ASSERT_EQ(second->psi.size(), 3U);
    EXPECT_EQ(read_tables(*second).sdt->version, 0);
  };
  start();
  house.wake();
  start();
}

TEST(Restart, AnInputWithoutSdtGetsOursAfterAWhile) {
  House house;
  ASSERT_TRUE(house.apply(make_configuration(1)).empty());
  house.punt(0, 0x00, pat(0, {{1, 0x20}}), house.now);
  house.punt(0, 0x20, pmt(1, 0, 0x101, {video(0x101)}), house.now);
  EXPECT_EQ(output_of(*house.step(), "ch0")->psi.size(), 2U);
  house.now = house.now + Conductor::kSdtPatience;
  const auto output = output_of(*house.step(), "ch0");
  ASSERT_EQ(output->psi.size(), 3U);
  EXPECT_EQ(output->effective_from, kAtOnce);
}

// Two channels' numbers meet a full disk, and nothing new comes afterwards.
TEST(Restart, WhatTheDiskRefusedIsWrittenWhenItCan) {
  const std::filesystem::path directory =
      std::filesystem::temp_directory_path() / ("headwater_restart_" + std::to_string(getpid()));
  House house;
  house.store = Store::open(directory).value();
  rlimit whole{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &whole), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{.rlim_cur = 4096, .rlim_max = whole.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  EXPECT_TRUE(house.apply(make_configuration(2)).empty());
  for (std::size_t i = 0; i < 2; ++i) house.carry(i, pmt(1, 0, 0x101, {video(0x101)}), at_ms(0));
  for (const Instant end = house.now + Conductor::kWriteAgain * 3; house.now < end;) house.step();
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &whole), 0);
  std::signal(SIGXFSZ, handler);
  const auto said = [&house](const char* event) {
    return std::ranges::count_if(
        house.lines, [event](const std::string& line) { return line.find(event) != std::string::npos; });
  };
  EXPECT_EQ(said("event=store.write_failed"), 1);
  EXPECT_EQ(said("event=store.written"), 0);
  EXPECT_FALSE(Store::open(directory)->find("service_id", "ch1", "").has_value());

  for (const Instant end = house.now + Conductor::kWriteAgain; house.now <= end;) house.step();
  EXPECT_EQ(said("event=store.written"), 1);
  const auto reader = Store::open(directory);
  EXPECT_EQ(reader->find("service_id", "ch1", ""), house.channel(1).numbers->service_id);
  EXPECT_TRUE(reader->find("version", "ch1", "pmt").has_value());
  std::filesystem::remove_all(directory);
}

TEST(Restart, BeforeItsTablesAChannelIsNotOnAir) {
  House house;
  ASSERT_TRUE(house.apply(make_configuration(1)).empty());
  EXPECT_TRUE(house.step()->outputs.empty());
  EXPECT_EQ(house.channel(0).state, ChannelState::kWaiting);
}

}  // namespace
}  // namespace headwater::control
