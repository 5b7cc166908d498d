// SPDX-License-Identifier: Apache-2.0
//
// Ethernet frames that carry UDP, and RTP and TS payloads to put into them.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "dataplane/wire/address.h"
#include "dataplane/wire/arp.h"
#include "dataplane/wire/checksum.h"
#include "dataplane/wire/ethernet.h"
#include "dataplane/wire/ipv4.h"
#include "dataplane/wire/rtp.h"
#include "psi/ts/packet.h"

namespace headwater::dataplane {

using ByteVector = std::vector<std::uint8_t>;

struct UdpSpec {
  wire::MacAddress mac{};  // destination
  std::optional<std::uint16_t> vlan{};
  wire::Ipv4Address source{0x0A000001};
  wire::Ipv4Address destination{0xEF010101};
  std::uint16_t source_port = 4000;
  std::uint16_t port = 5000;
  bool checksum = true;
  bool options = false;  // Router Alert
  ByteVector payload{};
};

inline ByteVector udp_frame(const UdpSpec& spec) {
  ByteWriter out;
  wire::append_ethernet_header(out, {.destination = spec.mac, .vlan = spec.vlan});
  const std::size_t length = 8 + spec.payload.size();
  wire::append_ipv4_header(out,
                           {.source = spec.source,
                            .destination = spec.destination,
                            .protocol = wire::kProtocolUdp,
                            .router_alert = spec.options},
                           length);
  const std::size_t at = out.size();
  out.u16(spec.source_port).u16(spec.port).u16(static_cast<std::uint16_t>(length)).u16(0).bytes(spec.payload);
  if (spec.checksum) {
    const std::uint16_t sum =
        wire::Checksum()
            .udp_pseudo_header(spec.source, spec.destination, static_cast<std::uint16_t>(length))
            .bytes(out.view().subspan(at))
            .value();
    // RFC 768: a sum of zero is sent as all ones.
    store_be16(&out.view()[at + 6], sum == 0 ? std::uint16_t{0xFFFF} : sum);
  }
  return std::move(out).take();
}

inline ByteVector arp_frame(const wire::ArpMessage& message) {
  ByteWriter out;
  wire::append_ethernet_header(out, {.destination = wire::MacAddress::broadcast(),
                                     .source = message.sender_mac,
                                     .ether_type = wire::kEtherTypeArp});
  message.append_to(out);
  wire::pad_frame(out, false);
  return std::move(out).take();
}

inline ByteVector rtp_payload(std::uint16_t sequence, Bytes ts, std::uint32_t timestamp = 0,
                              std::uint32_t ssrc = 1, std::uint8_t type = 33) {
  ByteVector bytes(wire::kRtpHeaderSize);
  wire::write_rtp_header(std::span(bytes).first<wire::kRtpHeaderSize>(),
                         {.payload_type = type, .sequence = sequence, .timestamp = timestamp, .ssrc = ssrc});
  bytes.insert(bytes.end(), ts.begin(), ts.end());
  return bytes;
}

// With all that RFC 3550 5.1 and 5.3.1 allow around a payload: two CSRC, an extension of three words,
// padding.
inline constexpr std::size_t kFullRtpHeader = wire::kRtpHeaderSize + 8 + 4 + 12;
inline ByteVector full_rtp_payload(std::uint16_t sequence, Bytes ts, std::uint32_t timestamp = 0) {
  ByteVector bytes = rtp_payload(sequence, {}, timestamp);
  bytes[0] |= 0x32;                                        // P, X, CC = 2
  for (const int byte : {0x47, 0,    0, 1, 0x47, 0, 0, 2,  // CSRC
                         0xBE, 0xDE, 0, 3,                 // RFC 8285's profile, three words
                         0x47, 1,    2, 3, 0x47, 4, 5, 6, 0x47, 7, 8, 9}) {
    bytes.push_back(static_cast<std::uint8_t>(byte));
  }
  bytes.insert(bytes.end(), ts.begin(), ts.end());
  bytes.insert(bytes.end(), {0x47, 0x47, 0x47, 4});  // four bytes of padding
  return bytes;
}

// A packet all of payload.
inline ts::Packet ts_packet(std::uint16_t pid, unsigned continuity) {
  ts::Packet packet{};
  packet.fill(0xAB);
  packet[0] = ts::kSyncByte;
  packet[1] = 0;
  ts::set_pid(packet, Pid::from_wire(pid));
  packet[3] = static_cast<std::uint8_t>(0x10 | (continuity & 0x0F));
  return packet;
}

inline ByteVector join(std::span<const ts::Packet> packets) {
  ByteVector bytes;
  for (const ts::Packet& packet : packets) bytes.insert(bytes.end(), packet.begin(), packet.end());
  return bytes;
}

}  // namespace headwater::dataplane
