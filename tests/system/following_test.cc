// SPDX-License-Identifier: Apache-2.0
//
// An input's tables followed on the wire: its PMT gains an audio track in mid-stream; the box sees one new
// version and the new track from its first packet to its last, and the channel beside it sees nothing.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/system/headend_fixture.h"

namespace headwater::test {
namespace {

// A second between due-in and due-out: the time that control has for a new PMT, on a machine that may be busy
// with other things.
constexpr std::string_view kLineup = R"(defaults: { delay: 1s }
inputs:
  first-in: { source: "rtp://239.1.1.1:5000", port: west, max_rate: 4M }
  second-in: { source: "udp://232.1.1.2:5000", port: west, from: 10.1.0.5, max_rate: 4M }
channels:
  - { name: First, number: 1, inputs: [first-in], outputs: [{ to: "rtp://239.2.1.1:5000", port: east }] }
  - { name: Second, number: 2, inputs: [second-in], outputs: [{ to: "udp://239.2.1.2:5000", port: east }] }
)";
constexpr std::uint16_t kVideo = 0x101, kAudio = 0x102, kNewAudio = 0x103;

bool ends_with(const std::vector<std::uint8_t>& whole, const std::vector<std::uint8_t>& end) {
  return end.size() <= whole.size() &&
         std::equal(end.begin(), end.end(), whole.end() - static_cast<std::ptrdiff_t>(end.size()));
}

class FollowingTest : public HeadendLabTest {};

TEST_F(FollowingTest, AddedAudioTrackIsWholeAndTheChannelBesideSeesNothing) {
  make_rig(kLineup);
  rig->start_daemon();
  Box one(*lab, HEADWATER_SETTOP, "box1", "rtp://239.2.1.1:5000", rig->folder().at("one.ts"));
  Box two(*lab, HEADWATER_SETTOP, "box2", "udp://239.2.1.2:5000", rig->folder().at("two.ts"));

  StreamPlan plan;
  plan.programs = {television(1, 0x100, 1'500'000)};
  plan.rate = 2'500'000;
  ProgramGenerator generator(plan);
  std::vector<TimedPacket> played = generator.until(plan.start + Ticks27::seconds(4));
  generator.change({television(1, 0x100, 1'500'000, 2)});
  const std::vector<TimedPacket> rest = generator.until(plan.start + Ticks27::seconds(7));
  played.insert(played.end(), rest.begin(), rest.end());
  const std::string beside = rig->folder().write("second.ts", service(2, 2));
  rig->play({beside, "udp://232.1.1.2:5000"});
  const std::string file = rig->folder().write("first.ts", played);
  // Played once: not before the headend has joined.
  ASSERT_TRUE(rig->wait_on_air(1)) << rig->log();
  ASSERT_TRUE(lab->wait_for_group("west", "headend-hd0 239.1.1.1"));
  Process& encoder = rig->play({"--once", file, "rtp://239.1.1.1:5000"});
  ASSERT_EQ(encoder.wait(), 0) << encoder.errors();
  one.wait_quiet();
  expect_clean(one.stop());
  expect_clean(two.stop());

  const TablesSeen tables = tables_of(one.packets());
  ASSERT_EQ(tables.pmts.size(), 2U);
  EXPECT_EQ(tables.pmts[1].version, (tables.pmts[0].version + 1) % 32);
  EXPECT_EQ(tables.pmts[0].streams.size(), 2U);
  EXPECT_EQ(tables.pmts[1].streams.size(), 3U);
  EXPECT_EQ(tables.pats.size(), 1U);
  EXPECT_EQ(tables.sdts.size(), 1U);

  std::vector<ts::Packet> sent;
  for (const TimedPacket& made : played) sent.push_back(made.packet);
  const Elementary in = elementary_of(sent);
  const Elementary out = elementary_of(one.packets());
  EXPECT_EQ(out.errors, 0U);
  EXPECT_TRUE(out.whole.at(kNewAudio) == in.whole.at(kNewAudio))
      << out.whole.at(kNewAudio).size() << " bytes of " << in.whole.at(kNewAudio).size();
  // The others from when the channel came on air, before the change, to the end.
  for (const std::uint16_t pid : {kVideo, kAudio}) {
    EXPECT_TRUE(ends_with(in.whole.at(pid), out.whole.at(pid))) << pid;
    EXPECT_GT(out.whole.at(pid).size(), in.whole.at(pid).size() / 2) << pid;
  }

  expect_streams(two.packets(), packets_of(read_file(beside)), rig->pids_of("second"), 1);
  const TablesSeen tables_beside = tables_of(two.packets());
  EXPECT_EQ(tables_beside.pats.size(), 1U);
  EXPECT_EQ(tables_beside.pmts.size(), 1U);
  EXPECT_EQ(tables_beside.sdts.size(), 1U);
  expect_balance(6);
}

}  // namespace
}  // namespace headwater::test
