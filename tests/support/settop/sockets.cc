// SPDX-License-Identifier: Apache-2.0
#include "tests/support/settop/sockets.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstring>
#include <ctime>
#include <system_error>

#include "dataplane/wire/ipv4.h"
#include "dataplane/wire/udp.h"

namespace headwater::settop {
namespace {

constexpr int kReceiveBuffer = 32 << 20;
constexpr int kPollMilliseconds = 100;
constexpr std::size_t kBatch = 64;
constexpr std::size_t kDatagramRoom = 2048;

std::unexpected<std::string> failed(const std::string& what) {
  return std::unexpected(fmt::format("{}: {}", what, std::generic_category().message(errno)));
}

Instant to_instant(const timespec& time) {
  return {time.tv_sec * kTicksPerSecond + time.tv_nsec * 27 / 1000};
}

template <typename Value>
bool set_option(const Socket& socket, int level, int name, const Value& value) {
  return setsockopt(socket.get(), level, name, &value, sizeof value) == 0;
}

// The socket API takes every kind of address as sockaddr.
template <typename Address>
bool bind_to(const Socket& socket, const Address& address) {
  const void* generic = &address;
  return bind(socket.get(), static_cast<const sockaddr*>(generic), sizeof address) == 0;
}

sockaddr_in to_sockaddr(const Endpoint& endpoint) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(endpoint.port);
  address.sin_addr.s_addr = htonl(endpoint.address.value);
  return address;
}
sockaddr_storage to_storage(const Endpoint& endpoint) {
  const sockaddr_in address = to_sockaddr(endpoint);
  sockaddr_storage storage{};
  std::memcpy(&storage, &address, sizeof address);
  return storage;
}

bool join(const Socket& socket, const Endpoint& endpoint, const std::optional<wire::Ipv4Address>& source,
          unsigned interface) {
  if (source) {
    group_source_req request{};
    request.gsr_interface = interface;
    request.gsr_group = to_storage(endpoint);
    request.gsr_source = to_storage({.address = *source, .port = 0});
    return set_option(socket, IPPROTO_IP, MCAST_JOIN_SOURCE_GROUP, request);
  }
  group_req request{};
  request.gr_interface = interface;
  request.gr_group = to_storage(endpoint);
  return set_option(socket, IPPROTO_IP, MCAST_JOIN_GROUP, request);
}

}  // namespace

Socket::~Socket() {
  if (descriptor_ >= 0) close(descriptor_);
}

std::optional<Endpoint> Endpoint::parse(const std::string& text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) return std::nullopt;
  const auto address = wire::Ipv4Address::parse(text.substr(0, colon));
  Endpoint endpoint;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + colon + 1, end, endpoint.port);
  if (!address || error != std::errc{} || rest != end || endpoint.port == 0) return std::nullopt;
  endpoint.address = *address;
  return endpoint;
}

std::string Endpoint::to_string() const {
  return fmt::format("{}:{}", address.to_string(), port);
}

Instant wall_clock() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return to_instant(now);
}

