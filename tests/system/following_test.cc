// SPDX-License-Identifier: Apache-2.0
//
// An input's tables followed on the wire: its PMT changes in mid-stream; the box sees one new version a
// change and every stream from its first packet to its last, and the channel beside it sees nothing.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

#include "psi/section/assembler.h"
#include "tests/support/settop/sockets.h"
#include "tests/support/settop/stream_report.h"
#include "tests/system/headend_fixture.h"

namespace headwater::test {
namespace {

// A second between due-in and due-out: the time that control has for a new PMT, on a machine that may be busy
// with other things.
constexpr std::string_view kUnhurried = R"(defaults: { delay: 1s }
inputs:
  first-in: { source: "rtp://239.1.1.1:5000", port: west, max_rate: 4M }
  second-in: { source: "udp://232.1.1.2:5000", port: west, from: 10.1.0.5, max_rate: 4M }
channels:
  - { name: First, number: 1, inputs: [first-in], outputs: [{ to: "rtp://239.2.1.1:5000", port: east }] }
  - { name: Second, number: 2, inputs: [second-in], outputs: [{ to: "udp://239.2.1.2:5000", port: east }] }
)";
constexpr std::uint16_t kPmt = 0x100, kVideo = 0x101, kAudio = 0x102, kNewAudio = 0x103, kMovedAudio = 0x1F0,
                        kPcrAlone = 0x1F1;

bool ends_with(const std::vector<std::uint8_t>& whole, const std::vector<std::uint8_t>& end) {
  return end.size() <= whole.size() &&
         std::equal(end.begin(), end.end(), whole.end() - static_cast<std::ptrdiff_t>(end.size()));
}

// When the PMT of an RTP stream that passes an interface changed, by the kernel's arrival times.
class PmtClock {
 public:
  PmtClock(const Lab& lab, const std::string& host, const std::string& interface, const std::string& group) {
    lab.on(host, [&] {
      auto socket = settop::open_receiver(*settop::Endpoint::parse(group), std::nullopt, interface);
      if (socket) receiver_.emplace(std::move(*socket));
    });
    if (!receiver_) throw std::runtime_error(host + " does not receive " + group);
  }

  // Of all that passed so far, the first PMT left out: the socket's buffer has held it.
  [[nodiscard]] std::vector<Instant> changes() {
    settop::StreamReport report(true);
    std::optional<psi::Pmt> last;
    std::vector<Instant> changes;
    const auto take = [&](Instant arrival, Bytes payload) {
      report.add(arrival, payload);
      if (report.pmts.empty() || last == report.pmts.begin()->second) return;
      if (last) changes.push_back(arrival);
      last = report.pmts.begin()->second;
    };
    // A channel's tables go on without its input.
    const Instant until = settop::wall_clock();
    for (std::uint64_t before = 1; before != report.datagrams && report.last_arrival < until;) {
      before = report.datagrams;
      receiver_->poll(take);
    }
    return changes;
  }

 private:
  std::optional<settop::Receiver> receiver_;
};

class FollowingTest : public HeadendLabTest {
 protected:
  // Plays the first channel's input once: four seconds of one audio track, then two of each change.
  void play(std::string_view lineup, const std::vector<ProgramSpec>& changes) {
    make_rig(lineup);
    rig->start_daemon();
    Box one(*lab, HEADWATER_SETTOP, "box1", "rtp://239.2.1.1:5000", rig->folder().at("one.ts"));
    Box two(*lab, HEADWATER_SETTOP, "box2", "udp://239.2.1.2:5000", rig->folder().at("two.ts"));
    const std::string beside = rig->folder().write("second.ts", service(2, 2));
    rig->play({beside, "udp://232.1.1.2:5000"});
    const std::string file = rig->folder().write("first.ts", encode(changes));
    // Played once: not before the headend has joined.
    ASSERT_TRUE(rig->wait_on_air(1)) << rig->log();
    ASSERT_TRUE(lab->wait_for_group("west", "headend-hd0 239.1.1.1"));
    PmtClock input(*lab, "west", "br0", "239.1.1.1:5000");
    PmtClock output(*lab, "box1", "eth0", "239.2.1.1:5000");
    Process& encoder = rig->play({"--once", file, "rtp://239.1.1.1:5000"});
    ASSERT_EQ(encoder.wait(), 0) << encoder.errors();
    ASSERT_TRUE(one.wait_quiet());
    expect_clean(one.stop());
    expect_clean(two.stop());
    sent = packets_of(read_file(file));
    recorded = one.packets();
    in = elementary_of(sent);
    out = elementary_of(recorded);
    EXPECT_EQ(out.errors, 0U);
    expect_versions(changes.size());
    expect_each_on_air(input.changes(), output.changes());

    expect_streams(two.packets(), packets_of(read_file(beside)), rig->pids_of("second"), 1);
    const TablesSeen tables = tables_of(two.packets());
    EXPECT_EQ(tables.pats.size(), 1U);
    EXPECT_EQ(tables.pmts.size(), 1U);
    EXPECT_EQ(tables.sdts.size(), 1U);
    expect_balance(6);
  }

