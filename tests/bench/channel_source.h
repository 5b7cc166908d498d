// SPDX-License-Identifier: Apache-2.0
//
// The datagrams of many like channels: constant rate, video with PCRs, audio, PAT and PMT, continuity
// counters that go on. Cheap to make, so that a bench can make them between what it measures. Virtual time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "dataplane/plan/plan.h"
#include "psi/base/bytes.h"
#include "psi/base/ticks.h"

namespace headwater::bench {

// 4 Mb/s: a packet lasts exactly this, a datagram seven times as long.
inline constexpr Ticks27 kPacketTime{10152};
inline constexpr std::size_t kPacketsPerDatagram = 7;
inline constexpr Ticks27 kDatagramTime = kPacketTime * kPacketsPerDatagram;
// Ethernet, IPv4, UDP and seven packets.
inline constexpr std::size_t kFrameSize = 14 + 20 + 8 + kPacketsPerDatagram * 188;

class ChannelSource {
 public:
  explicit ChannelSource(std::uint32_t channels);

  // A Plan that takes each channel in at port 0 and gives it out, its PIDs moved and its tables new, at
  // port 1.
  [[nodiscard]] dataplane::Plan plan() const;

  // The next datagram of all: channels take turns, a datagram's time divided evenly among them.
  [[nodiscard]] Instant next_arrival() const;
  // Writes that datagram's frame of kFrameSize bytes, and goes on to the one after it.
  void write(MutableBytes frame);

 private:
  struct Channel {
    std::vector<std::uint8_t> headers;                    // Ethernet, IPv4, UDP: the same each time
    std::uint64_t packet = 0;                             // made so far
    std::uint8_t video = 0, audio = 0, pat = 0, pmt = 0;  // continuity counters
  };

  void write_packet(Channel& channel, std::span<std::uint8_t, ts::kPacketSize> at);

  std::vector<Channel> channels_;
  std::shared_ptr<const dataplane::PsiImage> pat_, pmt_;
  ts::Packet video_, audio_;
  std::uint64_t number_ = 0;  // of the next datagram
};

}  // namespace headwater::bench