std::expected<Socket, std::string> open_receiver(const Endpoint& endpoint,
                                                 const std::optional<wire::Ipv4Address>& source,
                                                 const std::string& interface) {
  const unsigned index = if_nametoindex(interface.c_str());
  if (index == 0) return failed("interface " + interface);
  Socket receiver(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (receiver.get() < 0) return failed("socket");
  set_option(receiver, SOL_SOCKET, SO_REUSEADDR, 1);
  // Beyond rmem_max only with CAP_NET_ADMIN; without, as much as goes.
  if (!set_option(receiver, SOL_SOCKET, SO_RCVBUFFORCE, kReceiveBuffer)) {
    set_option(receiver, SOL_SOCKET, SO_RCVBUF, kReceiveBuffer);
  }
  if (!set_option(receiver, SOL_SOCKET, SO_TIMESTAMPNS, 1) ||
      !set_option(receiver, SOL_SOCKET, SO_RXQ_OVFL, 1)) {
    return failed("arrival times");
  }
  // Only what this socket itself joined, not what others of this host did.
  set_option(receiver, IPPROTO_IP, IP_MULTICAST_ALL, 0);
  if (!bind_to(receiver, to_sockaddr(endpoint))) return failed("bind to " + endpoint.to_string());
  if (endpoint.address.is_multicast() && !join(receiver, endpoint, source, index)) {
    return failed("join " + endpoint.to_string());
  }
  return receiver;
}

Receiver::Receiver(Socket socket) : socket_(std::move(socket)), buffers_(kBatch * kDatagramRoom) {}

bool Receiver::poll(const std::function<void(Instant arrival, Bytes payload)>& sink) {
  pollfd waiting{.fd = socket_.get(), .events = POLLIN, .revents = 0};
  const int ready = ::poll(&waiting, 1, kPollMilliseconds);
  if (ready <= 0) return ready == 0 || errno == EINTR;
  return take(sink);
}

bool Receiver::take(const std::function<void(Instant arrival, Bytes payload)>& sink) {
  std::array<mmsghdr, kBatch> messages{};
  std::array<iovec, kBatch> vectors{};
  std::array<std::array<char, 128>, kBatch> controls;
  for (std::size_t i = 0; i < kBatch; ++i) {
    vectors[i] = {.iov_base = &buffers_[i * kDatagramRoom], .iov_len = kDatagramRoom};
    messages[i].msg_hdr.msg_iov = &vectors[i];
    messages[i].msg_hdr.msg_iovlen = 1;
    messages[i].msg_hdr.msg_control = controls[i].data();
    messages[i].msg_hdr.msg_controllen = controls[i].size();
  }
  const int count = recvmmsg(socket_.get(), messages.data(), kBatch, MSG_DONTWAIT, nullptr);
  if (count < 0) return errno == EAGAIN || errno == EINTR;
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    Instant arrival = wall_clock();
    msghdr& header = messages[i].msg_hdr;
    for (cmsghdr* at = CMSG_FIRSTHDR(&header); at != nullptr; at = CMSG_NXTHDR(&header, at)) {
      if (at->cmsg_level != SOL_SOCKET) continue;
      if (at->cmsg_type == SO_TIMESTAMPNS) {
        timespec stamp{};
        std::memcpy(&stamp, CMSG_DATA(at), sizeof stamp);
        arrival = to_instant(stamp);
      } else if (at->cmsg_type == SO_RXQ_OVFL) {
        std::uint32_t dropped = 0;
        std::memcpy(&dropped, CMSG_DATA(at), sizeof dropped);
        drops_ = dropped;
      }
    }
    sink(arrival, Bytes(buffers_).subspan(i * kDatagramRoom, messages[i].msg_len));
  }
  return true;
}

std::expected<FrameCount, std::string> FrameCount::open(const std::string& interface) {
  const unsigned index = if_nametoindex(interface.c_str());
  if (index == 0) return failed("interface " + interface);
  Socket frames(socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, htons(ETH_P_IP)));
  if (frames.get() < 0) return failed("packet socket");
  set_option(frames, SOL_SOCKET, SO_RCVBUFFORCE, kReceiveBuffer);
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_IP);
  address.sll_ifindex = static_cast<int>(index);
  if (!bind_to(frames, address)) return failed("bind to " + interface);
  return FrameCount(std::move(frames));
}

bool FrameCount::poll() {
  pollfd waiting{.fd = socket_.get(), .events = POLLIN, .revents = 0};
  const int ready = ::poll(&waiting, 1, kPollMilliseconds);
  if (ready <= 0) return ready == 0 || errno == EINTR;
  std::array<std::uint8_t, kDatagramRoom> buffer;
  for (;;) {
    sockaddr_ll from{};
    socklen_t from_size = sizeof from;
    void* generic = &from;
    const ssize_t size = recvfrom(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT,
                                  static_cast<sockaddr*>(generic), &from_size);
    if (size < 0) return errno == EAGAIN || errno == EINTR;
    if (from.sll_pkttype == PACKET_OUTGOING) continue;
    const auto ip = wire::Ipv4View::parse(Bytes(buffer).first(static_cast<std::size_t>(size)));
    if (!ip || ip->protocol() != wire::kProtocolUdp) continue;
    if (!ip->destination().is_multicast() || ip->destination().is_link_local_multicast()) continue;
    const auto udp = wire::UdpView::parse(*ip);
    if (!udp) continue;
    ++frames_[{.address = ip->destination(), .port = udp->destination_port()}];
  }
}

}  // namespace headwater::settop
