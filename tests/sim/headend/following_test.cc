// SPDX-License-Identifier: Apache-2.0
//
// The inputs' tables followed live, through the whole headend: what a set-top box sees when an encoder adds
// an audio track, moves a PID or changes the PCR PID, and that the channel beside it sees nothing.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "psi/dvbpsi/decode.h"
#include "psi/section/assembler.h"
#include "psi/tables/streams.h"
#include "tests/support/elementary.h"
#include "tests/support/headend/play.h"
#include "tests/support/program_generator.h"

namespace headwater::test {
namespace {

const Flow kFlow{{0x0A000005}, {0xEF010101}, 5000};       // 10.0.0.5 -> 239.1.1.1
const Flow kOtherFlow{{0x0A000005}, {0xEF010102}, 5000};  // 239.1.1.2

constexpr const char* kLineup = R"(
defaults: {{ delay: {}ms }}
ports: {{ p: {{ device: net_null0, address: 10.0.0.1/24 }} }}
inputs:
  a: {{ source: "udp://239.1.1.1:5000", port: p, jitter: 50ms }}
  b: {{ source: "udp://239.1.1.2:5000", port: p, jitter: 50ms }}
channels:
  - {{ id: one, name: One, number: 1, inputs: [a], outputs: [ {{ to: "udp://239.2.1.1:5000", port: p }} ] }}
  - {{ id: two, name: Two, number: 2, inputs: [b], outputs: [ {{ to: "udp://239.2.1.2:5000", port: p }} ] }}
)";

// What the encoder and the network make of the stream: due times are exact in the first, and revised with
// each PCR in the second.
struct Kind {
  const char* name;
  bool nulls;
  Ticks27 jitter;
  Ticks27 delay;
  Ticks27 on_air_within;  // of the change at the encoder, all told
};
const Ticks27 kDefaultDelay = Ticks27::milliseconds(static_cast<std::int64_t>(config::Channel{}.delay_ms));
const Kind kConstantRate{"ConstantRate", true, {}, kDefaultDelay, Ticks27::milliseconds(200)};
const Kind kVariableRateWithJitter{"VariableRateWithJitter", false, Ticks27::milliseconds(40), kDefaultDelay,
                                   Ticks27::milliseconds(200)};
constexpr Kind kShortDelay{"ShortDelay", true, {}, Ticks27::milliseconds(100), Ticks27::milliseconds(110)};
constexpr Kind kLongDelay{"LongDelay", true, {}, Ticks27::milliseconds(500), Ticks27::milliseconds(510)};

struct PmtSeen {
  Instant departure;
  psi::Pmt pmt;
};

// Each new PMT of an output, with the departure of its datagram.
std::vector<PmtSeen> pmts_of(const std::vector<ReceivedDatagram>& datagrams, std::uint16_t program) {
  std::vector<PmtSeen> seen;
  psi::PmtDecoder decoder(program);
  std::map<std::uint16_t, psi::SectionAssembler> assemblers;
  for (const ReceivedDatagram& datagram : datagrams) {
    for (const ts::Packet& bytes : datagram.packets) {
      const auto packet = ts::PacketView::parse(bytes);
      if (!packet || packet->pid().value() < 0x20 || packet->pid() == kNullPid) continue;
      if (packet->pid().value() != 0x100) continue;  // the generator's PMT PID, kept
      assemblers[packet->pid().value()].push(*packet, [&](const psi::SectionView& section) {
        if (auto pmt = decoder.push(section.bytes())) seen.push_back({datagram.departure, *pmt});
      });
    }
  }
  return seen;
}

// Each new PAT or SDT of an output, with the departure of its datagram.
template <typename Decoder>
auto tables_of(const std::vector<ReceivedDatagram>& datagrams, Pid on) {
  using Table = typename decltype(std::declval<Decoder>().push({}))::value_type;
  std::vector<std::pair<Instant, Table>> seen;
  Decoder decoder;
  psi::SectionAssembler assembler;
  for (const ReceivedDatagram& datagram : datagrams) {
    for (const ts::Packet& bytes : datagram.packets) {
      const auto packet = ts::PacketView::parse(bytes);
      if (!packet || packet->pid() != on) continue;
      assembler.push(*packet, [&](const psi::SectionView& section) {
        if (auto table = decoder.push(section.bytes())) seen.emplace_back(datagram.departure, *table);
      });
    }
  }
  return seen;
}

class Following : public testing::TestWithParam<Kind> {
 protected:
  // Runs five seconds, changes the first input's program, runs five more; the second input is left alone.
  struct Run {
    std::vector<ReceivedDatagram> one, two;
    Instant changed;  // when the encoder sent the first packet of its new PMT
    Elementary input_after;
    std::uint16_t service_one = 0;
    std::string ledger;
  };

