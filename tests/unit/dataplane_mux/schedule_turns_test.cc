// SPDX-License-Identifier: Apache-2.0
//
// Parts of one Plan after another: from which packet each of them holds.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tests/unit/dataplane_mux/schedule_fixture.h"

namespace headwater::dataplane {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct ScheduleTurns : ScheduleTest {};

TEST_F(ScheduleTurns, ANewPartHoldsFromItsPacketOnWithItsTablesFirst) {
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

TEST_F(ScheduleTurns, OfSeveralForOnePacketTheNewestCounts) {
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
TEST_F(ScheduleTurns, EachWaitingPartTakesItsTurnAtItsPacket) {
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
TEST_F(ScheduleTurns, TurnsThatArePastAreTakenAtOnce) {
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
TEST_F(ScheduleTurns, ChangesThatNeverEndPutOffNothing) {
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

// Beyond what it keeps, the last to come share a turn, at the packet of the first of them: none is put off.
TEST_F(ScheduleTurns, WhereTooManyWaitTheLastOnesShareATurn) {
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
  // The first holds at once; as many as wait have a turn of their own.
  EXPECT_EQ(sent[kKept - 1], std::to_string(1000 + kKept - 1) + ":0:" + std::to_string(kKept - 1));
  EXPECT_EQ(sent.back(), "1019:11:19") << "from the packet of the first of them on";
  EXPECT_EQ(counters.changes_skipped.get(), kParts - 1U - kKept) << "not silently";
  EXPECT_EQ(schedule.oldest_generation(), std::uint64_t{kParts});
}

// A delay of a minute while a change waits, taken back behind the next one: there is no minute of silence.
TEST_F(ScheduleTurns, ADelayCountsAtOnceWhateverWaits) {
  const OutputPlan first = plan_of({{100, 1000}});
  OutputPlan second = plan_of({{100, 2000}}), third = plan_of({{100, 3000}});
  second.effective_from = {2};
  third.effective_from = {4};
  OutputPlan slow = second, back = third;
  slow.effective_from = back.effective_from = {};
  slow.delay = third.delay = Ticks27::seconds(60);
  schedule.offer(first, 1, history.ring, ms(0));
  for (std::int64_t i = 0; i < 6; ++i) history.add(ms(i), 100);
  grown();
  schedule.offer(second, 2, history.ring, ms(10));
  schedule.offer(slow, 3, history.ring, ms(20));
  schedule.offer(third, 4, history.ring, ms(30));
  EXPECT_THAT(run(ms(30), ms(300)), IsEmpty()) << "as the operator said";
  schedule.offer(back, 5, history.ring, ms(150));
  EXPECT_THAT(run(ms(150), ms(300)),
              ElementsAre(Sent{ms(200), {"1000:0:0", "1000:1:1"}}, Sent{ms(202), {"2000:0:2", "2000:1:3"}},
                          Sent{ms(204), {"3000:0:4", "3000:1:5"}}));
}

// A second shorter: 800 ms of stream are past at once.
TEST_F(ScheduleTurns, WhatAShorterDelayMakesPastIsDroppedAndNotSentInABurst) {
  OutputPlan slow = plan_of({{100, 1000}});
  slow.delay = Ticks27::seconds(1);
  OutputPlan fast = plan_of({{100, 1000}});
  schedule.offer(slow, 1, history.ring, ms(0));
  for (std::int64_t i = 0; i < 15; ++i) history.add(ms(100 * i), i % 2 == 0 ? 100 : 101);
  grown();
  const auto before = run(ms(0), ms(1'450));
  EXPECT_THAT(before, ElementsAre(Sent{ms(1'000), {"1000:0:0"}}, Sent{ms(1'200), {"1000:1:2"}},
                                  Sent{ms(1'400), {"1000:2:4"}}));
  schedule.offer(fast, 2, history.ring, ms(1'450));
  EXPECT_THAT(run(ms(1'450), ms(1'600)), ElementsAre(Sent{ms(1'600), {"1000:3:14"}}));
  EXPECT_EQ(counters.drop_delay.get(), 4U) << "6, 8, 10 and 12";
  EXPECT_EQ(counters.passed_over.get(), 7U);
  expect_balance();
}

TEST_F(ScheduleTurns, AnotherInputEndsTheWaitForPacketsOfTheOldOne) {
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

TEST_F(ScheduleTurns, APartWhosePacketIsPastTakesOverInSilenceToo) {
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
TEST_F(ScheduleTurns, APartHoldsFromItsPacketOnWhateverItsDueBecomes) {
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

TEST_F(ScheduleTurns, BeforeTheFirstPartHoldsNothingIsSent) {
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

// Receivers listen to it already: they are not to wait for the packet of a change that came while the output
// was between two workers.
TEST_F(ScheduleTurns, WhatAnotherWorkerTakesUpHoldsAtOnce) {
  const OutputPlan before = plan_of({{100, 100}});
  OutputPlan after = plan_of_input(1, {{100, 100}});
  after.effective_from = {2};
  FilledHistory other;
  schedule.offer(before, 1, history.ring, ms(0));
  schedule.stop();
  Schedule next(counters, record);
  next.take_up();
  for (std::int64_t i = 0; i < 3; ++i) other.add(ms(100 + i), 100);
  next.offer(after, 3, other.ring, ms(150));
  EXPECT_EQ(next.part(), &after);
  EXPECT_THAT(run(next, ms(150), ms(400)), ElementsAre(Sent{ms(300), {"100:0:0", "100:1:1", "100:2:2"}}));
}

// An edit carries the packet of the last change of the tables, which is long past.
TEST_F(ScheduleTurns, AnEditWhosePacketIsPastHoldsAtOnceWhateverItsDelay) {
  OutputPlan before = plan_of({{100, 1000}});
  before.effective_from = {1};
  schedule.offer(before, 1, history.ring, ms(0));
  for (std::int64_t i = 0; i < 3; ++i) history.add(ms(i), 100);
  grown();
  run(ms(0), ms(210));
  OutputPlan after = before;
  after.delay = Ticks27::seconds(10);
  history.add(ms(150), 100);
  grown();
  schedule.offer(after, 2, history.ring, ms(220));
  EXPECT_EQ(schedule.part(), &after);
  EXPECT_EQ(schedule.oldest_generation(), 2U);
}

}  // namespace
}  // namespace headwater::dataplane
