// SPDX-License-Identifier: Apache-2.0
//
// Which packet goes when, in which datagram.
#include "dataplane/mux/schedule.h"

#include <gmock/gmock.h>

#include <optional>
#include <string>

#include "tests/unit/dataplane_mux/schedule_fixture.h"

namespace headwater::dataplane {
namespace {

using testing::ElementsAre;

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

// ISO/IEC 13818-1 2.4.3.5: another input has another time base. A clock of an hour ago, unannounced, is to a
// box a stream that stands still.
TEST_F(ScheduleTest, TheFirstPcrOfAnotherInputIsADiscontinuity) {
  const OutputPlan first = plan_of({{100, 100}});
  const OutputPlan second = plan_of_input(1, {{100, 100}});
  FilledHistory other;
  schedule.offer(first, 1, history.ring, ms(0));
  history.add_pcr(ms(0), 100, 2);
  history.add_pcr(ms(50), 100, 2);
  grown();
  EXPECT_THAT(run(ms(0), ms(250)), ElementsAre(Sent{ms(200), {"100:pcr"}}, Sent{ms(250), {"100:pcr"}}))
      << "not of a stream that begins";
  schedule.offer(second, 2, other.ring, ms(255));
  other.add(ms(60), 100);
  for (std::int64_t i = 0; i < 2; ++i) other.add_pcr(ms(70 + 50 * i), 100, 1);
  grown();
  EXPECT_THAT(run(ms(255), ms(400)),
              ElementsAre(Sent{ms(260), {"100:0:0", "100:pcr!"}}, Sent{ms(320), {"100:pcr"}}));
}

// Another worker's schedule goes on by the record.
TEST_F(ScheduleTest, SoItIsWhereAnotherWorkerTakesItUp) {
  const OutputPlan first = plan_of({{100, 100}});
  const OutputPlan second = plan_of_input(1, {{100, 100}});
  FilledHistory other;
  schedule.offer(first, 1, history.ring, ms(0));
  history.add_pcr(ms(0), 100, 2);
  grown();
  run(ms(0), ms(200));
  schedule.stop();
  Schedule next(counters, record);
  next.take_up();
  next.offer(second, 2, other.ring, ms(250));
  for (std::int64_t i = 0; i < 2; ++i) other.add_pcr(ms(70 + 50 * i), 100, 1);
  next.reader().count_offered();
  EXPECT_THAT(run(next, ms(250), ms(400)),
              ElementsAre(Sent{ms(270), {"100:pcr!"}}, Sent{ms(320), {"100:pcr"}}));
}

TEST_F(ScheduleTest, AnotherInputBeforeTheFirstPacketIsNone) {
  OutputPlan first = plan_of({{100, 100}});
  first.effective_from = {7'000};
  const OutputPlan second = plan_of_input(1, {{100, 100}}), third = plan_of_input(2, {{100, 100}});
  FilledHistory other, last;
  schedule.offer(first, 1, history.ring, ms(0));
  schedule.stop();
  Schedule next(counters, record);
  next.take_up();
  next.offer(second, 2, other.ring, ms(10));
  EXPECT_FALSE(record.jumped);
  next.offer(third, 3, last.ring, ms(20));
  EXPECT_TRUE(record.jumped) << "the second held";
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
