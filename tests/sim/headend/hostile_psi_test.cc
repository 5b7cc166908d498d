// SPDX-License-Identifier: Apache-2.0
//
// An input whose tables lie, beside one that is in order: its channel says why it is not on air, and the
// other sends every datagram as if it were alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "psi/section/packetiser.h"
#include "tests/support/headend/play.h"
#include "tests/unit/psi_dvbpsi/sections.h"

namespace headwater::test {
namespace {

using control::ChannelState;
using psi::testing::make_section;
using psi::testing::Section;
using testing::HasSubstr;

const Flow kFlow{{0x0A000005}, {0xEF010101}, 5000};       // 10.0.0.5 -> 239.1.1.1
const Flow kOtherFlow{{0x0A000005}, {0xEF010102}, 5000};  // 239.1.1.2

constexpr const char* kLineup = R"(
ports: { p: { device: net_null0, address: 10.0.0.1/24 } }
inputs:
  a: { source: "udp://239.1.1.1:5000", port: p }
  b: { source: "udp://239.1.1.2:5000", port: p }
channels:
  - { id: one, name: One, number: 1, inputs: [a], outputs: [ { to: "rtp://239.2.1.1:5000", port: p } ] }
  - { id: two, name: Two, number: 2, inputs: [b], outputs: [ { to: "udp://239.2.1.2:5000", port: p } ] }
)";

constexpr std::uint16_t kProgram = 12, kPmtPid = 0x100;

Section pat_of(std::uint16_t stream, std::uint16_t program, std::uint16_t pmt_pid) {
  return make_section({.table_id = 0x00, .extension = stream},
                      {static_cast<std::uint8_t>(program >> 8), static_cast<std::uint8_t>(program),
                       static_cast<std::uint8_t>(0xE0 | (pmt_pid >> 8)), static_cast<std::uint8_t>(pmt_pid)});
}
Section pmt_of(const Section& body) {
  return make_section({.table_id = 0x02, .extension = kProgram}, body);
}

// What stands in the place of the n-th packet of a table.
struct Row {
  const char* what;
  std::uint16_t pid;  // of the table
  std::function<Section(std::uint16_t n)> section;
  bool broken;  // as sections already, before any decoder
  ChannelState state;
  std::string why;
};

void PrintTo(const Row& row, std::ostream* to) {
  *to << row.what;
}

const std::string kNoPmt = "no PMT of program 12 comes on PID 0x100 of input \"b\"";
const std::string kBrokenPmt =
    kNoPmt + ": sections of the input are broken (a wrong CRC_32, cut, or too long)";

const Row kRows[] = {
    {"a PAT that is cut", 0,
     [](std::uint16_t) {
       Section pat = pat_of(1, kProgram, kPmtPid);
       store_be16(&pat[1], 0xB3FD);  // section_length 1021
       return pat;
     },
     true, ChannelState::kRefused, "carries packets but no program tables (no PAT)"},
    {"a PMT that is cut", kPmtPid,
     [](std::uint16_t) {
       Section pmt = pmt_of(Section(170, 0));
       store_be16(&pmt[1], 0xB3FD);
       return pmt;
     },
     true, ChannelState::kRefused, kBrokenPmt},
    {"a PMT that is oversized", kPmtPid,
     [](std::uint16_t) {
       Section pmt = pmt_of(Section(100, 0));
       store_be16(&pmt[1], 0xBFFF);
       return pmt;
     },
     true, ChannelState::kRefused, kBrokenPmt},
    {"a PMT with a wrong CRC", kPmtPid,
     [](std::uint16_t) {
       Section pmt = pmt_of({0xE1, 0x01, 0xF0, 0x00});
       pmt.back() ^= 1;
       return pmt;
     },
     true, ChannelState::kRefused, kBrokenPmt},
    {"a PMT whose loops reach beyond it", kPmtPid,
     [](std::uint16_t) { return pmt_of({0xE1, 0x01, 0xF0, 0x00, 0x1B, 0xE1, 0x01, 0xF3, 0xFF, 0x0A, 0x04}); },
     false, ChannelState::kRefused, kNoPmt},
    {"a PMT of no streams", kPmtPid, [](std::uint16_t) { return pmt_of({0xE1, 0x01, 0xF0, 0x00}); }, false,
     ChannelState::kWaiting, "program 12 of input \"b\" has no streams at present"},
    {"a PAT that is its own PMT", 0, [](std::uint16_t) { return pat_of(1, kProgram, 0); }, false,
     ChannelState::kRefused, "no program tables"},
    {"a PMT that is its own stream", kPmtPid,
     [](std::uint16_t) { return pmt_of({0xE1, 0x00, 0xF0, 0x00, 0x1B, 0xE1, 0x00, 0xF0, 0x00}); }, false,
     ChannelState::kOnAir, ""},
    {"a PAT that names another PID each time", 0,
     [](std::uint16_t n) { return pat_of(n, kProgram, static_cast<std::uint16_t>(0x200 + n)); }, false,
     ChannelState::kWaiting, "no PMT of program 12 on PID 0x2"},
    {"a PAT that names another program each time", 0,
     [](std::uint16_t n) { return pat_of(n, static_cast<std::uint16_t>(100 + n), kPmtPid); }, false,
     ChannelState::kWaiting, "no PMT of program 1"},
};

std::vector<TimedPacket> stream_of(std::uint16_t program, Instant start) {
  ProgramGenerator encoder({.programs = {television(program, kPmtPid, 2'000'000)},
                            .rate = 3'000'000,
                            .start = start,
                            .first_pcr = {}});
  return encoder.until(start + Ticks27::seconds(6));
}

std::vector<TimedPacket> hostile_stream(const Row& row, Instant start) {
  std::vector<TimedPacket> packets = stream_of(kProgram, start);
  std::uint16_t n = 0;
  for (TimedPacket& timed : packets) {
    if ((load_be16(&timed.packet[1]) & 0x1FFF) != row.pid) continue;
    const std::vector<Section> sections{row.section(n)};
    const std::uint8_t counter = timed.packet[3] & 0x0F;
    timed.packet = psi::packetise(Pid::from_wire(row.pid), sections).front();
    ts::set_continuity_counter(timed.packet, counter);
    ++n;
  }
  return packets;
}

class HostilePsi : public testing::TestWithParam<Row> {};

TEST_P(HostilePsi, IsSaidOfItsChannelAndTouchesNoOther) {
  const auto run = [](Headend& headend) {
    const Instant start = headend.now();
    play(headend, "p", kFlow, stream_of(11, start));
    headend.run_until(start + Ticks27::milliseconds(6'500));
    return headend.sent_to("239.2.1.1", true);
  };
  Headend quiet(kLineup);
  const std::vector<ReceivedDatagram> alone = run(quiet);
  ASSERT_GT(alone.size(), 1'000U);

  Headend headend(kLineup);
  play(headend, "p", kOtherFlow, hostile_stream(GetParam(), headend.now()));
  const std::vector<ReceivedDatagram> beside = run(headend);
  ASSERT_EQ(beside.size(), alone.size());
  for (std::size_t k = 0; k < alone.size(); ++k) ASSERT_TRUE(beside[k] == alone[k]) << "datagram " << k;

  EXPECT_EQ(headend.channel("one").state, ChannelState::kOnAir);
  const control::ChannelStatus channel = headend.channel("two");
  EXPECT_EQ(channel.state, GetParam().state);
  EXPECT_THAT(channel.reason, HasSubstr(GetParam().why));
  EXPECT_EQ(headend.packets_to("239.2.1.2").empty(), GetParam().state != ChannelState::kOnAir);
  EXPECT_EQ(headend.input("b").section_errors.get() > 20, GetParam().broken);
  EXPECT_EQ(headend.ledger(), "");
}

INSTANTIATE_TEST_SUITE_P(Tables, HostilePsi, testing::ValuesIn(kRows), [](const auto& row) {
  std::string name(row.param.what);
  std::ranges::replace_if(name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
});

}  // namespace
}  // namespace headwater::test
