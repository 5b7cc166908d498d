// SPDX-License-Identifier: Apache-2.0
//
// A history filled by hand: each packet is one frame of one packet, its payload a running number, due when
// the test says. Tests only.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "dataplane/ingest/history.h"

namespace headwater::dataplane {

constexpr Pid pid(std::uint16_t value) {
  return Pid::from_wire(value);
}
constexpr Instant ms(std::int64_t n) {
  return Instant{} + Ticks27::milliseconds(n);
}

struct NoPool : FramePool {
  void release(std::span<const Frame> frames) override { released += frames.size(); }
  std::size_t released = 0;
};

class FilledHistory {
 public:
  // A packet with payload: 47, PID, 0x1F (payload only, counter 15), then its number in four bytes.
  HistoryPacket& add(Instant due, std::uint16_t on_pid) {
    auto& bytes = bytes_.emplace_back(std::make_unique<ts::Packet>());
    bytes->fill(0xAA);
    (*bytes)[0] = ts::kSyncByte;
    (*bytes)[1] = 0;
    ts::set_pid(*bytes, pid(on_pid));
    (*bytes)[3] = 0x1F;
    store_be32(&(*bytes)[4], number_++);
    HistoryFrame frame;
    frame.frame.data = bytes->data();
    frame.frame.pool = &pool;
    frame.count = 1;
    frame.packets[0].due = due;
    frame.packets[0].pid = pid(on_pid);
    return ring.at(ring.append(frame)).packets[0];
  }
  // Makes the packet added last one without payload.
  void last_is_adaptation_only() {
    (*bytes_.back())[3] = 0x2F;
    (*bytes_.back())[4] = 183;
    (*bytes_.back())[5] = 0;
  }

  // A packet without payload, whose PCR says so many hours.
  void add_pcr(Instant due, std::uint16_t on_pid, std::int64_t hours) {
    add(due, on_pid);
    *bytes_.back() = ts::make_pcr_packet(pid(on_pid), Pcr{} + Ticks27::seconds(3'600 * hours), 15);
  }

  NoPool pool;
  History ring{256};

 private:
  std::vector<std::unique_ptr<ts::Packet>> bytes_;
  std::uint32_t number_ = 0;
};

// The number that add() gave the packet.
inline std::uint32_t number_of(Bytes packet) {
  return load_be32(&packet[4]);
}

}  // namespace headwater::dataplane
