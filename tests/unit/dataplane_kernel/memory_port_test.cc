// SPDX-License-Identifier: Apache-2.0
#include "dataplane/kernel/memory_port.h"

#include <gtest/gtest.h>

#include <array>

namespace headwater::dataplane {
namespace {

TEST(MemoryPort, FramesArriveInTheirTimeWhateverTheOrderOfTheCalls) {
  MemoryPort port;
  const std::array<std::uint8_t, 2> late{2, 2};
  const std::array<std::uint8_t, 1> early{1};
  port.arrive({200}, late);
  port.arrive({100}, early);
  EXPECT_EQ(port.next_arrival(), Instant{100});
  std::array<Frame, 4> frames;
  EXPECT_EQ(port.receive({99}, frames), 0U);
  ASSERT_EQ(port.receive({100}, frames), 1U);
  EXPECT_EQ(frames[0].length, 1U);
  EXPECT_EQ(frames[0].data[0], 1);
  ASSERT_EQ(port.receive({500}, std::span(frames).subspan(1)), 1U);
  EXPECT_EQ(frames[1].length, 2U);
  EXPECT_EQ(port.frames_in_use(), 2U);
  frames[0].pool->release(std::span(frames).first(2));
  EXPECT_EQ(port.frames_in_use(), 0U);
  EXPECT_EQ(port.next_arrival(), std::nullopt);
}

TEST(MemoryPort, WithoutFreeFramesWhatArrivesIsMissed) {
  MemoryPort port(1);
  const std::array<std::uint8_t, 1> byte{1};
  port.arrive({0}, byte);
  port.arrive({0}, byte);
  std::array<Frame, 4> frames;
  EXPECT_EQ(port.receive({0}, frames), 1U);
  EXPECT_EQ(port.missed(), 1U);
  EXPECT_EQ(port.allocate(std::span(frames).subspan(1)), 0U);
}

TEST(MemoryPort, SendsAsManyAsItsLimit) {
  MemoryPort port;
  std::array<Frame, 3> frames;
  ASSERT_EQ(port.allocate(frames), 3U);
  for (std::uint8_t i = 0; i < 3; ++i) {
    frames[i].data[0] = i;
    frames[i].length = 1;
  }
  const std::array<Instant, 3> departures{Instant{10}, Instant{11}, Instant{12}};
  port.limit_sending(2);
  EXPECT_EQ(port.send({20}, frames, departures), 2U);
  EXPECT_EQ(port.frames_in_use(), 1U);
  port.limit_sending(std::nullopt);
  EXPECT_EQ(port.send({30}, std::span(frames).subspan(2), std::span(departures).subspan(2)), 1U);
  ASSERT_EQ(port.sent().size(), 3U);
  EXPECT_EQ(port.sent()[1].bytes, std::vector<std::uint8_t>{1});
  EXPECT_EQ(port.sent()[1].departure, Instant{11});
  EXPECT_EQ(port.sent()[2].at, Instant{30});
}

}  // namespace
}  // namespace headwater::dataplane
