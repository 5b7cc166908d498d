// SPDX-License-Identifier: Apache-2.0
//
// From memory port to memory port: one program in, remultiplexed out.
#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "dataplane/channel/feed_ring.h"
#include "dataplane/kernel/plain_pool.h"
#include "tests/sim/worker_fixture.h"
#include "tests/unit/dataplane_ingest/datagrams.h"

namespace headwater::test {
namespace {

class RemuxTest : public WorkerTest {
 protected:
  // Three seconds in this carriage arrive, and leave as they are.
  void expect_whole_television() {
    Sender sender(television_stream(), carriage, rig.port(0));
    rig.publish(plan_of({input_plan(0, carriage)}, {output_plan({}, program)}));
    sender.send_until(ms(3'000));
    rig.run_until(ms(4'000));
    expect_same_payload(sender.sent(), packets_of(box(0)), {{0x101, 0x101}, {0x102, 0x102}});
    EXPECT_EQ(rig.input(0).packets.get(), sender.sent().size());
  }
};

class Remux : public RemuxTest {};

TEST_F(Remux, PayloadIsByteExactUnderOtherPids) {
  Sender sender(television_stream(), carriage, rig.port(0));
  rig.publish(plan_of({input_plan(0, carriage)},
                      {output_plan({.moved = {{0x101, 0x300}, {0x102, 0x301}}}, program)}));
  sender.send_until(ms(5'000));
  rig.run_until(ms(6'000));

  const auto packets = packets_of(box(0));
  expect_same_payload(sender.sent(), packets, {{0x101, 0x300}, {0x102, 0x301}});
  // Nothing but the program and its tables.
  for (const auto& [on_pid, count] : elementary_of(packets).packets) {
    EXPECT_THAT(on_pid, testing::AnyOf(0, 0x11, 0x20, 0x300, 0x301)) << count << " packets";
  }
  const dataplane::OutputCounters& counters = rig.output(0);
  EXPECT_EQ(counters.emitted.get(), packets.size());
  EXPECT_EQ(counters.emitted_bytes.get(), packets.size() * 188);
  EXPECT_EQ(counters.datagrams.get(), box(0).size());
  EXPECT_EQ(counters.drop_no_buffer.get() + counters.drop_tx_full.get() + counters.expelled.get(), 0U);
}

TEST_F(Remux, TablesKeepTheirIntervals) {
  Sender sender(television_stream(), carriage, rig.port(0));
  rig.publish(plan_of({input_plan(0, carriage)}, {output_plan({}, program)}));
  sender.send_until(ms(5'000));
  rig.run_until(ms(5'000));
  const auto datagrams = box(0);
  expect_intervals(starts_on(datagrams, kPatPid), Ticks27::milliseconds(100));
  expect_intervals(starts_on(datagrams, pid(0x20)), Ticks27::milliseconds(100));
  expect_intervals(starts_on(datagrams, kSdtPid), Ticks27::seconds(1));
  EXPECT_EQ(starts_on(datagrams, kPatPid).front(), ms(0));
}

TEST_F(Remux, SevenPacketsADatagramEachWhenItsFirstIsDue) {
  Sender sender(television_stream(), carriage, rig.port(0));
  rig.publish(plan_of({input_plan(0, carriage)}, {output_plan({}, program)}));
  sender.send_until(ms(5'000));
  rig.run_until(ms(5'000));
  const auto datagrams = box(0);
  // Seven packets of the stream take so long. Where the tables are among them the next are due earlier; a
  // fifth is all that they may take.
  const Ticks27 nominal{7 * 1504 * kTicksPerSecond / static_cast<std::int64_t>(television_stream().rate)};
  std::size_t full = 0;
  Instant last = ms(-100);
  for (const BoxDatagram& datagram : datagrams) {
    EXPECT_EQ(datagram.at, datagram.departure);
    EXPECT_GE((datagram.at - last).value, nominal.value * 4 / 5)
        << "at " << datagram.at.value / 27'000 << " ms";
    last = datagram.at;
    if (datagram.packets.size() == 7) ++full;
  }
  // But for the tables that go out before there is anything else.
  EXPECT_GE(full + 4, datagrams.size());
  EXPECT_EQ(rig.output(0).late_departures.get(), 0U);
}

TEST_F(Remux, ASlowStreamGetsFewerPacketsADatagram) {
  StreamPlan stream;
  stream.programs = {radio(1, 0x100, 64'000)};
  stream.rate = 200'000;
  Sender sender(stream, carriage, rig.port(0));
  rig.publish(plan_of({input_plan(0, carriage)}, {output_plan({}, radio(1, 0x100, 1))}));
  sender.send_until(ms(10'000));
  rig.run_until(ms(11'000));
  const auto datagrams = box(0);
  expect_same_payload(sender.sent(), packets_of(datagrams), {{0x101, 0x101}});
  std::size_t most = 0;
  for (const BoxDatagram& datagram : datagrams) most = std::max(most, datagram.packets.size());
  EXPECT_LT(most, 7U);
  expect_intervals(starts_on(datagrams, kPatPid), Ticks27::milliseconds(100));
}

TEST_F(Remux, TwoOutputsOfOneInputAreEachTheirOwn) {
  Sender sender(television_stream(), carriage, rig.port(0));
  rig.publish(plan_of({input_plan(0, carriage)},
                      {output_plan({.slot = 0}, program),
                       output_plan({.slot = 1, .moved = {{0x101, 0x500}}, .rtp = true}, program)}));
  sender.send_until(ms(3'000));
  rig.run_until(ms(4'000));
  expect_same_payload(sender.sent(), packets_of(box(0)), {{0x101, 0x101}, {0x102, 0x102}});
  expect_same_payload(sender.sent(), packets_of(box(1, true)), {{0x101, 0x500}, {0x102, 0x102}});
}

TEST_F(Remux, RtpCountsOnAndCarriesTheDeparture) {
  Sender sender(television_stream(), carriage, rig.port(0));
  rig.publish(plan_of({input_plan(0, carriage)}, {output_plan({.rtp = true}, program)}));
  sender.send_until(ms(2'000));
  rig.run_until(ms(2'000));
  std::uint16_t sequence = 65530;
  for (const BoxDatagram& datagram : box(0, true)) {
    ASSERT_EQ(datagram.rtp_sequence, sequence++);
    ASSERT_EQ(datagram.rtp_timestamp, static_cast<std::uint32_t>(datagram.departure.value / 300));
  }
  EXPECT_LT(sequence, 65530);  // it wrapped
}

TEST_F(Remux, RtpWithCsrcExtensionAndPaddingIsTakenApart) {
  carriage.rtp = true;
  carriage.rtp_packet = [](std::uint16_t sequence, std::uint32_t timestamp, Bytes payload) {
    return dataplane::full_rtp_payload(sequence, payload, timestamp);
  };
  expect_whole_television();
  EXPECT_EQ(rig.input(0).torn_bytes.get(), 0U);
}

struct Layout {
  const char* name;
  std::size_t stride, prefix;
};

class RemuxLayout : public RemuxTest, public testing::WithParamInterface<Layout> {};

TEST_P(RemuxLayout, PayloadIsByteExact) {
  carriage.stride = GetParam().stride;
  carriage.prefix = GetParam().prefix;
  expect_whole_television();
  EXPECT_EQ(rig.input(0).bytes.get(), rig.input(0).packets.get() * carriage.stride);
}

// A time stamp in front (M2TS), four bytes of something behind, or the parity of Reed-Solomon (EN 300 429).
INSTANTIATE_TEST_SUITE_P(Packets, RemuxLayout,
                         testing::Values(Layout{"Of192BytesStamped", 192, 4}, Layout{"Of192Bytes", 192, 0},
                                         Layout{"Of204Bytes", 204, 0}),
                         [](const auto& layout) { return layout.param.name; });

TEST_F(Remux, OneProgramOfSeveral) {
  StreamPlan stream;
  stream.programs = {television(1, 0x100, 2'000'000), television(2, 0x200, 3'000'000, 2)};
  stream.rate = 7'000'000;
  Sender sender(stream, carriage, rig.port(0));
  rig.publish(plan_of({input_plan(0, carriage)}, {output_plan({}, television(2, 0x200, 1, 2))}));
  sender.send_until(ms(3'000));
  rig.run_until(ms(4'000));
  expect_same_payload(sender.sent(), packets_of(box(0)), {{0x201, 0x201}, {0x202, 0x202}, {0x203, 0x203}});
  EXPECT_FALSE(elementary_of(packets_of(box(0))).packets.contains(0x101));
}

TEST_F(Remux, AnInputWithoutOutputsKeepsNothingAndStillSaysWhatItCarries) {
  Sender sender(television_stream(), carriage, rig.port(0));
  dataplane::InputPlan input = input_plan(0, carriage);
  input.pids.set(pid(0x100), {.psi = true});
  rig.publish(plan_of({input}, {}));
  sender.send_until(ms(2'000));
  rig.run_until(ms(2'000));
  EXPECT_GT(rig.input(0).packets.get(), 1'000U);
  EXPECT_LT(rig.port(0).frames_in_use(), 64U);
  std::set<std::uint16_t> pids;
  for (const auto& record : rig.take_punted()) {
    EXPECT_EQ(record.header.kind, dataplane::channel::PuntHeader::Kind::kSection);
    pids.insert(record.header.pid);
  }
  EXPECT_EQ(pids, (std::set<std::uint16_t>{0, 0x11, 0x100}));
}

TEST_F(Remux, AFedFileGoesTheSameWay) {
  dataplane::channel::FeedRing ring(4'096);
  rig.feed({3}, ring);
  dataplane::InputPlan input = input_plan(3, carriage);
  input.match.reset();
  rig.publish(plan_of({input}, {output_plan({.input = 3}, program)}));

  ProgramGenerator generator(television_stream());
  const std::vector<TimedPacket> packets = generator.until(ms(2'000));
  dataplane::PlainPool pool(4'096);
  std::vector<ts::Packet> sent;
  for (std::size_t i = 0; i + 7 <= packets.size(); i += 7) {
    dataplane::channel::FedFrame fed;
    ASSERT_EQ(pool.allocate({&fed.frame, 1}), 1U);
    fed.count = 7;
    fed.frame.length = 7 * 188;
    for (std::size_t k = 0; k < 7; ++k) {
      std::copy(packets[i + k].packet.begin(), packets[i + k].packet.end(), fed.frame.data + k * 188);
      fed.due[k] = packets[i + k].sent + Ticks27::milliseconds(50);
      sent.push_back(packets[i + k].packet);
    }
    ASSERT_TRUE(ring.try_push(fed));
  }
  rig.run_until(ms(3'000));
  expect_same_payload(sent, packets_of(box(0)), {{0x101, 0x101}, {0x102, 0x102}});
  EXPECT_EQ(pool.in_use(), 0U);
}

TEST_F(Remux, FramesFromControlLeaveAsTheyAreAndFramesForItArrive) {
  rig.publish(plan_of({}, {}));
  const std::vector<std::uint8_t> report(60, 0x42);
  ASSERT_TRUE(rig.inject().try_push({.port = 1}, report));
  const std::vector<std::uint8_t> arp = dataplane::arp_frame(
      {.sender_mac = {}, .sender = {0x0A010001}, .target_mac = {}, .target = {0x0A01000A}});
  rig.port(0).arrive(ms(1), arp);
  rig.run_until(ms(2));
  ASSERT_EQ(rig.port(1).sent().size(), 1U);
  EXPECT_EQ(rig.port(1).sent()[0].bytes, report);
  EXPECT_EQ(rig.counters().port({1}).injected.get(), 1U);
  const auto punted = rig.take_punted();
  ASSERT_EQ(punted.size(), 1U);
  EXPECT_EQ(punted[0].header.kind, dataplane::channel::PuntHeader::Kind::kFrame);
  EXPECT_EQ(punted[0].header.at, ms(1));
  EXPECT_EQ(punted[0].bytes, arp);
  EXPECT_EQ(rig.counters().port({0}).punted.get(), 1U);
}

}  // namespace
}  // namespace headwater::test
