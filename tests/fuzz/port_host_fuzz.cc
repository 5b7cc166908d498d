// SPDX-License-Identifier: Apache-2.0
// Any frame to a port's station, with the checksums of IPv4 and of its payload put right, and then time until
// it has said all. Every frame that it sends is whole, its counters add up, and it comes to rest.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "control/membership/port_host.h"
#include "dataplane/wire/checksum.h"
#include "dataplane/wire/ethernet.h"
#include "dataplane/wire/ipv4.h"

namespace {

using namespace headwater;

void mend_checksums(std::vector<std::uint8_t>& frame) {
  const auto ethernet = wire::EthernetView::parse(frame);
  if (!ethernet || ethernet->payload().size() < wire::kIpv4HeaderSize) return;
  const std::size_t at = ethernet->payload_offset();
  const std::size_t header = std::size_t{4} * (frame[at] & 0x0FU);
  const std::size_t total = load_be16(&frame[at + 2]);
  if (header < wire::kIpv4HeaderSize || total < header + 4 || at + total > frame.size()) return;
  store_be16(&frame[at + 10], 0);
  store_be16(&frame[at + 10], wire::Checksum().bytes(Bytes(frame).subspan(at, header)).value());
  const MutableBytes payload = MutableBytes(frame).subspan(at + header, total - header);
  store_be16(&payload[2], 0);
  store_be16(&payload[2], wire::Checksum().bytes(payload).value());
}

void check_sent(Bytes frame) {
  const auto ethernet = wire::EthernetView::parse(frame);
  if (frame.size() < wire::kMinimumFrameSize || frame.size() > 1518 || !ethernet) std::abort();
  if (ethernet->ether_type() == wire::kEtherTypeIpv4 && !wire::Ipv4View::parse(ethernet->payload()))
    std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 1514) return 0;
  control::PortHost host({.mac = {{0x02, 0, 0, 0, 0, 1}}, .addresses = {{0x0A01000A}}}, check_sent);
  Instant now{27'000'000};
  host.link_up(now);
  host.set_memberships(now,
                       std::vector<control::Membership>{{.group = {0xEF0A0101}, .source = {}},
                                                        {.group = {0xE8010101}, .source = {{0x0A010005}}}});
  std::vector<std::uint8_t> frame(data, data + size);
  host.handle_frame(now, frame);
  mend_checksums(frame);
  host.handle_frame(now, frame);

  const control::PortHostCounters& c = host.counters();
  if (c.frames != c.arp + c.igmp + c.icmp + c.not_for_us + c.bad_ethernet + c.bad_ip + c.other_protocol)
    std::abort();
  int ticks = 0;
  for (auto next = host.next_deadline(); next; next = host.next_deadline()) {
    if (*next < now || ++ticks > 100) std::abort();
    now = *next;
    host.tick(now);
  }
  if (!host.settled()) std::abort();
  return 0;
}
