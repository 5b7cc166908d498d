// SPDX-License-Identifier: Apache-2.0
//
// Many encoders in one thread, cheap enough for a machine that they share with the headend: each sends the
// same constant-rate programme by RTP to a group of its own, stamped as its own, evenly spread over a
// datagram's time.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "dataplane/wire/address.h"
#include "dataplane/wire/rtp.h"
#include "psi/ts/packet.h"
#include "tests/load/load_thread.h"
#include "tests/load/stamp.h"
#include "tests/support/program_generator.h"
#include "tests/support/settop/sockets.h"

namespace headwater::test {

inline constexpr std::uint16_t kLoadPort = 5000;
// The elementary PIDs of the programme, which are those that are stamped.
inline constexpr Pid kLoadVideo = Pid::from_wire(0x101);
inline constexpr Pid kLoadAudio = Pid::from_wire(0x102);

class Encoders {
 public:
  // Sends from this address, in the caller's network namespace. Throws std::system_error.
  Encoders(const std::vector<wire::Ipv4Address>& groups, std::uint64_t rate, wire::Ipv4Address from);

  // Until it is told to stop: then every encoder has sent the same.
  void run(const std::stop_token& stop, LoadThread::Cost& cost);

  // From any thread.
  [[nodiscard]] std::uint64_t sent() const { return sent_; }        // datagrams
  [[nodiscard]] std::uint64_t refused() const { return refused_; }  // of them, by the kernel: no room
  // When run() is over.
  [[nodiscard]] std::uint32_t last_stamp() const { return stamps_; }
  [[nodiscard]] std::chrono::nanoseconds greatest_lateness() const { return greatest_lateness_; }

 private:
  static constexpr std::size_t kPackets = 7;
  static constexpr std::size_t kBatch = 64;
  struct Message {
    std::array<std::uint8_t, wire::kRtpHeaderSize + kPackets * ts::kPacketSize> bytes;
    sockaddr_in to;
    iovec vector;
  };

  void make_datagram();
  void fill(std::size_t encoder);
  void flush();

  std::vector<wire::Ipv4Address> groups_;
  ProgramGenerator generator_;
  std::chrono::nanoseconds spacing_;  // between two encoders
  settop::Socket socket_;
  std::array<Message, kBatch> messages_{};
  std::array<mmsghdr, kBatch> headers_{};
  std::size_t filled_ = 0;

  std::array<ts::Packet, kPackets> packets_{};  // of the datagram that all send now
  std::array<bool, kPackets> stamped_{};
  Instant due_;
  std::uint16_t sequence_ = 0;
  std::uint32_t stamps_ = 0;
  std::chrono::nanoseconds greatest_lateness_{0};
  std::atomic<std::uint64_t> sent_ = 0;
  std::atomic<std::uint64_t> refused_ = 0;
};

}  // namespace headwater::test
