// SPDX-License-Identifier: Apache-2.0
//
// What one port writes, another reads back, in the same time.
#include "dataplane/kernel/pcap_port.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>

namespace headwater::dataplane {
namespace {

struct PcapPortTest : testing::Test {
  ~PcapPortTest() override { std::filesystem::remove(path); }
  static void send(PcapPort& port, Instant now, std::uint8_t mark, std::uint32_t length) {
    std::array<Frame, 1> frames;
    ASSERT_EQ(port.allocate(frames), 1U);
    std::fill_n(frames[0].data, length, mark);
    frames[0].length = length;
    const std::array<Instant, 1> departures{now};
    EXPECT_EQ(port.send(now, frames, departures), 1U);
  }
  std::string path =
      (std::filesystem::temp_directory_path() /
       (std::string("headwater-") + testing::UnitTest::GetInstance()->current_test_info()->name() + "-" +
        std::to_string(getpid()) + ".pcap"))
          .string();
};

TEST_F(PcapPortTest, WhatIsSentArrivesAgainInItsTime) {
  {
    const auto out = PcapPort::open({.receive = std::nullopt, .send = path});
    ASSERT_TRUE(out.has_value()) << out.error();
    send(**out, Instant{1'000'000}, 0xA1, 60);
    send(**out, Instant{1'000'000} + Ticks27::seconds(2) + Ticks27{27}, 0xB2, 1358);
    EXPECT_TRUE((*out)->finished());
  }
  const auto in = PcapPort::open({.receive = path, .send = std::nullopt});
  ASSERT_TRUE(in.has_value()) << in.error();
  std::array<Frame, 8> frames;
  const Instant start{5'000'000'000};
  EXPECT_EQ((*in)->next_arrival(), std::nullopt);
  ASSERT_EQ((*in)->receive(start, frames), 1U);
  EXPECT_EQ(frames[0].length, 60U);
  EXPECT_EQ(frames[0].data[59], 0xA1);
  const Instant second = start + Ticks27::seconds(2) + Ticks27{27};
  ASSERT_EQ((*in)->next_arrival(), second);
  EXPECT_EQ((*in)->receive(second - Ticks27{1}, frames), 0U);
  ASSERT_EQ((*in)->receive(second, frames), 1U);
  EXPECT_EQ(frames[0].length, 1358U);
  EXPECT_EQ(frames[0].data[0], 0xB2);
  EXPECT_TRUE((*in)->finished());
}

TEST_F(PcapPortTest, ErrorsNameTheFile) {
  const auto missing = PcapPort::open({.receive = path, .send = std::nullopt});
  ASSERT_FALSE(missing.has_value());
  EXPECT_THAT(missing.error(), testing::HasSubstr(path));
  std::ofstream(path) << "this is no capture at all";
  const auto garbage = PcapPort::open({.receive = path, .send = std::nullopt});
  ASSERT_FALSE(garbage.has_value());
  EXPECT_THAT(garbage.error(), testing::HasSubstr(path + ": unknown file format"));
}

}  // namespace
}  // namespace headwater::dataplane
