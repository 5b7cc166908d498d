// SPDX-License-Identifier: Apache-2.0
//
// All headers of an output's datagrams, Ethernet [802.1Q] IPv4 UDP [RTP]: made once, then copied before each
// payload with lengths, IP identification, checksums and RTP's counters patched. The sums of what never
// changes are kept, so that a datagram costs a copy of at most 58 bytes, a few stores and, where the UDP
// checksum is computed, one pass over the payload. Immutable once made; any thread; no allocation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "dataplane/wire/address.h"
#include "dataplane/wire/checksum.h"
#include "dataplane/wire/ethernet.h"
#include "dataplane/wire/ipv4.h"
#include "dataplane/wire/rtp.h"
#include "dataplane/wire/udp.h"
#include "psi/base/bytes.h"

namespace headwater::wire {

struct DatagramFields {
  MacAddress source_mac{};
  MacAddress destination_mac{};  // MacAddress::for_group of the destination, or a neighbour's
  Ipv4Address source{};
  Ipv4Address destination{};
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::optional<std::uint16_t> vlan{};
  std::uint8_t vlan_priority = 0;
  std::uint8_t ttl = 16;
  std::uint8_t dscp = 34;
  std::optional<std::uint32_t> rtp_ssrc{};  // none: no RTP header
  std::uint8_t rtp_payload_type = kRtpPayloadTypeMpeg2Ts;
};

enum class UdpChecksum : std::uint8_t {
  kComputed,      // over the payload that already lies behind the headers
  kPseudoHeader,  // the pseudo header's sum alone, for a device that adds the rest
  kNone,          // zero, RFC 768
};

// What differs from one datagram to the next; the rtp_* are not used where there is no RTP header.
struct DatagramVariables {
  std::uint16_t identification = 0;
  std::uint16_t rtp_sequence = 0;
  std::uint32_t rtp_timestamp = 0;
  bool rtp_marker = false;
};

class DatagramTemplate {
 public:
  static constexpr std::size_t kMaximumSize =
      kEthernetHeaderSize + kVlanTagSize + kIpv4HeaderSize + kUdpHeaderSize + kRtpHeaderSize;

  explicit DatagramTemplate(const DatagramFields& fields);

  // Bytes of all headers: the payload begins here.
  [[nodiscard]] std::size_t size() const { return size_; }
  // Ethernet's part of it: 14, or 18 with a tag.
  [[nodiscard]] std::size_t ip_offset() const { return ip_; }

  // `frame` is the whole frame; its payload, from size() to its end, is already written, and together with
  // the headers from IPv4 on is at most 65535 bytes long. frame.size() >= size().
  void write_headers(MutableBytes frame, const DatagramVariables& variables, UdpChecksum checksum) const;

 private:
  std::array<std::uint8_t, kMaximumSize> bytes_{};
  std::size_t ip_ = 0;
  std::size_t udp_ = 0;
  std::size_t size_ = 0;
  bool rtp_ = false;
  Checksum ip_sum_;      // of the IPv4 header but total_length, identification and checksum
  Checksum pseudo_sum_;  // of the UDP pseudo header but its length
  Checksum udp_sum_;     // of ports and of the RTP header's fixed fields
};

}  // namespace headwater::wire
