// SPDX-License-Identifier: Apache-2.0
//
// A kernel socket that sends TS datagrams to one address, with an RTP header where asked for. One thread.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "psi/base/bytes.h"
#include "psi/base/ticks.h"
#include "tools/hwgen/play_options.h"

namespace headwater::hwgen {

class Sender {
 public:
  static std::expected<Sender, std::string> open(const PlayTarget& target,
                                                 std::optional<wire::Ipv4Address> from, unsigned ttl);
  Sender(Sender&& other) noexcept;
  Sender& operator=(Sender&&) = delete;
  ~Sender();

  // `due` makes the RTP timestamp. The error is the kernel's.
  std::expected<void, std::string> send(Bytes packets, Instant due);

 private:
  Sender(int socket, bool rtp) : socket_(socket), rtp_(rtp) {}

  int socket_;
  bool rtp_;
  std::uint16_t sequence_ = 1;
  std::vector<std::uint8_t> datagram_;
};

}  // namespace headwater::hwgen
