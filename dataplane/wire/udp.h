// SPDX-License-Identifier: Apache-2.0
//
// The UDP header, RFC 768, inside an IPv4 datagram. Any thread, no allocation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "dataplane/wire/ipv4.h"
#include "psi/base/bytes.h"

namespace headwater::wire {

inline constexpr std::size_t kUdpHeaderSize = 8;

class UdpView {
 public:
  // nullopt: too short for the header, or a length below the header or beyond the datagram:
  // PortCounters::drop_udp_length. Bytes behind the length are left out. `ip` is a UDP datagram.
  static std::optional<UdpView> parse(const Ipv4View& ip);

  [[nodiscard]] std::uint16_t source_port() const { return load_be16(&segment_[0]); }
  [[nodiscard]] std::uint16_t destination_port() const { return load_be16(&segment_[2]); }
  [[nodiscard]] Bytes payload() const { return segment_.subspan(kUdpHeaderSize); }
  // RFC 768: a checksum of zero says that the sender made none. PortCounters::drop_udp_checksum where false.
  [[nodiscard]] bool checksum_is_right() const;

 private:
  UdpView(Bytes segment, Ipv4Address source, Ipv4Address destination)
      : segment_(segment), source_(source), destination_(destination) {}

  Bytes segment_;
  Ipv4Address source_;
  Ipv4Address destination_;
};

}  // namespace headwater::wire
