// SPDX-License-Identifier: Apache-2.0
//
// A set-top box at a memory port: the datagrams of one group, taken apart. Headers that a real one would
// refuse are test failures.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "dataplane/kernel/memory_port.h"
#include "dataplane/wire/address.h"
#include "psi/ts/packet.h"

namespace headwater::test {

struct BoxDatagram {
  Instant at;         // as the wire had it
  Instant departure;  // when it was due
  std::optional<std::uint16_t> rtp_sequence;
  std::optional<std::uint32_t> rtp_timestamp;
  std::vector<ts::Packet> packets;
  friend bool operator==(const BoxDatagram&, const BoxDatagram&) = default;
};

// What a box that has joined `group` saw of the frames.
[[nodiscard]] std::vector<BoxDatagram> received(const std::vector<dataplane::MemoryPort::Sent>& frames,
                                                wire::Ipv4Address group, std::uint16_t udp_port, bool rtp);

[[nodiscard]] std::vector<ts::Packet> packets_of(const std::vector<BoxDatagram>& datagrams);

// Instants at which a table begins on `pid`: packets with payload_unit_start_indicator.
[[nodiscard]] std::vector<Instant> starts_on(const std::vector<BoxDatagram>& datagrams, Pid pid);

}  // namespace headwater::test
