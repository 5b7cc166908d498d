// SPDX-License-Identifier: Apache-2.0
//
// An encoder and the network behind it: packets of a ProgramGenerator in datagrams that arrive at a memory
// port, with delay, jitter and faults of the test's choice.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "dataplane/kernel/memory_port.h"
#include "dataplane/wire/address.h"
#include "psi/base/bytes.h"
#include "psi/ts/packet.h"
#include "tests/support/program_generator.h"

namespace headwater::test {

struct Carriage {
  wire::Ipv4Address group{0xEFC80101};   // 239.200.1.1
  wire::Ipv4Address source{0x0A010005};  // 10.1.0.5
  std::uint16_t udp_port = 5000;
  bool rtp = false;
  std::uint16_t first_sequence = 100;
  std::size_t packets_per_datagram = 7;
  // How packets lie in a datagram: back to back, or with other bytes between them, so many of those in front.
  std::size_t stride = ts::kPacketSize;
  std::size_t prefix = 0;
  // Makes the RTP packet around a payload, where it is to have more than the plain header.
  std::function<std::vector<std::uint8_t>(std::uint16_t sequence, std::uint32_t timestamp, Bytes payload)>
      rtp_packet;
  // What the network does to the n-th datagram: how long it is under way; nullopt: it is lost.
  std::function<std::optional<Ticks27>(std::uint64_t n)> network = [](std::uint64_t) {
    return Ticks27::milliseconds(1);
  };
  bool keeps_order = false;  // a datagram that was overtaken holds up those behind it, as a queue does
};

class Sender {
 public:
  Sender(StreamPlan stream, Carriage carriage, dataplane::MemoryPort& port);

  // Everything that the encoder sends before `until`; a datagram leaves when its last packet is made. Those
  // that the network does not lose are kept in sent(), or go to the sink.
  void send_until(Instant until);
  // The encoder is silent until then: what it makes is thrown away.
  void silent_until(Instant until);
  [[nodiscard]] ProgramGenerator& generator() { return generator_; }
  [[nodiscard]] const std::vector<ts::Packet>& sent() const { return sent_; }
  void on_sent(std::function<void(const TimedPacket&)> sink) { sink_ = std::move(sink); }

 private:
  void send();

  ProgramGenerator generator_;
  Carriage carriage_;
  dataplane::MemoryPort& port_;
  std::optional<TimedPacket> next_;
  std::vector<TimedPacket> datagram_;
  std::vector<ts::Packet> sent_;
  std::function<void(const TimedPacket&)> sink_;
  std::uint64_t number_ = 0;
  Instant last_arrival_;
};

// An Ethernet frame around a UDP payload, as the network delivers it.
[[nodiscard]] std::vector<std::uint8_t> udp_frame(const Carriage& carriage, Bytes payload,
                                                  std::uint16_t rtp_sequence = 0,
                                                  std::uint32_t rtp_timestamp = 0);

}  // namespace headwater::test
