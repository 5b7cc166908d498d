// SPDX-License-Identifier: Apache-2.0
#include "tests/load/encoders.h"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <thread>
#include <utility>

namespace headwater::test {
namespace {

using Clock = std::chrono::steady_clock;

// Between two batches: a tenth of it would double what sending costs, and a network jitters more.
constexpr std::chrono::microseconds kPause{500};
constexpr std::uint64_t kBitsPerPacket = ts::kPacketSize * 8;
constexpr std::uint64_t kAudioAndTables = 300'000;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

StreamPlan plan(std::uint64_t rate) {
  StreamPlan plan;
  plan.programs = {television(1, static_cast<std::uint16_t>(kLoadVideo.value() - 1), rate - kAudioAndTables)};
  plan.rate = rate;
  return plan;
}

sockaddr_in to_sockaddr(wire::Ipv4Address address, std::uint16_t port) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(address.value);
  return to;
}

settop::Socket open_socket(wire::Ipv4Address from) {
  settop::Socket made(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (made.get() < 0) fail("socket");
  const sockaddr_in source = to_sockaddr(from, 0);
  const void* generic = &source;
  if (setsockopt(made.get(), IPPROTO_IP, IP_MULTICAST_IF, &source.sin_addr, sizeof source.sin_addr) != 0 ||
      bind(made.get(), static_cast<const sockaddr*>(generic), sizeof source) != 0) {
    fail("source address");
  }
  const int hops = 8;
  if (setsockopt(made.get(), IPPROTO_IP, IP_MULTICAST_TTL, &hops, sizeof hops) != 0) fail("time to live");
  return made;
}

}  // namespace

Encoders::Encoders(const std::vector<wire::Ipv4Address>& groups, std::uint64_t rate, wire::Ipv4Address from)
    : groups_(groups),
      generator_(plan(rate)),
      spacing_(std::chrono::nanoseconds(kPackets * kBitsPerPacket * 1'000'000'000 / rate / groups.size())),
      socket_(open_socket(from)) {
  for (std::size_t i = 0; i < kBatch; ++i) {
    Message& message = messages_[i];
    message.vector = {.iov_base = message.bytes.data(), .iov_len = message.bytes.size()};
    headers_[i].msg_hdr.msg_name = &message.to;
    headers_[i].msg_hdr.msg_namelen = sizeof message.to;
    headers_[i].msg_hdr.msg_iov = &message.vector;
    headers_[i].msg_hdr.msg_iovlen = 1;
  }
}

void Encoders::run(const std::stop_token& stop, LoadThread::Cost& cost) {
  const auto start = Clock::now();
  auto now = start;
  while (!stop.stop_requested()) {
    make_datagram();
    auto due = start + std::chrono::nanoseconds(due_.value * 1000 / 27);
    for (std::size_t encoder = 0; encoder < groups_.size(); ++encoder, due += spacing_) {
      if (due > now) now = Clock::now();
      if (due > now) {
        flush();
        std::this_thread::sleep_until(std::max(due, now + kPause));
        now = Clock::now();
      }
      greatest_lateness_ = std::max<std::chrono::nanoseconds>(greatest_lateness_, now - due);
      fill(encoder);
    }
    LoadThread::note(cost);
  }
  flush();
}

void Encoders::make_datagram() {
  for (std::size_t i = 0; i < kPackets; ++i) {
    const TimedPacket packet = generator_.next();
    if (i == 0) due_ = packet.sent;
    packets_[i] = packet.packet;
    const Pid pid = Pid::from_wire(load_be16(&packet.packet[1]));
    stamped_[i] = pid == kLoadVideo || pid == kLoadAudio;
    if (stamped_[i]) stamp_count(packets_[i], ++stamps_);
  }
  ++sequence_;
}

void Encoders::fill(std::size_t encoder) {
  Message& message = messages_[filled_];
  message.to = to_sockaddr(groups_[encoder], kLoadPort);
  wire::write_rtp_header(std::span(message.bytes).first<wire::kRtpHeaderSize>(),
                         {.sequence = sequence_,
                          .timestamp = static_cast<std::uint32_t>(due_.value / 300),
                          .ssrc = static_cast<std::uint32_t>(encoder + 1)});
  for (std::size_t i = 0; i < kPackets; ++i) {
    const ts::MutablePacketBytes packet(&message.bytes[wire::kRtpHeaderSize + i * ts::kPacketSize],
                                        ts::kPacketSize);
    std::ranges::copy(packets_[i], packet.begin());
    if (stamped_[i]) stamp_encoder(packet, static_cast<std::uint16_t>(encoder));
  }
  if (++filled_ == kBatch) flush();
}

void Encoders::flush() {
  std::size_t done = 0;
  while (done < filled_) {
    const int count = sendmmsg(socket_.get(), &headers_[done], static_cast<unsigned>(filled_ - done), 0);
    if (count > 0) {
      done += static_cast<std::size_t>(count);
      sent_ += static_cast<std::uint64_t>(count);
    } else if (errno == ENOBUFS) {
      ++done;
      ++refused_;
    } else if (errno != EINTR) {
      fail("sendmmsg");
    }
  }
  filled_ = 0;
}

}  // namespace headwater::test
