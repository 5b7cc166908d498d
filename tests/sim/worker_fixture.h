// SPDX-License-Identifier: Apache-2.0
//
// One television input on port 0 and boxes on port 1, for the tests of the worker. Tests only.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "tests/support/elementary.h"
#include "tests/support/sim/box.h"
#include "tests/support/sim/plans.h"
#include "tests/support/sim/rig.h"
#include "tests/support/sim/sender.h"

namespace headwater::test {

constexpr Instant ms(std::int64_t n) {
  return Instant{} + Ticks27::milliseconds(n);
}
constexpr Pid pid(std::uint16_t value) {
  return Pid::from_wire(value);
}
inline std::uint16_t pid_of(const ts::Packet& packet) {
  return load_be16(&packet[1]) & 0x1FFF;
}
// version_number of a table of one section that begins in this packet.
inline int version_of(const ts::Packet& packet) {
  return (packet[10] >> 1) & 0x1F;
}

// PMT at 0x100, video and PCR 0x101, audio 0x102.
inline StreamPlan television_stream(std::uint64_t video_rate = 4'000'000) {
  StreamPlan stream;
  stream.programs = {television(1, 0x100, video_rate)};
  stream.rate = video_rate + 600'000;
  return stream;
}

// Each stream of `pids` (in -> out) left as it came, whole, in order, with clean continuity.
inline void expect_same_payload(const std::vector<ts::Packet>& in, const std::vector<ts::Packet>& out,
                                const std::map<std::uint16_t, std::uint16_t>& pids) {
  const Elementary sent = elementary_of(in);
  const Elementary seen = elementary_of(out);
  EXPECT_EQ(seen.errors, 0U) << "continuity";
  EXPECT_EQ(seen.unusable, 0U);
  for (const auto& [from, to] : pids) {
    ASSERT_TRUE(sent.payload.contains(from)) << from;
    ASSERT_TRUE(seen.payload.contains(to)) << to;
    EXPECT_EQ(seen.packets.at(to), sent.packets.at(from)) << "PID " << from;
    EXPECT_TRUE(seen.payload.at(to) == sent.payload.at(from)) << "PID " << from;
  }
}

inline void expect_intervals(const std::vector<Instant>& times, Ticks27 most) {
  ASSERT_GE(times.size(), 2U);
  for (std::size_t i = 1; i < times.size(); ++i) {
    EXPECT_LE((times[i] - times[i - 1]).value, most.value) << "at " << times[i].value / 27'000 << " ms";
  }
}

// When the first packet of that PID (and version of its table) left.
inline Instant first_of(const std::vector<BoxDatagram>& datagrams, std::uint16_t on_pid,
                        std::optional<int> version = std::nullopt) {
  for (const BoxDatagram& datagram : datagrams) {
    for (const ts::Packet& packet : datagram.packets) {
      if (pid_of(packet) == on_pid && (!version || version_of(packet) == *version)) return datagram.at;
    }
  }
  ADD_FAILURE() << "no packet of PID " << on_pid;
  return {};
}

// When a packet left that carries discontinuity_indicator.
inline std::vector<Instant> discontinuities(const std::vector<BoxDatagram>& datagrams) {
  std::vector<Instant> marked;
  for (const BoxDatagram& datagram : datagrams) {
    for (const ts::Packet& packet : datagram.packets) {
      const auto view = ts::PacketView::parse(packet);
      EXPECT_TRUE(view.has_value());
      if (view && view->discontinuity_indicator()) marked.push_back(datagram.at);
    }
  }
  return marked;
}

class WorkerTest : public testing::Test {
 protected:
  [[nodiscard]] std::vector<BoxDatagram> box(std::uint32_t output_slot, bool rtp = false) {
    return received(rig.port(1).sent(), group_of(output_slot), kOutputPort, rtp);
  }
  void expect_balance() { EXPECT_EQ(rig.imbalances(), std::vector<std::string>{}); }

  Rig rig;
  Carriage carriage;
  const ProgramSpec program = television(1, 0x100, 1);
};

}  // namespace headwater::test
