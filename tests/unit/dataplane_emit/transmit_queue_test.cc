// SPDX-License-Identifier: Apache-2.0
//
// Frames wait for a device that takes some, all or none, in order, and are released exactly once.
#include "dataplane/emit/transmit_queue.h"

#include <gmock/gmock.h>

#include <array>
#include <vector>

namespace headwater::dataplane {
namespace {

using testing::ElementsAre;

struct CountingPool : FramePool {
  void release(std::span<const Frame> frames) override {
    for (const Frame& frame : frames) released.push_back(frame.port);
  }
  std::vector<std::uint32_t> released;
};

// Takes `room` frames and no more.
struct NarrowPort : Port {
  std::size_t receive(Instant /*now*/, std::span<Frame> /*frames*/) override { return 0; }
  std::size_t allocate(std::span<Frame> /*frames*/) override { return 0; }
  std::size_t send(Instant /*now*/, std::span<const Frame> frames,
                   std::span<const Instant> departures) override {
    EXPECT_EQ(frames.size(), departures.size());
    std::size_t taken = 0;
    for (; taken < frames.size() && room > 0; ++taken, --room) sent.push_back(frames[taken].port);
    return taken;
  }
  std::size_t room = 0;
  std::vector<std::uint32_t> sent;
};

struct TransmitQueueTest : testing::Test {
  void push(std::uint32_t number, std::uint32_t output) {
    Frame frame;
    frame.pool = &pool;
    frame.port = number;  // tells the frames apart
    queue.push(frame, {number}, {OutputSlot{output}, 7, 1358});
  }
  void send() {
    queue.send({0}, port, [this](const FrameOrigin& origin, Instant departure) {
      EXPECT_EQ(origin.packets, 7);
      departures.push_back(departure.value);
    });
  }
  CountingPool pool;
  NarrowPort port;
  TransmitQueue queue{4};
  std::vector<std::int64_t> departures;
};

TEST_F(TransmitQueueTest, KeepsWhatTheDeviceDidNotTake) {
  for (std::uint32_t i = 1; i <= 4; ++i) push(i, 0);
  EXPECT_TRUE(queue.full());
  port.room = 3;
  send();
  EXPECT_THAT(port.sent, ElementsAre(1, 2, 3));
  EXPECT_THAT(departures, ElementsAre(1, 2, 3));
  push(5, 0);
  push(6, 0);  // wraps
  port.room = 10;
  send();
  EXPECT_THAT(port.sent, ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_EQ(queue.size(), 0U);
  EXPECT_TRUE(pool.released.empty());  // sent frames are the device's
}

TEST_F(TransmitQueueTest, DropsOneOutputAndKeepsTheOrderOfTheRest) {
  push(1, 0);
  push(2, 1);
  push(3, 0);
  push(4, 2);
  const TransmitQueue::Dropped dropped = queue.drop({0});
  EXPECT_EQ(dropped.packets, 14U);
  EXPECT_EQ(dropped.frames, 2U);
  EXPECT_THAT(pool.released, ElementsAre(1, 3));
  port.room = 10;
  send();
  EXPECT_THAT(port.sent, ElementsAre(2, 4));
}

TEST_F(TransmitQueueTest, ReleasesWhatItHoldsAtItsEnd) {
  {
    TransmitQueue other(2);
    Frame frame;
    frame.pool = &pool;
    frame.port = 9;
    other.push(frame, {0}, {});
  }
  EXPECT_THAT(pool.released, ElementsAre(9));
}

}  // namespace
}  // namespace headwater::dataplane
