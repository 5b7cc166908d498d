// SPDX-License-Identifier: Apache-2.0
#include "tests/support/headend/datagrams.h"

#include <algorithm>

#include "dataplane/wire/datagram_template.h"
#include "dataplane/wire/ethernet.h"
#include "dataplane/wire/ipv4.h"
#include "dataplane/wire/rtp.h"
#include "dataplane/wire/udp.h"

namespace headwater::test {

std::vector<std::uint8_t> make_frame(const Flow& flow, Bytes payload, std::optional<RtpHeader> rtp) {
  wire::DatagramFields fields;
  fields.source_mac = wire::MacAddress{{0x02, 0, 0, 0, 0, 0x05}};
  fields.destination_mac = wire::MacAddress::for_group(flow.group);
  fields.source = flow.source;
  fields.destination = flow.group;
  fields.source_port = 4000;
  fields.destination_port = flow.port;
  if (rtp) fields.rtp_ssrc = rtp->ssrc;
  const wire::DatagramTemplate headers(fields);
  std::vector<std::uint8_t> frame(headers.size());
  frame.insert(frame.end(), payload.begin(), payload.end());
  wire::DatagramVariables variables;
  if (rtp) {
    variables.rtp_sequence = rtp->sequence;
    variables.rtp_timestamp = rtp->timestamp;
  }
  headers.write_headers(frame, variables, wire::UdpChecksum::kComputed);
  return frame;
}

std::optional<ReceivedDatagram> receive_frame(const dataplane::MemoryPort::Sent& frame, bool rtp) {
  const auto ethernet = wire::EthernetView::parse(frame.bytes);
  if (!ethernet || ethernet->ether_type() != 0x0800) return std::nullopt;
  const auto ip = wire::Ipv4View::parse(ethernet->payload());
  if (!ip || ip->protocol() != 17) return std::nullopt;
  const auto udp = wire::UdpView::parse(*ip);
  if (!udp || !udp->checksum_is_right()) return std::nullopt;

  ReceivedDatagram datagram;
  datagram.at = frame.at;
  datagram.departure = frame.departure;
  datagram.destination_mac = ethernet->destination();
  datagram.source = ip->source();
  datagram.group = ip->destination();
  datagram.source_port = udp->source_port();
  datagram.port = udp->destination_port();
  datagram.ttl = ip->ttl();
  datagram.dscp = ip->dscp();
  Bytes payload = udp->payload();
  if (rtp) {
    const auto header = wire::RtpView::parse(payload);
    if (!header) return std::nullopt;
    datagram.rtp = RtpHeader{header->sequence(), header->timestamp(), header->ssrc()};
    payload = header->payload();
  }
  if (payload.empty() || payload.size() % ts::kPacketSize != 0) return std::nullopt;
  for (std::size_t at = 0; at < payload.size(); at += ts::kPacketSize) {
    std::copy_n(payload.begin() + static_cast<std::ptrdiff_t>(at), ts::kPacketSize,
                datagram.packets.emplace_back().begin());
  }
  return datagram;
}

}  // namespace headwater::test
