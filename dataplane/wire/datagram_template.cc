// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/datagram_template.h"

#include <algorithm>
#include <utility>

namespace headwater::wire {

DatagramTemplate::DatagramTemplate(const DatagramFields& fields) : rtp_(fields.rtp_ssrc.has_value()) {
  const MutableBytes out(bytes_);
  ip_ = write_ethernet_header(out, {.destination = fields.destination_mac,
                                    .source = fields.source_mac,
                                    .vlan = fields.vlan,
                                    .priority = fields.vlan_priority,
                                    .ether_type = kEtherTypeIpv4});
  udp_ = ip_ + write_ipv4_header(out.subspan(ip_),
                                 {.source = fields.source,
                                  .destination = fields.destination,
                                  .protocol = kProtocolUdp,
                                  .ttl = fields.ttl,
                                  .dscp = fields.dscp},
                                 0);
  store_be16(&bytes_[udp_], fields.source_port);
  store_be16(&bytes_[udp_ + 2], fields.destination_port);
  size_ = udp_ + kUdpHeaderSize;
  if (rtp_) {
    write_rtp_header(std::span<std::uint8_t, kRtpHeaderSize>(&bytes_[size_], kRtpHeaderSize),
                     {.payload_type = fields.rtp_payload_type, .ssrc = *fields.rtp_ssrc});
    size_ += kRtpHeaderSize;
  }

  store_be16(&bytes_[ip_ + 2], 0);   // total_length
  store_be16(&bytes_[ip_ + 10], 0);  // header checksum
  const Bytes bytes(bytes_);
  ip_sum_.bytes(bytes.subspan(ip_, kIpv4HeaderSize));
  pseudo_sum_.udp_pseudo_header(fields.source, fields.destination, 0);
  udp_sum_.bytes(bytes.subspan(udp_, size_ - udp_));
}

void DatagramTemplate::write_headers(MutableBytes frame, const DatagramVariables& variables,
                                     UdpChecksum checksum) const {
  std::copy_n(bytes_.begin(), size_, frame.begin());
  const auto ip_length = static_cast<std::uint16_t>(frame.size() - ip_);
  const auto udp_length = static_cast<std::uint16_t>(frame.size() - udp_);

  std::uint8_t* const ip = &frame[ip_];
  store_be16(ip + 2, ip_length);
  store_be16(ip + 4, variables.identification);
  store_be16(ip + 10, Checksum(ip_sum_).u16(ip_length).u16(variables.identification).value());

  std::uint8_t* const udp = &frame[udp_];
  store_be16(udp + 4, udp_length);
  const std::uint16_t marker = variables.rtp_marker ? 0x0080 : 0;
  if (rtp_) {
    std::uint8_t* const rtp = udp + kUdpHeaderSize;
    rtp[1] = static_cast<std::uint8_t>(rtp[1] | marker);
    store_be16(rtp + 2, variables.rtp_sequence);
    store_be32(rtp + 4, variables.rtp_timestamp);
  }
  switch (checksum) {
    case UdpChecksum::kNone:
      return;
    case UdpChecksum::kPseudoHeader:
      store_be16(udp + 6, Checksum(pseudo_sum_).u16(udp_length).folded());
      return;
    case UdpChecksum::kComputed:
      break;
  }
  Checksum sum = pseudo_sum_;
  sum.u16(udp_length).u16(udp_length).u16(udp_sum_.folded());  // once in the pseudo header, once in UDP's own
  if (rtp_) sum.u16(marker).u16(variables.rtp_sequence).u32(variables.rtp_timestamp);
  sum.bytes(frame.subspan(size_));
  // RFC 768: a computed zero is sent as all ones, since zero says "none".
  const std::uint16_t value = sum.value();
  store_be16(udp + 6, value == 0 ? std::uint16_t{0xFFFF} : value);
}

}  // namespace headwater::wire