  // A stream that begins with a change: it is announced first, by the so-manieth PMT, and is whole.
  void expect_announced_and_whole(std::uint16_t pid, std::size_t pmt) const {
    SCOPED_TRACE(pid);
    EXPECT_EQ(pmts_before(sent, pid), pmt) << "another case than was meant";
    EXPECT_EQ(pmts_before(recorded, pid), pmt);
    ASSERT_TRUE(out.whole.contains(pid));
    EXPECT_TRUE(out.whole.at(pid) == in.whole.at(pid))
        << out.whole.at(pid).size() << " bytes of " << in.whole.at(pid).size();
  }
  // One that was there when the channel came on air: to its last packet, or to the PMT that has it no more.
  void expect_to_its_end(std::uint16_t pid, std::optional<std::size_t> pmt = std::nullopt) const {
    SCOPED_TRACE(pid);
    const auto all = pmt ? new_pmts(sent).at(*pmt - 1) : sent.size();
    const auto whole =
        elementary_of({sent.begin(), sent.begin() + static_cast<std::ptrdiff_t>(all)}).whole.at(pid);
    EXPECT_TRUE(ends_with(whole, out.whole.at(pid)));
    EXPECT_GT(out.whole.at(pid).size(), whole.size() / 2);
  }

  std::vector<ts::Packet> sent, recorded;
  Elementary in, out;

 private:
  static std::vector<TimedPacket> encode(const std::vector<ProgramSpec>& changes) {
    StreamPlan plan;
    plan.programs = {television(1, 0x100, 1'500'000)};
    plan.rate = 2'500'000;
    ProgramGenerator generator(plan);
    Instant until = plan.start + Ticks27::seconds(4);
    std::vector<TimedPacket> made = generator.until(until);
    for (const ProgramSpec& change : changes) {
      generator.change({change});
      until = until + Ticks27::seconds(2);
      const std::vector<TimedPacket> more = generator.until(until);
      made.insert(made.end(), more.begin(), more.end());
    }
    return made;
  }

  void expect_versions(std::size_t changes) const {
    const TablesSeen tables = tables_of(recorded);
    EXPECT_EQ(tables.pats.size(), 1U);
    EXPECT_EQ(tables.sdts.size(), 1U);
    ASSERT_EQ(tables.pmts.size(), 1 + changes);
    for (std::size_t at = 1; at <= changes; ++at)
      EXPECT_EQ(tables.pmts[at].version, (tables.pmts[at - 1].version + 1) % 32);
  }

  // The packets with which a new version of the PMT is complete.
  static std::vector<std::size_t> new_pmts(const std::vector<ts::Packet>& packets) {
    std::vector<std::size_t> found;
    std::optional<std::uint8_t> version;
    psi::SectionAssembler sections;
    for (std::size_t at = 0; at < packets.size(); ++at) {
      const auto packet = ts::PacketView::parse(packets[at]);
      if (!packet || packet->pid().value() != kPmt) continue;
      sections.push(*packet, [&](const psi::SectionView& section) {
        if (std::exchange(version, section.version()) != section.version()) found.push_back(at);
      });
    }
    return found;
  }
  static std::size_t pmts_before(const std::vector<ts::Packet>& packets, std::uint16_t pid) {
    const auto first = std::ranges::find_if(packets, [&](const ts::Packet& packet) {
      const auto view = ts::PacketView::parse(packet);
      return view && view->pid().value() == pid;
    });
    const auto at = static_cast<std::size_t>(first - packets.begin());
    return static_cast<std::size_t>(
        std::ranges::count_if(new_pmts(packets), [&](std::size_t pmt) { return pmt < at; }));
  }

  // As often as it came; how long after is printed, on a machine that may be busy.
  static void expect_each_on_air(const std::vector<Instant>& arrived, const std::vector<Instant>& left) {
    ASSERT_EQ(arrived.size(), left.size());
    for (std::size_t at = 0; at < left.size(); ++at) {
      fmt::print("change {}: on air {:.1f} ms after the input's PMT\n", at + 1,
                 (left[at] - arrived[at]).to_seconds() * 1000);
    }
  }
};

TEST_F(FollowingTest, AddedAudioTrackIsWholeAndTheChannelBesideSeesNothing) {
  ASSERT_NO_FATAL_FAILURE(play(kUnhurried, {television(1, 0x100, 1'500'000, 2)}));
  const TablesSeen tables = tables_of(recorded);
  ASSERT_EQ(tables.pmts.size(), 2U);
  EXPECT_EQ(tables.pmts[0].streams.size(), 2U);
  EXPECT_EQ(tables.pmts[1].streams.size(), 3U);
  expect_announced_and_whole(kNewAudio, 2);
  for (const std::uint16_t pid : {kVideo, kAudio}) expect_to_its_end(pid);
}

// An audio track is added, the other moves, the PCRs get a PID of their own.
TEST_F(FollowingTest, ThreeChangesAfterAnother) {
  const ProgramSpec added = television(1, 0x100, 1'500'000, 2);
  ProgramSpec moved = added;
  moved.streams[1].pid = Pid::from_wire(kMovedAudio);
  ProgramSpec clocked = moved;
  clocked.pcr_pid = Pid::from_wire(kPcrAlone);
  ASSERT_NO_FATAL_FAILURE(play(kUnhurried, {added, moved, clocked}));
  const TablesSeen tables = tables_of(recorded);
  ASSERT_EQ(tables.pmts.size(), 4U);
  EXPECT_EQ(tables.pmts[1].streams.size(), 3U);
  EXPECT_EQ(tables.pmts[2].streams[1].pid.value(), kMovedAudio);
  EXPECT_EQ(tables.pmts[2].pcr_pid.value(), kVideo);
  EXPECT_EQ(tables.pmts[3].pcr_pid.value(), kPcrAlone);
  expect_announced_and_whole(kNewAudio, 2);
  expect_announced_and_whole(kMovedAudio, 3);
  expect_announced_and_whole(kPcrAlone, 4);
  expect_to_its_end(kVideo);
  expect_to_its_end(kAudio, 3);
}

}  // namespace
}  // namespace headwater::test
