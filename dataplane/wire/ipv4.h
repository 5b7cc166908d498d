// SPDX-License-Identifier: Apache-2.0
//
// The IPv4 header, RFC 791. Ipv4View::parse checks everything that can be wrong with it, in the order of its
// error's values; fragments are refused, since nothing here reassembles. Any thread; the view allocates
// nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>

#include "dataplane/wire/address.h"
#include "psi/base/bytes.h"

namespace headwater::wire {

inline constexpr std::uint8_t kProtocolIcmp = 1;
inline constexpr std::uint8_t kProtocolIgmp = 2;
inline constexpr std::uint8_t kProtocolUdp = 17;
inline constexpr std::size_t kIpv4HeaderSize = 20;  // without options

enum class Ipv4Error : std::uint8_t {
  kTruncated,  // fewer bytes than the header, or than total_length says: PortCounters::drop_truncated
  kHeader,     // version, IHL, or a total_length below the header: drop_ip_header
  kChecksum,   // drop_ip_checksum
  kFragment,   // MF or an offset: drop_fragment
};

class Ipv4View {
 public:
  // `bytes` may be longer than the datagram (Ethernet pads): what lies behind total_length is left out.
  static std::expected<Ipv4View, Ipv4Error> parse(Bytes bytes);

  [[nodiscard]] Ipv4Address source() const { return {load_be32(&datagram_[12])}; }
  [[nodiscard]] Ipv4Address destination() const { return {load_be32(&datagram_[16])}; }
  [[nodiscard]] std::uint8_t protocol() const { return datagram_[9]; }
  [[nodiscard]] std::uint8_t ttl() const { return datagram_[8]; }
  [[nodiscard]] std::uint8_t dscp() const { return static_cast<std::uint8_t>(datagram_[1] >> 2); }
  [[nodiscard]] std::uint16_t identification() const { return load_be16(&datagram_[4]); }
  [[nodiscard]] std::size_t header_size() const { return header_size(datagram_); }
  [[nodiscard]] Bytes options() const {
    return datagram_.subspan(kIpv4HeaderSize, header_size() - kIpv4HeaderSize);
  }
  // RFC 2113.
  [[nodiscard]] bool has_router_alert() const;
  [[nodiscard]] Bytes payload() const { return datagram_.subspan(header_size()); }

 private:
  explicit Ipv4View(Bytes datagram) : datagram_(datagram) {}
  static std::size_t header_size(Bytes datagram) { return std::size_t{4} * (datagram[0] & 0x0FU); }

  Bytes datagram_;
};

struct Ipv4Fields {
  Ipv4Address source{};
  Ipv4Address destination{};
  std::uint8_t protocol = kProtocolUdp;
  std::uint8_t ttl = 64;
  std::uint8_t dscp = 0;
  std::uint16_t identification = 0;
  bool router_alert = false;  // RFC 2113: makes the header 24 bytes
};

// A header with its checksum, don't-fragment set, for a payload of that length.
// write returns its size.
std::size_t write_ipv4_header(MutableBytes at, const Ipv4Fields& fields, std::size_t payload_length);
void append_ipv4_header(ByteWriter& out, const Ipv4Fields& fields, std::size_t payload_length);

}  // namespace headwater::wire