  // `then`: another change, which comes while the output still waits for the packet of the first.
  static Run run(const std::optional<std::vector<ProgramSpec>>& change,
                 const std::optional<std::vector<ProgramSpec>>& then = {}) {
    HeadendOptions options;
    Headend headend(fmt::format(kLineup, GetParam().delay.to_milliseconds()), options);
    const Instant start = headend.now();
    ProgramGenerator one({.programs = {television(11, 0x100, 2'000'000)},
                          .rate = 3'000'000,
                          .nulls = GetParam().nulls,
                          .start = start,
                          .first_pcr = {}});
    ProgramGenerator two({.programs = {television(12, 0x100, 1'000'000, 2)},
                          .rate = 2'000'000,
                          .nulls = GetParam().nulls,
                          .start = start,
                          .first_pcr = {}});
    std::vector<TimedPacket> first = one.until(start + Ticks27::seconds(5));
    if (change) one.change(*change);
    std::vector<TimedPacket> second = one.until(start + Ticks27::milliseconds(5'080));
    if (then) one.change(*then);
    for (const TimedPacket& packet : one.until(start + Ticks27::seconds(10))) second.push_back(packet);
    Run result;
    result.changed = second.front().sent;
    std::vector<ts::Packet> after;
    for (const TimedPacket& packet : second) after.push_back(packet.packet);
    result.input_after = elementary_of(after);
    first.insert(first.end(), second.begin(), second.end());
    play(headend, "p", kFlow, first, GetParam().jitter);
    play(headend, "p", kOtherFlow, two.until(start + Ticks27::seconds(10)), GetParam().jitter);
    headend.run_until(start + Ticks27::seconds(11));
    result.one = headend.sent_to("239.2.1.1");
    result.two = headend.sent_to("239.2.1.2");
    result.service_one = headend.channel("one").numbers->service_id.value();
    result.ledger = headend.ledger();
    return result;
  }

  static std::vector<ts::Packet> packets_of_run(const std::vector<ReceivedDatagram>& datagrams) {
    std::vector<ts::Packet> packets;
    for (const ReceivedDatagram& datagram : datagrams) {
      packets.insert(packets.end(), datagram.packets.begin(), datagram.packets.end());
    }
    return packets;
  }

  // What holds for every change of the PMT.
  static void expect_followed(const Run& run, const Run& undisturbed,
                              const std::function<void(const psi::Pmt&)>& check) {
    const std::vector<PmtSeen> pmts = pmts_of(run.one, run.service_one);
    ASSERT_EQ(pmts.size(), 2U);
    EXPECT_EQ(pmts[1].pmt.version, (pmts[0].pmt.version + 1) % 32);
    check(pmts[1].pmt);
    EXPECT_LE(pmts[1].departure - run.changed, GetParam().on_air_within);
    expect_undisturbed(run, undisturbed);
  }

  // What holds for every change: no counter breaks, and the channel beside it sees nothing.
  static void expect_undisturbed(const Run& run, const Run& undisturbed) {
    EXPECT_EQ(run.ledger, "");
    EXPECT_EQ(elementary_of(packets_of_run(run.one)).errors, 0U);
    // The other channel: the same datagrams at the same instants.
    ASSERT_EQ(run.two.size(), undisturbed.two.size());
    for (std::size_t index = 0; index < run.two.size(); ++index) {
      ASSERT_EQ(run.two[index].packets, undisturbed.two[index].packets) << index;
      ASSERT_EQ(run.two[index].departure, undisturbed.two[index].departure) << index;
    }
  }

  // The new stream arrives whole: from its first packet to its last.
  static void expect_whole(const Run& run, std::uint16_t pid) {
    const Elementary out = elementary_of(packets_of_run(run.one));
    ASSERT_TRUE(out.payload.contains(pid));
    const auto& in = run.input_after.payload.at(pid);
    EXPECT_EQ(out.payload.at(pid).size(), in.size());
    EXPECT_EQ(out.payload.at(pid), in);
  }
};

TEST_P(Following, AnAudioTrackIsAddedFromItsFirstPacketOn) {
  std::vector<ProgramSpec> changed = {television(11, 0x100, 2'000'000, 2)};
  const Run followed = run(changed);
  expect_followed(followed, run({}), [](const psi::Pmt& pmt) { EXPECT_EQ(pmt.streams.size(), 3U); });
  expect_whole(followed, 0x103);
}

TEST_P(Following, AMovedPidIsFollowedWithoutALostPacket) {
  std::vector<ProgramSpec> changed = {television(11, 0x100, 2'000'000)};
  changed[0].streams[1].pid = Pid::from_wire(0x1F0);
  const Run followed = run(changed);
  expect_followed(followed, run({}),
                  [](const psi::Pmt& pmt) { EXPECT_EQ(pmt.streams[1].pid.value(), 0x1F0); });
  expect_whole(followed, 0x1F0);
}

TEST_P(Following, AnSdtJustBehindThePmtPutsNothingOff) {
  std::vector<ProgramSpec> moved = {television(11, 0x100, 2'000'000)};
  moved[0].streams[1].pid = Pid::from_wire(0x1F0);
  std::vector<ProgramSpec> renamed = moved;
  renamed[0].provider = "another";
  const Run followed = run(moved, renamed);
  expect_followed(followed, run({}),
                  [](const psi::Pmt& pmt) { EXPECT_EQ(pmt.streams[1].pid.value(), 0x1F0); });
  expect_whole(followed, 0x1F0);
  EXPECT_EQ(tables_of<psi::SdtDecoder>(followed.one, kSdtPid).size(), 2U);
}

TEST_P(Following, ThePcrMovesToAPidOfItsOwn) {
  std::vector<ProgramSpec> changed = {television(11, 0x100, 2'000'000)};
  changed[0].pcr_pid = Pid::from_wire(0x1F1);
  const Run followed = run(changed);
  expect_followed(followed, run({}), [](const psi::Pmt& pmt) { EXPECT_EQ(pmt.pcr_pid.value(), 0x1F1); });
  EXPECT_TRUE(elementary_of(packets_of_run(followed.one)).packets.contains(0x1F1));
}

TEST_P(Following, ThePmtMovesToAnotherPid) {
  std::vector<ProgramSpec> changed = {television(11, 0x100, 2'000'000)};
  changed[0].pmt_pid = Pid::from_wire(0x1E0);
  const Run followed = run(changed);
  const Run undisturbed = run({});
  const auto pats = tables_of<psi::PatDecoder>(followed.one, kPatPid);
  ASSERT_EQ(pats.size(), 2U);
  EXPECT_EQ(pats[1].second.version, (pats[0].second.version + 1) % 32);
  EXPECT_EQ(pats[1].second.programs.at(0).pmt_pid.value(), 0x1E0);
  const Elementary out = elementary_of(packets_of_run(followed.one));
  EXPECT_TRUE(out.packets.contains(0x1E0));
  const Elementary quiet = elementary_of(packets_of_run(undisturbed.one));
  EXPECT_EQ(out.payload.at(0x101), quiet.payload.at(0x101));
  EXPECT_EQ(out.payload.at(0x102), quiet.payload.at(0x102));
  expect_undisturbed(followed, undisturbed);
}

TEST_P(Following, AnotherProviderStepsTheSdtAndNothingElse) {
  std::vector<ProgramSpec> changed = {television(11, 0x100, 2'000'000)};
  changed[0].provider = "another";
  const Run followed = run(changed);
  const auto sdts = tables_of<psi::SdtDecoder>(followed.one, kSdtPid);
  ASSERT_EQ(sdts.size(), 2U);
  EXPECT_EQ(sdts[1].second.version, (sdts[0].second.version + 1) % 32);
  const auto described = psi::find_service_descriptor(sdts[1].second.services.at(0).descriptors);
  ASSERT_TRUE(described);
  EXPECT_EQ(described->provider, "another");
  EXPECT_EQ(described->name, "One");
  EXPECT_EQ(tables_of<psi::PatDecoder>(followed.one, kPatPid).size(), 1U);
  EXPECT_EQ(pmts_of(followed.one, followed.service_one).size(), 1U);
  expect_undisturbed(followed, run({}));
}

INSTANTIATE_TEST_SUITE_P(Streams, Following,
                         testing::Values(kConstantRate, kVariableRateWithJitter, kShortDelay, kLongDelay),
                         [](const auto& kind) { return kind.param.name; });

TEST_P(Following, NothingChangesWithoutAChange) {
  const Run quiet = run({});
  EXPECT_EQ(quiet.ledger, "");
  EXPECT_EQ(pmts_of(quiet.one, quiet.service_one).size(), 1U);
}

}  // namespace
}  // namespace headwater::test
