// SPDX-License-Identifier: Apache-2.0
//
// Which packet goes when, in which datagram, by which part of the Plan.
#include "dataplane/mux/schedule.h"

#include <gmock/gmock.h>

#include <optional>
#include <string>

#include "tests/unit/dataplane_mux/history_fixture.h"

namespace headwater::dataplane {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::shared_ptr<const PsiImage> table(PsiImage::Kind kind, std::uint16_t on_pid, std::uint8_t version,
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
  std::vector<std::string> packets;  // "pid:counter:number", or "pid:counter:vN" for a table of version N
  friend bool operator==(const Sent&, const Sent&) = default;
};

std::string describe(Bytes packet) {
  const std::uint16_t on_pid = load_be16(&packet[1]) & 0x1FFF;
  const std::string head = std::to_string(on_pid) + ":" + std::to_string(packet[3] & 0x0F) + ":";
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
  // What departs from `from` to `to`, asked exactly when the schedule says; time stands still between.
  std::vector<Sent> run(Instant from, Instant to) {
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
  Schedule schedule{counters};
};

TEST_F(ScheduleTest, SevenItemsMakeADatagramThatDepartsWhenTheFirstIsDue) {
  const OutputPlan plan = plan_of({{100, 100}});
  schedule.offer(plan, 1, history.ring, ms(0));
  for (std::int64_t i = 0; i < 10; ++i) history.add(ms(i), 100);
  grown();
  const auto sent = run(ms(0), ms(1000));
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_EQ(sent[0].departure, ms(200));
  EXPECT_EQ(sent[0].packets.size(), 7U);
  EXPECT_EQ(sent[1].departure, ms(207));
  EXPECT_EQ(sent[1].packets.size(), 3U);
  EXPECT_EQ(sent[1].packets[2], "100:9:9");
  expect_balance();
}

TEST_F(ScheduleTest, LowRatesTakeWhatIsDueWithinFortyMilliseconds) {
  const OutputPlan plan = plan_of({{100, 100}});
  schedule.offer(plan, 1, history.ring, ms(0));
  for (std::int64_t i = 0; i < 6; ++i) history.add(Instant{i * 634'500}, 100);  // 64 kb/s: 23.5 ms apart
  grown();
  const auto sent = run(ms(0), ms(1000));
  ASSERT_EQ(sent.size(), 3U);
  for (const Sent& one : sent) EXPECT_EQ(one.packets.size(), 2U);
  EXPECT_EQ(sent[1].departure - sent[0].departure, Ticks27{2 * 634'500});
}

TEST_F(ScheduleTest, RemapsAndPassesOver) {
  const OutputPlan plan = plan_of({{100, 256}, {102, 257}});
  schedule.offer(plan, 1, history.ring, ms(0));
  for (const std::uint16_t on : std::initializer_list<std::uint16_t>{100, 101, 102, 101, 100})
    history.add(ms(0), on);
  grown();
  EXPECT_THAT(run(ms(0), ms(1000)), ElementsAre(Sent{ms(200), {"256:0:0", "257:0:2", "256:1:4"}}));
  EXPECT_EQ(counters.passed_over.get(), 2U);
  EXPECT_EQ(counters.copies_in.get(), 3U);
  expect_balance();
}

TEST_F(ScheduleTest, DecidesNoEarlierThanFortyMillisecondsAhead) {
  const OutputPlan plan = plan_of({{100, 256}});
  schedule.offer(plan, 1, history.ring, ms(0));
  for (std::int64_t i = 0; i < 100; i += 10) history.add(ms(i), 999);  // none of ours yet
  grown();
  EXPECT_TRUE(schedule.next_look(ms(150)).has_value());
  EXPECT_EQ(counters.passed_over.get(), 0U);
  EXPECT_TRUE(schedule.next_look(ms(200)).has_value());
  EXPECT_EQ(counters.passed_over.get(), 5U);  // due at 200 .. 240
}

TEST_F(ScheduleTest, DropsScrambledWhereRefused) {
  OutputPlan plan = plan_of({{100, 100}});
  plan.drop_scrambled = true;
  schedule.offer(plan, 1, history.ring, ms(0));
  history.add(ms(0), 100);
  history.add(ms(0), 100).scrambled = true;
  grown();
  EXPECT_THAT(run(ms(0), ms(1000)), ElementsAre(Sent{ms(200), {"100:0:0"}}));
  EXPECT_EQ(counters.drop_scrambled.get(), 1U);
  EXPECT_EQ(counters.copies_in.get(), 2U);
}

TEST_F(ScheduleTest, KeepsTheCounterOfDuplicatesAndOfPacketsWithoutPayload) {
  const OutputPlan plan = plan_of({{100, 100}});
  schedule.offer(plan, 1, history.ring, ms(0));
  history.add(ms(0), 100);
  history.add(ms(0), 100).duplicate = true;
  history.add(ms(0), 100);
  history.last_is_adaptation_only();
  history.add(ms(0), 100);
  grown();
  const auto sent = run(ms(0), ms(1000));
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_THAT(sent[0].packets, ElementsAre("100:0:0", "100:0:1", testing::StartsWith("100:0:"), "100:1:3"));
}

TEST_F(ScheduleTest, TablesStartAtOnceAndGoOnWithoutInput) {
  OutputPlan plan = plan_of({{100, 100}});
  plan.psi = {table(PsiImage::Kind::kPat, 0, 1), table(PsiImage::Kind::kPmt, 32, 1)};
  schedule.offer(plan, 1, history.ring, ms(10));
  EXPECT_THAT(run(ms(10), ms(250)),
              ElementsAre(Sent{ms(10), {"0:0:v1", "32:0:v1"}}, Sent{ms(110), {"0:1:v1", "32:1:v1"}},
                          Sent{ms(210), {"0:2:v1", "32:2:v1"}}));
  EXPECT_EQ(counters.inserted_pat.get(), 3U);
  EXPECT_EQ(counters.inserted_pmt.get(), 3U);
  EXPECT_TRUE(schedule.starved());
}

TEST_F(ScheduleTest, TablesAreMergedByTime) {
  OutputPlan plan = plan_of({{100, 100}});
  plan.psi = {table(PsiImage::Kind::kPmt, 32, 1)};
  schedule.offer(plan, 1, history.ring, ms(0));
  EXPECT_EQ(run(ms(0), ms(50)).size(), 1U);
  for (std::int64_t i = 0; i < 30; ++i) history.add(ms(95 - 200 + i), 100);  // due from 95 on
  grown();
  const auto sent = run(ms(95), ms(120));
  ASSERT_GE(sent.size(), 1U);
  EXPECT_THAT(sent[0].packets,
              ElementsAre("100:0:0", "100:1:1", "100:2:2", "100:3:3", "100:4:4", "32:1:v1", "100:5:5"));
}

TEST_F(ScheduleTest, ALongTableGoesOnInTheNextDatagramAtOnce) {
  OutputPlan plan = plan_of({});
  plan.psi = {table(PsiImage::Kind::kPmt, 32, 1, 9)};
  schedule.offer(plan, 1, history.ring, ms(0));
  const auto sent = run(ms(0), ms(0));
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_EQ(sent[0].packets.size(), 7U);
  EXPECT_EQ(sent[1].packets.size(), 2U);
}

TEST_F(ScheduleTest, ANewPartHoldsFromItsPacketOnWithItsTablesFirst) {
  OutputPlan before = plan_of({{100, 256}});
  before.psi = {table(PsiImage::Kind::kPat, 0, 1), table(PsiImage::Kind::kPmt, 32, 1)};
  OutputPlan after = plan_of({{100, 300}, {101, 301}});
  after.psi = {before.psi[0], table(PsiImage::Kind::kPmt, 32, 2)};
  after.effective_from = {4};
  schedule.offer(before, 1, history.ring, ms(150));
  EXPECT_EQ(run(ms(150), ms(150)).size(), 1U);
  for (std::int64_t i = 0; i < 8; ++i) history.add(ms(i), i < 3 ? 100 : 101);  // 101 is not ours before 4
  grown();
  schedule.offer(after, 2, history.ring, ms(160));
  EXPECT_TRUE(schedule.part_waits());
  EXPECT_EQ(schedule.oldest_generation(), 1U);
  EXPECT_EQ(counters.plan_generation.get(), 1);

  EXPECT_THAT(run(ms(160), ms(240)),
              ElementsAre(Sent{ms(200), {"256:0:0", "256:1:1", "256:2:2"}},
                          Sent{ms(204), {"32:1:v2", "301:0:4", "301:1:5", "301:2:6", "301:3:7"}}));
  EXPECT_FALSE(schedule.part_waits());
  EXPECT_EQ(schedule.part(), &after);
  EXPECT_EQ(counters.plan_generation.get(), 2);
  EXPECT_EQ(counters.passed_over.get(), 1U);
  expect_balance();
}

TEST_F(ScheduleTest, ThePatKeepsItsRhythmOverAChange) {
  OutputPlan before = plan_of({});
  before.psi = {table(PsiImage::Kind::kPat, 0, 1), table(PsiImage::Kind::kPmt, 32, 1)};
  OutputPlan after = before;
  after.psi[1] = table(PsiImage::Kind::kPmt, 32, 2);
  schedule.offer(before, 1, history.ring, ms(0));
  run(ms(0), ms(0));
  schedule.offer(after, 2, history.ring, ms(50));
  // The PMT at once; then both within their 100 ms, the PAT taking nothing along that is due later than 40
  // ms.
  EXPECT_THAT(run(ms(50), ms(150)),
              ElementsAre(Sent{ms(50), {"32:1:v2"}}, Sent{ms(100), {"0:1:v1"}}, Sent{ms(150), {"32:2:v2"}}));
}

TEST_F(ScheduleTest, OfSeveralForOnePacketTheNewestCounts) {
  const OutputPlan first = plan_of({{100, 1000}});
  OutputPlan second = plan_of({{100, 2000}});
  second.effective_from = {2};
  OutputPlan third = plan_of({{100, 3000}});  // at adoption, but not before the second would have held
  schedule.offer(first, 1, history.ring, ms(0));
  for (std::int64_t i = 0; i < 4; ++i) history.add(ms(i), 100);
  grown();
  schedule.offer(second, 2, history.ring, ms(10));
  schedule.offer(third, 3, history.ring, ms(20));
  EXPECT_EQ(schedule.oldest_generation(), 1U);
  EXPECT_THAT(run(ms(20), ms(240)),
              ElementsAre(Sent{ms(200), {"1000:0:0", "1000:1:1"}}, Sent{ms(202), {"3000:0:2", "3000:1:3"}}));
}

// A PMT that moves a PID, and an SDT just behind it: the second change does not put off the first.
TEST_F(ScheduleTest, EachWaitingPartTakesItsTurnAtItsPacket) {
  std::vector<OutputPlan> parts;
  for (std::uint16_t i = 0; i < 4; ++i) {
    parts.push_back(plan_of({{100, static_cast<std::uint16_t>(1000 + i)}}));
    parts.back().effective_from = {i};
  }
  for (std::uint64_t i = 0; i < 4; ++i)
    schedule.offer(parts[i], 1 + i, history.ring, ms(static_cast<std::int64_t>(i)));
  for (std::int64_t i = 0; i < 5; ++i) history.add(ms(i), 100);
  grown();
  EXPECT_THAT(run(ms(10), ms(240)),
              ElementsAre(Sent{ms(200), {"1000:0:0"}}, Sent{ms(201), {"1001:0:1"}},
                          Sent{ms(202), {"1002:0:2"}}, Sent{ms(203), {"1003:0:3", "1003:1:4"}}));
  EXPECT_FALSE(schedule.part_waits());
}

// Of two for neighbouring packets that are both past, only the newer is seen.
TEST_F(ScheduleTest, TurnsThatArePastAreTakenAtOnce) {
  const OutputPlan first = plan_of({{100, 1000}});
  OutputPlan second = plan_of({{100, 2000}}), third = plan_of({{100, 3000}});
  second.effective_from = {1};
  third.effective_from = {2};
  schedule.offer(first, 1, history.ring, ms(0));
  for (std::int64_t i = 0; i < 2; ++i) history.add(ms(i), 101);
  history.add(ms(2), 100);
  grown();
  schedule.offer(second, 2, history.ring, ms(10));
  schedule.offer(third, 3, history.ring, ms(20));
  EXPECT_THAT(run(ms(20), ms(240)), ElementsAre(Sent{ms(202), {"3000:0:2"}}));
  EXPECT_EQ(schedule.oldest_generation(), 3U);
}

// Two encoders on one group without `from`, their PMTs alternating: what is still in use stays bounded, and
// the output goes by one or the other.
TEST_F(ScheduleTest, ChangesThatNeverEndPutOffNothing) {
  std::vector<OutputPlan> parts;
  for (int i = 0; i < 200; ++i) parts.push_back(plan_of({{100, static_cast<std::uint16_t>(1000 + i % 2)}}));
  Instant before = ms(0);
  for (std::uint64_t i = 0; i < parts.size(); ++i) {
    const Instant now = ms(static_cast<std::int64_t>(50 * i));
    parts[i].effective_from = {i};
    schedule.offer(parts[i], 1 + i, history.ring, now);
    history.add(now, 100);
    grown();
    run(before, now);
    before = now;
    EXPECT_LE(1 + i - schedule.oldest_generation(), 5U) << i;
  }
  EXPECT_GT(schedule.part_changes(), 190U);
}

// Beyond what it keeps, the last to come share a turn; none is lost, and none before is put off.
TEST_F(ScheduleTest, WhereTooManyWaitTheLastOnesShareATurn) {
  constexpr std::uint16_t kParts = 20, kKept = Schedule::kMostWaiting;
  std::vector<OutputPlan> parts;
  for (std::uint16_t i = 0; i < kParts; ++i) {
    parts.push_back(plan_of({{100, static_cast<std::uint16_t>(1000 + i)}}));
    parts.back().effective_from = {i};
  }
  for (std::uint16_t i = 0; i < kParts; ++i) schedule.offer(parts[i], 1U + i, history.ring, ms(0));
  for (std::uint16_t i = 0; i < kParts; ++i) history.add(ms(i), 100);
  grown();
  std::vector<std::string> sent;
  for (const Sent& each : run(ms(0), ms(240)))
    sent.insert(sent.end(), each.packets.begin(), each.packets.end());
  // The first holds at once; of the others as many as wait have a turn of their own but for the last.
  EXPECT_EQ(sent[kKept - 1], std::to_string(1000 + kKept - 1) + ":0:" + std::to_string(kKept - 1));
  EXPECT_EQ(sent.back(), "1019:0:19");
  EXPECT_EQ(schedule.oldest_generation(), std::uint64_t{kParts});
}

TEST_F(ScheduleTest, AnotherInputEndsTheWaitForPacketsOfTheOldOne) {
  OutputPlan before = plan_of({{100, 1000}});
  before.effective_from = {7'000};
  schedule.offer(before, 1, history.ring, ms(0));
  EXPECT_EQ(schedule.part(), nullptr);
  FilledHistory other;
  OutputPlan after = plan_of({{100, 2000}});
  after.input = {1};
  after.effective_from = {7'000};
  schedule.offer(after, 2, other.ring, ms(10));
  EXPECT_EQ(schedule.part(), &after);
  EXPECT_FALSE(schedule.part_waits());
}

TEST_F(ScheduleTest, APartWhosePacketIsPastTakesOverInSilenceToo) {
  OutputPlan before = plan_of({});
  before.psi = {table(PsiImage::Kind::kPmt, 32, 1)};
  OutputPlan after = before;
  after.psi = {table(PsiImage::Kind::kPmt, 32, 2)};
  after.effective_from = {2};
  schedule.offer(before, 1, history.ring, ms(190));
  run(ms(190), ms(190));
  history.add(ms(0), 101);
  grown();
  schedule.offer(after, 2, history.ring, ms(200));
  EXPECT_THAT(run(ms(200), ms(235)), IsEmpty()) << "one packet has come, and it holds from the third on";
  history.add(ms(40), 101);
  grown();
  EXPECT_THAT(run(ms(240), ms(280)), ElementsAre(Sent{ms(240), {"32:1:v2"}}));
}

// A revised due time must not move the change to another packet.
TEST_F(ScheduleTest, APartHoldsFromItsPacketOnWhateverItsDueBecomes) {
  const OutputPlan before = plan_of({{100, 1000}});
  OutputPlan after = plan_of({{100, 2000}});
  after.effective_from = {2};
  schedule.offer(before, 1, history.ring, ms(0));
  for (std::int64_t i = 0; i < 4; ++i) history.add(ms(60 + i), 100);
  grown();
  schedule.offer(after, 2, history.ring, ms(70));
  for (std::uint64_t i = 0; i < 4; ++i)
    history.ring.at(i).packets[0].due = ms(50 + static_cast<std::int64_t>(i));
  EXPECT_THAT(run(ms(70), ms(260)),
              ElementsAre(Sent{ms(250), {"1000:0:0", "1000:1:1"}}, Sent{ms(252), {"2000:0:2", "2000:1:3"}}));
}

TEST_F(ScheduleTest, BeforeTheFirstPartHoldsNothingIsSent) {
  OutputPlan plan = plan_of({{100, 100}});
  plan.psi = {table(PsiImage::Kind::kPmt, 32, 1)};
  plan.effective_from = {2};
  schedule.offer(plan, 1, history.ring, ms(0));
  EXPECT_EQ(schedule.part(), nullptr);
  for (std::int64_t i = 0; i < 3; ++i) history.add(ms(i), 100);
  grown();
  EXPECT_THAT(run(ms(0), ms(240)), ElementsAre(Sent{ms(202), {"32:0:v1", "100:0:2"}}));
  EXPECT_EQ(counters.passed_over.get(), 2U);
}

TEST_F(ScheduleTest, ADueThatTheTimelineRevisesIsLookedAtAgain) {
  const OutputPlan plan = plan_of({{100, 100}});
  schedule.offer(plan, 1, history.ring, ms(0));
  HistoryPacket& packet = history.add(ms(100), 100);
  grown();
  const auto look = schedule.next_look(ms(100));
  ASSERT_TRUE(look.has_value());
  EXPECT_LE(*look, ms(280));  // before the 300 that the provisional due gives
  packet.due = ms(94);
  EXPECT_THAT(run(*look, ms(400)), ElementsAre(Sent{ms(294), {"100:0:0"}}));
}

TEST_F(ScheduleTest, StoppingCountsWhatWasHeld) {
  const OutputPlan plan = plan_of({{100, 100}});
  schedule.offer(plan, 1, history.ring, ms(0));
  for (const std::uint16_t on : std::initializer_list<std::uint16_t>{100, 101, 100}) history.add(ms(0), on);
  grown();
  schedule.stop();
  EXPECT_EQ(counters.drop_stopped.get(), 2U);
  EXPECT_EQ(counters.passed_over.get(), 1U);
  EXPECT_EQ(counters.history_held.get(), 0);
  expect_balance();
}

TEST_F(ScheduleTest, MovingToAnotherInputLeavesTheOldOne) {
  const OutputPlan first = plan_of({{100, 100}});
  OutputPlan second = plan_of({{100, 100}});
  second.input = {1};
  FilledHistory other;
  schedule.offer(first, 1, history.ring, ms(0));
  history.add(ms(0), 100);
  grown();
  other.add(ms(0), 777);
  other.add(ms(60), 100);
  schedule.offer(second, 2, other.ring, ms(230));  // what was due before 230 is late already
  EXPECT_EQ(counters.drop_stopped.get(), 1U);
  EXPECT_THAT(run(ms(230), ms(400)), ElementsAre(Sent{ms(260), {"100:0:1"}}));
  expect_balance();
}

TEST_F(ScheduleTest, AfterAStallTablesAreNotSentForEveryRoundMissed) {
  OutputPlan plan = plan_of({});
  plan.psi = {table(PsiImage::Kind::kPmt, 32, 1)};
  schedule.offer(plan, 1, history.ring, ms(0));
  run(ms(0), ms(0));
  ASSERT_TRUE(schedule.select(ms(1000)).has_value());  // due since 100
  EXPECT_FALSE(schedule.select(ms(1000)).has_value());
  EXPECT_EQ(schedule.next_look(ms(1000)), ms(1099));
}

}  // namespace
}  // namespace headwater::dataplane
