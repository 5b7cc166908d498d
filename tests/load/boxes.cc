// SPDX-License-Identifier: Apache-2.0
#include "tests/load/boxes.h"

#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

#include "tests/load/encoders.h"

namespace headwater::test {
namespace {

// Some datagrams a look: the kernel notes when each came, and its buffers hold seconds.
constexpr std::chrono::milliseconds kPause{10};

}  // namespace

Boxes::Boxes(const std::vector<wire::Ipv4Address>& groups) {
  for (const wire::Ipv4Address group : groups) {
    auto socket = settop::open_receiver({.address = group, .port = kLoadPort}, std::nullopt, "eth0");
    if (!socket) throw std::runtime_error(socket.error());
    boxes_.push_back({.receiver = settop::Receiver(std::move(*socket)),
                      .report = settop::StreamReport(true),
                      .stamps = StampCheck(static_cast<std::uint16_t>(boxes_.size()))});
  }
}

void Boxes::run(const std::stop_token& stop, LoadThread::Cost& cost) {
  while (!stop.stop_requested()) {
    take();
    LoadThread::note(cost);
    std::this_thread::sleep_for(kPause);
  }
  while (take()) continue;
  for (Box& box : boxes_) box.report.finish();
}

bool Boxes::take() {
  bool more = false;
  for (Box& box : boxes_) {
    const std::uint64_t before = box.report.datagrams;
    const bool fine = box.receiver.take([&box](Instant arrival, Bytes payload) {
      for (Bytes packets = box.report.add(arrival, payload); !packets.empty();
           packets = packets.subspan(ts::kPacketSize)) {
        const auto packet = packets.first<ts::kPacketSize>();
        const Pid pid = Pid::from_wire(load_be16(&packet[1]));
        if (pid == kLoadVideo || pid == kLoadAudio) box.stamps.add(packet);
      }
    });
    if (!fine) throw std::system_error(errno, std::generic_category(), "receive");
    more = more || box.report.datagrams != before;
  }
  return more;
}

}  // namespace headwater::test
