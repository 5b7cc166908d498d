// SPDX-License-Identifier: Apache-2.0
//
// Datagrams as an encoder sends them and as a set-top box gets them: whole frames from TS packets, and back.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "dataplane/kernel/memory_port.h"
#include "dataplane/wire/address.h"
#include "psi/base/bytes.h"
#include "psi/base/ticks.h"
#include "psi/ts/packet.h"

namespace headwater::test {

struct RtpHeader {
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;
  std::uint32_t ssrc = 0x1234;
  friend bool operator==(const RtpHeader&, const RtpHeader&) = default;
};

struct Flow {
  wire::Ipv4Address source;
  wire::Ipv4Address group;
  std::uint16_t port = 0;
};

// A frame with right lengths and checksums.
[[nodiscard]] std::vector<std::uint8_t> make_frame(const Flow& flow, Bytes payload,
                                                   std::optional<RtpHeader> rtp = {});

// What a box's socket would give: checked like a kernel does (lengths, checksums, no fragment).
struct ReceivedDatagram {
  Instant at;         // as the wire had it
  Instant departure;  // when it was due
  wire::MacAddress destination_mac;
  wire::Ipv4Address source, group;
  std::uint16_t source_port = 0, port = 0;
  std::uint8_t ttl = 0, dscp = 0;
  std::optional<RtpHeader> rtp;
  std::vector<ts::Packet> packets;
  friend bool operator==(const ReceivedDatagram&, const ReceivedDatagram&) = default;
};

// nullopt: not a UDP datagram of TS packets, or one that a kernel would drop.
[[nodiscard]] std::optional<ReceivedDatagram> receive_frame(const dataplane::MemoryPort::Sent& frame,
                                                            bool rtp);

}  // namespace headwater::test
