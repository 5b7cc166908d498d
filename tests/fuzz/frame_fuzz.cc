// SPDX-License-Identifier: Apache-2.0
// A whole frame of any bytes through the views of dataplane/wire, once as it is and once with the IPv4
// header's checksum put right. Every span that they hand out lies inside the frame and can be read.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <utility>
#include <vector>

#include "dataplane/wire/arp.h"
#include "dataplane/wire/checksum.h"
#include "dataplane/wire/ethernet.h"
#include "dataplane/wire/icmp.h"
#include "dataplane/wire/igmp.h"
#include "dataplane/wire/ipv4.h"
#include "dataplane/wire/rtp.h"
#include "dataplane/wire/udp.h"

namespace {

using namespace headwater::wire;
using headwater::Bytes;

void check_inside(Bytes part, Bytes whole) {
  if (part.data() < whole.data() || part.data() + part.size() > whole.data() + whole.size()) std::abort();
}

void read_datagram(const Ipv4View& ip, Bytes frame) {
  check_inside(ip.payload(), frame);
  check_inside(ip.options(), frame);
  (void)ip.has_router_alert();
  if (ip.protocol() == kProtocolIgmp) static_cast<void>(parse_igmp(ip.payload()));
  if (ip.protocol() == kProtocolIcmp) {
    headwater::ByteWriter reply;
    if (append_echo_reply(reply, ip.payload()) && reply.size() != ip.payload().size()) std::abort();
  }
  if (ip.protocol() != kProtocolUdp) return;
  const auto udp = UdpView::parse(ip);
  if (!udp) return;
  check_inside(udp->payload(), frame);
  (void)udp->checksum_is_right();
  const auto rtp = RtpView::parse(udp->payload());
  if (rtp) check_inside(rtp->payload(), udp->payload());
}

void read_frame(Bytes frame) {
  const auto ethernet = EthernetView::parse(frame);
  if (!ethernet) return;
  check_inside(ethernet->payload(), frame);
  (void)ethernet->vlan();
  if (ethernet->ether_type() == kEtherTypeArp) (void)ArpMessage::parse(ethernet->payload());
  if (ethernet->ether_type() != kEtherTypeIpv4) return;
  const auto ip = Ipv4View::parse(ethernet->payload());
  if (ip) read_datagram(*ip, frame);
}

// So that a wrong checksum does not hide what lies behind it.
void mend_ip_checksum(std::vector<std::uint8_t>& frame) {
  const auto ethernet = EthernetView::parse(frame);
  if (!ethernet || ethernet->payload().size() < kIpv4HeaderSize) return;
  const std::size_t at = ethernet->payload_offset();
  const std::size_t header = std::size_t{4} * (frame[at] & 0x0FU);
  if (header < kIpv4HeaderSize || at + header > frame.size()) return;
  headwater::store_be16(&frame[at + 10], 0);
  headwater::store_be16(&frame[at + 10], Checksum().bytes(Bytes(frame).subspan(at, header)).value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::uint8_t> frame(data, data + size);
  read_frame(frame);
  mend_ip_checksum(frame);
  read_frame(frame);
  return 0;
}
