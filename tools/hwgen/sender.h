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

// What the network is to blame for (no route, no link, nobody there, no room): an encoder loses the datagram
// and goes on.
[[nodiscard]] bool is_loss(int error);

class Sender {
 public:
  static std::expected<Sender, std::string> open(const PlayTarget& target,
                                                 std::optional<wire::Ipv4Address> from, unsigned ttl);
  Sender(Sender&& other) noexcept;
  Sender& operator=(Sender&&) = delete;
  ~Sender();

  // `due` makes the RTP timestamp. 0, or errno of a loss; any other error ends the play.
  std::expected<int, std::string> send(Bytes packets, Instant due);

 private:
  Sender(int socket, bool rtp) : socket_(socket), rtp_(rtp) {}

  int socket_;
  bool rtp_;
  std::uint16_t sequence_ = 1;
  std::vector<std::uint8_t> datagram_;
};

}  // namespace headwater::hwgen
