// SPDX-License-Identifier: Apache-2.0
#include "tests/system/raw_frames.h"

#include <fmt/format.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "dataplane/wire/checksum.h"
#include "dataplane/wire/datagram_template.h"

namespace headwater::test {
namespace {

// Locally administered: the bridge learns it as the source's.
constexpr wire::MacAddress kFrom{{0x02, 0x00, 0x00, 0x00, 0x00, 0x66}};

}  // namespace

RawFrame udp_frame(const RawAddress& address, Bytes payload) {
  const wire::DatagramTemplate headers({.source_mac = kFrom,
                                        .destination_mac = address.to,
                                        .source = address.source,
                                        .destination = address.destination,
                                        .source_port = address.port,
                                        .destination_port = address.port});
  RawFrame frame(headers.size());
  frame.insert(frame.end(), payload.begin(), payload.end());
  headers.write_headers(frame, {}, wire::UdpChecksum::kComputed);
  return frame;
}

RawFrame ipv4_frame(const RawAddress& address, std::uint8_t protocol, Bytes payload, Bytes options) {
  RawFrame frame = udp_frame(address, {});
  frame.resize(kUdpAt);
  frame.insert(frame.end(), options.begin(), options.end());
  frame.insert(frame.end(), payload.begin(), payload.end());
  frame[kIpAt] = static_cast<std::uint8_t>(0x45 + options.size() / 4);
  store_be16(&frame[kIpAt + 2], static_cast<std::uint16_t>(frame.size() - kIpAt));
  frame[kIpAt + 9] = protocol;
  right_ipv4_checksum(frame);
  return frame;
}

void right_ipv4_checksum(RawFrame& frame) {
  store_be16(&frame[kIpAt + 10], 0);
  const std::size_t header = std::size_t{4} * (frame[kIpAt] & 0x0FU);
  const Bytes bytes = Bytes(frame).subspan(kIpAt, header);
  store_be16(&frame[kIpAt + 10], wire::Checksum().bytes(bytes).value());
}

RawSender::RawSender(const Lab& lab, const std::string& host, const std::string& interface) {
  lab.on(host, [&] {
    socket_ = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(ETH_P_ALL);
    address.sll_ifindex = static_cast<int>(if_nametoindex(interface.c_str()));
    const void* generic = &address;
    if (socket_ < 0 || bind(socket_, static_cast<const sockaddr*>(generic), sizeof address) != 0)
      throw std::system_error(errno, std::generic_category(), "packet socket on " + interface);
  });
}

RawSender::~RawSender() {
  if (socket_ >= 0) close(socket_);
}

void RawSender::send(Bytes frame) const {
  if (::send(socket_, frame.data(), frame.size(), 0) != static_cast<ssize_t>(frame.size())) {
    throw std::system_error(errno, std::generic_category(), fmt::format("a frame of {} bytes", frame.size()));
  }
}

}  // namespace headwater::test
