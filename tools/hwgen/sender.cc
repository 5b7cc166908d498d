// SPDX-License-Identifier: Apache-2.0
#include "tools/hwgen/sender.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace headwater::hwgen {
namespace {

std::unexpected<std::string> failed(const char* what) {
  return std::unexpected(fmt::format("{}: {}", what, std::strerror(errno)));
}

// The system calls take addresses of every family by one type.
const sockaddr* generic(const void* address) {
  return static_cast<const sockaddr*>(address);
}

}  // namespace

bool is_loss(int error) {
  return error == ECONNREFUSED || error == EHOSTUNREACH || error == ENETUNREACH || error == ENETDOWN ||
         error == ENOBUFS;
}

std::expected<Sender, std::string> Sender::open(const PlayTarget& target,
                                                std::optional<wire::Ipv4Address> from, unsigned ttl) {
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return failed("socket");
  Sender sender(socket, target.rtp);
  const int hops = static_cast<int>(ttl);
  const int option = target.address.is_multicast() ? IP_MULTICAST_TTL : IP_TTL;
  if (setsockopt(socket, IPPROTO_IP, option, &hops, sizeof hops) != 0) return failed("time to live");
  if (from) {
    const in_addr interface{.s_addr = htonl(from->value)};
    if (setsockopt(socket, IPPROTO_IP, IP_MULTICAST_IF, &interface, sizeof interface) != 0)
      return failed("--from");
    sockaddr_in source{};
    source.sin_family = AF_INET;
    source.sin_addr = interface;
    if (bind(socket, generic(&source), sizeof source) != 0) return failed("--from");
  }
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(target.address.value);
  to.sin_port = htons(target.port);
  if (connect(socket, generic(&to), sizeof to) != 0) {
    return failed(("connect to " + target.address.to_string()).c_str());
  }
  return sender;
}

Sender::Sender(Sender&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      rtp_(other.rtp_),
      sequence_(other.sequence_),
      datagram_(std::move(other.datagram_)) {}

Sender::~Sender() {
  if (socket_ >= 0) close(socket_);
}

std::expected<int, std::string> Sender::send(Bytes packets, Instant due) {
  datagram_.clear();
  if (rtp_) {
    // RFC 3550 5.1 and RFC 2250: version 2, payload type 33, 90 kHz.
    datagram_.resize(12);
    store_be16(datagram_.data(), 0x8021);
    store_be16(&datagram_[2], sequence_++);
    store_be32(&datagram_[4], static_cast<std::uint32_t>(due.value / 300));
    store_be32(&datagram_[8], 0x48574745);
  }
  datagram_.insert(datagram_.end(), packets.begin(), packets.end());
  if (::send(socket_, datagram_.data(), datagram_.size(), 0) >= 0) return 0;
  if (is_loss(errno)) return errno;
  return failed("send");
}

}  // namespace headwater::hwgen
