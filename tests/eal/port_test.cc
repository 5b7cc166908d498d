// SPDX-License-Identifier: Apache-2.0
//
// The port's contract on real mbufs: what is received, allocated, sent and released is in balance, down to
// the last frame of the pool.
#include "dataplane/dpdk/port.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <vector>

#include "psi/base/bytes.h"
#include "tests/eal/environment.h"

namespace headwater::dataplane::dpdk {
namespace {

namespace fs = std::filesystem;

constexpr Instant kNow{0};

void release(std::span<const Frame> frames) {
  if (!frames.empty()) frames.front().pool->release(frames);
}

// Writes `size` bytes that tell which frame they are.
void fill(Frame& frame, std::uint8_t tag, std::uint32_t size) {
  for (std::uint32_t i = 0; i < size; ++i) frame.data[i] = static_cast<std::uint8_t>(tag + i);
  frame.length = size;
}

std::size_t send_all(DpdkPort& port, std::span<const Frame> frames) {
  const std::vector<Instant> departures(frames.size());
  return port.queue(0).send(kNow, frames, departures);
}

TEST_F(EalTest, AllocatedFramesHaveRoomAndGoBack) {
  const auto port = open("net_null0");
  const std::size_t before = port->frames_free();
  std::array<Frame, 200> frames;
  ASSERT_EQ(port->queue(0).allocate(frames), frames.size());
  EXPECT_EQ(port->frames_free(), before - frames.size());
  for (Frame& frame : frames) {
    ASSERT_NE(frame.data, nullptr);
    EXPECT_EQ(frame.length, 0U);
    EXPECT_EQ(frame.port, 0U);
    fill(frame, 0x47, Port::kFrameRoom);
  }
  release(frames);
  EXPECT_EQ(port->frames_free(), before);
}

TEST_F(EalTest, EmptyPoolGivesWhatItHas) {
  const auto port = open("net_null0");
  const std::size_t all = port->frames_free();
  std::vector<Frame> frames(all + 10);
  const std::size_t got = port->queue(0).allocate(frames);
  EXPECT_EQ(got, all);
  std::array<Frame, 1> more;
  EXPECT_EQ(port->queue(0).allocate(more), 0U);
  release(std::span(frames).first(got));
  EXPECT_EQ(port->frames_free(), all);
}

TEST_F(EalTest, RingGivesBackWhatWasSentInOrder) {
  const auto port = open("net_ring0", 2);
  const std::size_t before = port->frames_free();
  std::array<Frame, 150> frames;  // more than one burst
  ASSERT_EQ(port->queue(0).allocate(frames), frames.size());
  for (std::size_t i = 0; i < frames.size(); ++i) {
    fill(frames[i], static_cast<std::uint8_t>(i), 60 + static_cast<std::uint32_t>(i));
  }
  ASSERT_EQ(send_all(*port, frames), frames.size());

  std::vector<Frame> received;
  std::array<Frame, 100> burst;
  for (std::size_t count = port->queue(0).receive(kNow, burst); count > 0;
       count = port->queue(0).receive(kNow, burst)) {
    received.insert(received.end(), burst.begin(), burst.begin() + static_cast<std::ptrdiff_t>(count));
  }
  ASSERT_EQ(received.size(), frames.size());
  for (std::size_t i = 0; i < received.size(); ++i) {
    EXPECT_EQ(received[i].length, 60 + i);
    EXPECT_EQ(received[i].data[0], static_cast<std::uint8_t>(i));
    EXPECT_EQ(received[i].data[59], static_cast<std::uint8_t>(i + 59));
    EXPECT_EQ(received[i].port, 2U);
  }
  release(received);
  EXPECT_EQ(port->frames_free(), before);
}

TEST_F(EalTest, FullRingLeavesTheRestToTheCaller) {
  const auto port = open("net_ring0");
  const std::size_t before = port->frames_free();
  std::vector<Frame> frames(3000);  // the ring holds 1023
  ASSERT_EQ(port->queue(0).allocate(frames), frames.size());
  for (Frame& frame : frames) fill(frame, 1, 60);
  const std::size_t sent = send_all(*port, frames);
  EXPECT_GT(sent, 0U);
  EXPECT_LT(sent, frames.size());
  release(std::span(frames).subspan(sent));
  EXPECT_EQ(port->frames_free(), before - sent);

  std::array<Frame, 64> burst;
  std::size_t received = 0;
  for (std::size_t count = port->queue(0).receive(kNow, burst); count > 0;
       count = port->queue(0).receive(kNow, burst)) {
    received += count;
    release(std::span(burst).first(count));
  }
  EXPECT_EQ(received, sent);
  EXPECT_EQ(port->frames_free(), before);
}

TEST_F(EalTest, FrameMayLeaveByAnotherPortAndBeginElsewhere) {
  const auto west = open("net_ring0", 0);
  const auto east = open("net_ring1", 1);
  const std::size_t west_before = west->frames_free();
  const std::size_t east_before = east->frames_free();
  std::array<Frame, 1> frame;
  ASSERT_EQ(west->queue(0).allocate(frame), 1U);
  fill(frame[0], 10, 100);
  ASSERT_EQ(send_all(*west, frame), 1U);
  ASSERT_EQ(west->queue(0).receive(kNow, frame), 1U);
  frame[0].data += 12;  // a header of 12 bytes is gone
  frame[0].length -= 12;
  ASSERT_EQ(send_all(*east, frame), 1U);
  ASSERT_EQ(east->queue(0).receive(kNow, frame), 1U);
  EXPECT_EQ(frame[0].length, 88U);
  EXPECT_EQ(frame[0].data[0], 22);
  EXPECT_EQ(frame[0].port, 1U);
  release(frame);
  EXPECT_EQ(west->frames_free(), west_before);
  EXPECT_EQ(east->frames_free(), east_before);
}

// Each worker's queues are of their own, and all give back to one pool.
TEST_F(EalTest, APortHasQueuesForEachWorker) {
  const std::array<PortCounters*, 3> workers{&counters[0], &counters[1], &counters[2]};
  auto opened = DpdkPort::open(
      {.id = "west", .device = "net_null0,size=1358", .memory = 64ULL << 20, .index = {}}, workers);
  ASSERT_TRUE(opened) << opened.error();
  DpdkPort& port = **opened;
  // At least the 1024 that wait in each one's send queue.
  EXPECT_GT(port.frames_in_queues(), workers.size() * 1024);
  EXPECT_LT(port.frames_in_queues(), port.frames_total());
  const std::size_t before = port.frames_free();
  std::array<Frame, 64> frames;
  for (std::size_t worker = 0; worker < workers.size(); ++worker) {
    ASSERT_EQ(port.queue(worker).receive(kNow, frames), frames.size()) << worker;
    const std::size_t other = (worker + 1) % workers.size();
    const std::array<Instant, 64> departures{};
    EXPECT_EQ(port.queue(other).send(kNow, frames, departures), frames.size()) << other;
  }
  EXPECT_EQ(port.frames_free(), before);
  EXPECT_EQ(port.statistics().sent, 3 * 64U);
}

TEST_F(EalTest, NullDeviceSwallowsAndCounts) {
  const auto port = open("net_null0,size=1358");
  const std::size_t before = port->frames_free();
  std::array<Frame, 64> frames;
  ASSERT_EQ(port->queue(0).receive(kNow, frames), frames.size());
  for (const Frame& frame : frames) EXPECT_EQ(frame.length, 1358U);
  EXPECT_EQ(send_all(*port, frames), frames.size());
  EXPECT_EQ(port->frames_free(), before);
  EXPECT_EQ(port->statistics().received, 64U);
  EXPECT_EQ(port->statistics().sent, 64U);
  EXPECT_TRUE(port->link().up);
  EXPECT_EQ(port->link().trouble, "");
  EXPECT_EQ(port->link_bps(), 10'000'000'000U);  // the driver's word for it
}

// No virtual device has pause frames.
TEST_F(EalTest, ADeviceIsToldToLetEverythingThrough) {
  const auto ring = open("net_ring0", 0);
  EXPECT_EQ(ring->driver(), "net_ring");
  EXPECT_EQ(ring->reception(), Reception::kPromiscuous);
  EXPECT_EQ(ring->pause_frames(), PauseFrames::kUnknown);
  const auto null = open("net_null0", 1);
  EXPECT_EQ(null->driver(), "net_null");
  EXPECT_EQ(null->reception(), Reception::kPromiscuous);
  EXPECT_EQ(null->pause_frames(), PauseFrames::kUnknown);
}

TEST_F(EalTest, PortOpensAgainAfterItsEnd) {
  for (int i = 0; i < 3; ++i) {
    const auto port = open("net_ring0");
    std::array<Frame, 1> frame;
    ASSERT_EQ(port->queue(0).allocate(frame), 1U);
    release(frame);
  }
}

// pcap files, little-endian, microseconds, Ethernet (LINKTYPE 1).
void put_u32(std::string& out, std::uint32_t value) {
  for (unsigned shift = 0; shift < 32; shift += 8) out += static_cast<char>((value >> shift) & 0xFF);
}
std::string pcap_of(const std::vector<std::string>& frames) {
  std::string out;
  put_u32(out, 0xA1B2C3D4);  // magic
  put_u32(out, 0x00040002);  // version 2.4
  put_u32(out, 0);           // zone
  put_u32(out, 0);           // accuracy
  put_u32(out, 65535);       // snapshot length
  put_u32(out, 1);           // Ethernet
  for (const std::string& frame : frames) {
    put_u32(out, 0);  // seconds
    put_u32(out, 0);  // microseconds
    put_u32(out, static_cast<std::uint32_t>(frame.size()));
    put_u32(out, static_cast<std::uint32_t>(frame.size()));
    out += frame;
  }
  return out;
}

class PcapTest : public EalTest {
 protected:
  PcapTest() {
    std::string name = (fs::temp_directory_path() / "headwater-pcap-XXXXXX").string();
    folder = mkdtemp(name.data());
  }
  ~PcapTest() override { fs::remove_all(folder); }
  [[nodiscard]] std::string device(const std::vector<std::string>& frames) const {
    std::ofstream(folder / "in.pcap", std::ios::binary) << pcap_of(frames);
    return "net_pcap0,rx_pcap=" + (folder / "in.pcap").string() +
           ",tx_pcap=" + (folder / "out.pcap").string();
  }
  fs::path folder;
};

TEST_F(PcapTest, FileInFileOut) {
  const std::vector<std::string> frames{std::string(60, 'a'), std::string(1358, 'b'), std::string(1514, 'c')};
  {
    const auto port = open(device(frames));
    const std::size_t before = port->frames_free();
    std::array<Frame, 8> received;
    ASSERT_EQ(port->queue(0).receive(kNow, received), frames.size());
    EXPECT_EQ(send_all(*port, std::span(received).first(frames.size())), frames.size());
    EXPECT_EQ(port->frames_free(), before);
  }
  std::ifstream in(folder / "out.pcap", std::ios::binary);
  const std::string written{std::istreambuf_iterator<char>(in), {}};
  std::size_t at = 24;  // the file's header
  for (const std::string& frame : frames) {
    at += 16;  // the frame's header
    EXPECT_EQ(written.substr(at, frame.size()), frame);
    at += frame.size();
  }
  EXPECT_EQ(written.size(), at);
}

TEST_F(PcapTest, FramesLongerThanOneBufferAreDroppedAndCounted) {
  const auto port = open(device({std::string(60, 'a'), std::string(5000, 'j'), std::string(61, 'b')}));
  const std::size_t before = port->frames_free();
  std::array<Frame, 8> received;
  ASSERT_EQ(port->queue(0).receive(kNow, received), 2U);
  EXPECT_EQ(received[0].length, 60U);
  EXPECT_EQ(received[1].length, 61U);
  EXPECT_EQ(counters[0].drop_multi_segment.get(), 1U);
  EXPECT_EQ(counters[0].received.get(), 1U);
  EXPECT_EQ(counters[0].received_bytes.get(), 5000U);
  release(std::span(received).first(2));
  EXPECT_EQ(port->frames_free(), before);
}

}  // namespace
}  // namespace headwater::dataplane::dpdk
