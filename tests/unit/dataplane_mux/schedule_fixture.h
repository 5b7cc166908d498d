// SPDX-License-Identifier: Apache-2.0
//
// A schedule over a history filled by hand, and what departs from it. Tests only.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "dataplane/mux/schedule.h"
#include "tests/unit/dataplane_mux/history_fixture.h"

namespace headwater::dataplane {
inline std::shared_ptr<const PsiImage> table(PsiImage::Kind kind, std::uint16_t on_pid, std::uint8_t version,
                                             std::size_t packets = 1) {
  PsiImage made{pid(on_pid), Ticks27::milliseconds(100), {}, kind};
  for (std::size_t i = 0; i < packets; ++i) {
    ts::Packet packet;
    packet.fill(version);
    packet[0] = ts::kSyncByte;
    packet[1] = 0x40;
    ts::set_pid(packet, pid(on_pid));
    packet[3] = 0x10;
    made.packets.push_back(packet);
  }
  return std::make_shared<const PsiImage>(made);
}

struct Sent {
  Instant departure;
  // "pid:counter:number"; "pid:counter:vN" for a table of version N; "pid:pcr" for a PCR, with "!" where it
  // carries discontinuity_indicator.
  std::vector<std::string> packets;
  friend bool operator==(const Sent&, const Sent&) = default;
};

inline std::string describe(Bytes packet) {
  const std::uint16_t on_pid = load_be16(&packet[1]) & 0x1FFF;
  const std::string head = std::to_string(on_pid) + ":" + std::to_string(packet[3] & 0x0F) + ":";
  const auto view = ts::PacketView::parse(packet.first<ts::kPacketSize>());
  if (view && view->pcr())
    return std::to_string(on_pid) + (view->discontinuity_indicator() ? ":pcr!" : ":pcr");
  if ((packet[1] & 0x40) != 0) return head + "v" + std::to_string(packet[4]);
  return head + std::to_string(number_of(packet));
}

struct ScheduleTest : testing::Test {
  static OutputPlan plan_of(std::initializer_list<std::pair<std::uint16_t, std::uint16_t>> routes) {
    OutputPlan plan;
    plan.delay = Ticks27::milliseconds(200);
    for (const auto& [from, to] : routes) plan.route.set(pid(from), to);
    return plan;
  }
  static OutputPlan plan_of_input(std::uint32_t input,
                                  std::initializer_list<std::pair<std::uint16_t, std::uint16_t>> routes) {
    OutputPlan plan = plan_of(routes);
    plan.input = {input};
    return plan;
  }
  // What departs from `from` to `to`, asked exactly when the schedule says; time stands still between.
  std::vector<Sent> run(Instant from, Instant to) { return run(schedule, from, to); }
  static std::vector<Sent> run(Schedule& schedule, Instant from, Instant to) {
    std::vector<Sent> sent;
    for (Instant now = from; now <= to;) {
      while (const auto datagram = schedule.select(now)) {
        std::array<std::uint8_t, 7 * 188> bytes{};
        schedule.write(bytes);
        Sent& one = sent.emplace_back();
        one.departure = datagram->departure;
        EXPECT_EQ(datagram->departure, now);
        for (std::size_t i = 0; i < datagram->packets; ++i) {
          one.packets.push_back(describe(Bytes(bytes).subspan(i * 188, 188)));
        }
      }
      const auto look = schedule.next_look(now);
      if (!look) break;
      EXPECT_GT(*look, now);
      now = *look;
    }
    return sent;
  }
  void grown() { schedule.reader().count_offered(); }
  void expect_balance() {
    EXPECT_EQ(counters.offered.get(), counters.passed_over.get() + counters.copies_in.get() +
                                          counters.expelled.get() +
                                          static_cast<std::uint64_t>(counters.history_held.get()));
  }

  FilledHistory history;
  OutputCounters counters;
  StreamRecord record;
  Schedule schedule{counters, record};
};

}  // namespace headwater::dataplane
