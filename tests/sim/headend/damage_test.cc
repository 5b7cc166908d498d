// SPDX-License-Identifier: Apache-2.0
//
// A stream damaged on its way, through the whole headend: exactly what cannot be used is missing at the box,
// and counted by its reason.
#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <vector>

#include "tests/support/elementary.h"
#include "tests/support/headend/play.h"
#include "tests/support/stream_count.h"

namespace headwater::test {
namespace {

const Flow kFlow{{0x0A000005}, {0xEF010101}, 5000};  // 10.0.0.5 -> 239.1.1.1

constexpr const char* kLineup = R"(
ports: { p: { device: net_null0, address: 10.0.0.1/24 } }
inputs: { a: { source: "udp://239.1.1.1:5000", port: p } }
channels:
  - { id: one, name: One, number: 1, inputs: [a], outputs: [ { to: "udp://239.2.1.1:5000", port: p } ] }
)";

struct Seeded {
  std::uint64_t sync = 0, transport_error = 0, malformed = 0;
  std::vector<ts::Packet> whole;  // the packets that were left alone
};

// One packet in about fifty, never two in a row: there synchronisation would be lost. The tables are left
// alone: what their loss does is another matter.
Seeded damage(std::vector<TimedPacket>& packets, unsigned seed) {
  std::minstd_rand random(seed);
  Seeded seeded;
  bool last = false;
  for (TimedPacket& timed : packets) {
    ts::Packet& packet = timed.packet;
    const std::uint16_t pid = load_be16(&packet[1]) & 0x1FFF;
    if (last || pid <= 0x100 || random() % 50 != 0) {
      last = false;
      seeded.whole.push_back(packet);
      continue;
    }
    last = true;
    switch (random() % 4) {
      case 0:
        packet[0] = static_cast<std::uint8_t>(0x48 + random() % 100);
        ++seeded.sync;
        break;
      case 1:
        packet[1] |= 0x80;
        ++seeded.transport_error;
        break;
      case 2:  // ISO/IEC 13818-1 2.4.3.5: at most 182 with a payload
        packet[3] |= 0x30;
        packet[4] = static_cast<std::uint8_t>(183 + random() % 73);
        ++seeded.malformed;
        break;
      default:  // 183 and nothing else without
        packet[3] = static_cast<std::uint8_t>((packet[3] & 0xCF) | 0x20);
        packet[4] = static_cast<std::uint8_t>(random() % 183);
        ++seeded.malformed;
        break;
    }
  }
  return seeded;
}

class Damage : public testing::TestWithParam<unsigned> {};

TEST_P(Damage, CostsWhatItHitsAndNothingElse) {
  Headend headend(kLineup);
  const Instant start = headend.now();
  ProgramGenerator encoder(
      {.programs = {television(11, 0x100, 2'000'000)}, .rate = 3'000'000, .start = start, .first_pcr = {}});
  std::vector<TimedPacket> packets = encoder.until(start + Ticks27::seconds(8));
  const Seeded seeded = damage(packets, GetParam());
  play(headend, "p", kFlow, packets);
  headend.run_until(start + Ticks27::seconds(9));

  const dataplane::InputCounters& input = headend.input("a");
  ASSERT_GT(seeded.sync, 20U);
  ASSERT_GT(seeded.transport_error, 20U);
  ASSERT_GT(seeded.malformed, 40U);
  EXPECT_EQ(input.packets.get(), packets.size());
  EXPECT_EQ(input.drop_sync.get(), seeded.sync);
  EXPECT_EQ(input.sync_byte_error.get(), seeded.sync);
  EXPECT_EQ(input.ts_sync_loss.get(), 0U);
  EXPECT_EQ(input.drop_transport_error.get(), seeded.transport_error);
  EXPECT_EQ(input.drop_malformed.get(), seeded.malformed);
  EXPECT_EQ(input.cc_error.get(), count_of(seeded.whole).continuity_errors);
  EXPECT_EQ(headend.ledger(), "");

  const Elementary in = elementary_of(seeded.whole);
  const Elementary out = elementary_of(headend.packets_to("239.2.1.1"));
  EXPECT_EQ(out.errors, 0U);
  EXPECT_EQ(out.unusable, 0U);
  for (const std::uint16_t pid : {std::uint16_t{0x101}, std::uint16_t{0x102}}) {
    ASSERT_TRUE(out.whole.contains(pid));
    EXPECT_EQ(compare_tail(out.whole.at(pid), in.whole.at(pid), 90), "") << "PID " << pid;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Damage, testing::Range(1U, 6U));

}  // namespace
}  // namespace headwater::test
