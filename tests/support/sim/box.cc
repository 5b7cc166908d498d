// SPDX-License-Identifier: Apache-2.0
#include "tests/support/sim/box.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "dataplane/wire/ethernet.h"
#include "dataplane/wire/ipv4.h"
#include "dataplane/wire/rtp.h"
#include "dataplane/wire/udp.h"

namespace headwater::test {
namespace {

void take(const dataplane::MemoryPort::Sent& frame, wire::Ipv4Address group, std::uint16_t udp_port, bool rtp,
          std::vector<BoxDatagram>& out) {
  const auto ethernet = wire::EthernetView::parse(frame.bytes);
  ASSERT_TRUE(ethernet.has_value());
  if (ethernet->ether_type() != wire::kEtherTypeIpv4) return;
  const auto ip = wire::Ipv4View::parse(ethernet->payload());
  ASSERT_TRUE(ip.has_value());
  if (ip->destination() != group) return;
  EXPECT_EQ(ethernet->destination(), wire::MacAddress::for_group(group));
  const auto udp = wire::UdpView::parse(*ip);
  ASSERT_TRUE(udp.has_value());
  EXPECT_TRUE(udp->checksum_is_right());
  if (udp->destination_port() != udp_port) return;

  BoxDatagram datagram{frame.at, frame.departure, std::nullopt, std::nullopt, {}};
  Bytes payload = udp->payload();
  if (rtp) {
    const auto header = wire::RtpView::parse(payload);
    ASSERT_TRUE(header.has_value());
    EXPECT_EQ(header->payload_type(), wire::kRtpPayloadTypeMpeg2Ts);
    datagram.rtp_sequence = header->sequence();
    datagram.rtp_timestamp = header->timestamp();
    payload = header->payload();
  }
  ASSERT_EQ(payload.size() % ts::kPacketSize, 0U);
  ASSERT_GE(payload.size(), ts::kPacketSize);
  ASSERT_LE(payload.size(), 7 * ts::kPacketSize);
  for (std::size_t at = 0; at < payload.size(); at += ts::kPacketSize) {
    std::copy_n(payload.begin() + static_cast<std::ptrdiff_t>(at), ts::kPacketSize,
                datagram.packets.emplace_back().begin());
  }
  out.push_back(std::move(datagram));
}

}  // namespace

std::vector<BoxDatagram> received(const std::vector<dataplane::MemoryPort::Sent>& frames,
                                  wire::Ipv4Address group, std::uint16_t udp_port, bool rtp) {
  std::vector<BoxDatagram> out;
  for (const auto& frame : frames) take(frame, group, udp_port, rtp, out);
  return out;
}

std::vector<ts::Packet> packets_of(const std::vector<BoxDatagram>& datagrams) {
  std::vector<ts::Packet> packets;
  for (const BoxDatagram& datagram : datagrams) {
    packets.insert(packets.end(), datagram.packets.begin(), datagram.packets.end());
  }
  return packets;
}

std::vector<Instant> starts_on(const std::vector<BoxDatagram>& datagrams, Pid pid) {
  std::vector<Instant> out;
  for (const BoxDatagram& datagram : datagrams) {
    for (const ts::Packet& packet : datagram.packets) {
      if (Pid::from_wire(load_be16(&packet[1])) == pid && (packet[1] & 0x40) != 0) out.push_back(datagram.at);
    }
  }
  return out;
}

}  // namespace headwater::test
