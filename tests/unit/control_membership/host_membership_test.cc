// SPDX-License-Identifier: Apache-2.0
// Version 3: state changes and answers to queries.
#include "control/membership/host_membership.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/unit/control_membership/station.h"

namespace headwater::control {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using wire::IgmpGroupRecord;
using Type = wire::IgmpRecordType;

const IgmpGroupRecord kToExcludeNews{Type::kChangeToExclude, kNews, {}};
const IgmpGroupRecord kToIncludeNews{Type::kChangeToInclude, kNews, {}};

TEST(HostMembershipTest, ReportsAJoinAtOnceAndRepeatsItOnceWithinASecond) {
  Station station;
  station.want({{.group = kNews}});
  ASSERT_THAT(station.sent, SizeIs(1));
  EXPECT_EQ(station.sent[0].destination, wire::kAllIgmpv3Routers);
  EXPECT_THAT(station.sent[0].records(), ElementsAre(kToExcludeNews));
  EXPECT_FALSE(station.membership.settled());
  station.run_for(Ticks27::seconds(60));
  const auto sent = station.take();
  ASSERT_THAT(sent, SizeIs(2));  // robustness 2
  EXPECT_EQ(sent[1].records(), sent[0].records());
  EXPECT_GT(sent[1].at, sent[0].at);
  EXPECT_LE(sent[1].at - sent[0].at, HostMembership::kUnsolicitedReportInterval);
  EXPECT_TRUE(station.membership.settled());
  EXPECT_EQ(station.membership.next_deadline(), std::nullopt);
}

TEST(HostMembershipTest, SaysNothingWhereNothingChanges) {
  Station station;
  station.want({{.group = kNews}, {.group = kFilm, .source = kEncoderA}});
  station.run_for(Ticks27::seconds(2));
  station.take();
  station.want({{.group = kFilm, .source = kEncoderA}, {.group = kNews}, {.group = kNews}});
  station.run_for(Ticks27::seconds(2));
  EXPECT_THAT(station.sent, IsEmpty());
}

TEST(HostMembershipTest, LeavesWithAChangeToIncludeOfNothing) {
  Station station;
  station.want({{.group = kNews}});
  station.run_for(Ticks27::seconds(2));
  station.take();
  station.membership.leave_all(station.now);
  EXPECT_FALSE(station.membership.is_member(kNews));
  EXPECT_FALSE(station.membership.settled());
  station.run_for(Ticks27::seconds(2));
  const auto sent = station.take();
  ASSERT_THAT(sent, SizeIs(2));
  EXPECT_THAT(sent[0].records(), ElementsAre(kToIncludeNews));
  EXPECT_THAT(sent[1].records(), ElementsAre(kToIncludeNews));
  EXPECT_TRUE(station.membership.settled());
  EXPECT_THAT(station.membership.groups(), IsEmpty());
}

// RFC 3376 5.1, the table of old and new state.
TEST(HostMembershipTest, SaysTheDifferenceOfSources) {
  Station station;
  const auto change = [&](std::initializer_list<Membership> wanted) {
    station.run_for(Ticks27::seconds(2));
    station.take();
    station.want(wanted);
    return station.sent.empty() ? std::vector<IgmpGroupRecord>{} : station.sent[0].records();
  };
  const Membership a{.group = kFilm, .source = kEncoderA};
  const Membership b{.group = kFilm, .source = kEncoderB};
  EXPECT_THAT(change({a}), ElementsAre(IgmpGroupRecord{Type::kAllowNewSources, kFilm, {kEncoderA}}));
  EXPECT_THAT(change({a, b}), ElementsAre(IgmpGroupRecord{Type::kAllowNewSources, kFilm, {kEncoderB}}));
  EXPECT_THAT(change({a}), ElementsAre(IgmpGroupRecord{Type::kBlockOldSources, kFilm, {kEncoderB}}));
  EXPECT_THAT(change({b}), ElementsAre(IgmpGroupRecord{Type::kAllowNewSources, kFilm, {kEncoderB}},
                                       IgmpGroupRecord{Type::kBlockOldSources, kFilm, {kEncoderA}}));
  EXPECT_THAT(change({}), ElementsAre(IgmpGroupRecord{Type::kBlockOldSources, kFilm, {kEncoderB}}));
  const Membership any{.group = kNews};
  const Membership one{.group = kNews, .source = kEncoderA};
  change({one});
  // One input from any source is enough for EXCLUDE {}.
  EXPECT_THAT(change({one, any}), ElementsAre(kToExcludeNews));
  EXPECT_THAT(change({any}), IsEmpty());
  EXPECT_THAT(change({one}), ElementsAre(IgmpGroupRecord{Type::kChangeToInclude, kNews, {kEncoderA}}));
}

// RFC 3376 5.1: a change while another waits for its repetition is merged with it.
TEST(HostMembershipTest, MergesAChangeWithWhatIsStillOwed) {
  Station station;
  station.want({{.group = kFilm, .source = kEncoderA}});
  station.want({{.group = kFilm, .source = kEncoderA}, {.group = kFilm, .source = kEncoderB}});
  station.run_for(Ticks27::seconds(5));
  const auto sent = station.take();
  ASSERT_THAT(sent, SizeIs(3));
  EXPECT_THAT(sent[0].records(), ElementsAre(IgmpGroupRecord{Type::kAllowNewSources, kFilm, {kEncoderA}}));
  EXPECT_THAT(sent[1].records(),
              ElementsAre(IgmpGroupRecord{Type::kAllowNewSources, kFilm, {kEncoderA, kEncoderB}}));
  EXPECT_THAT(sent[2].records(), ElementsAre(IgmpGroupRecord{Type::kAllowNewSources, kFilm, {kEncoderB}}));
}

TEST(HostMembershipTest, AJoinTakenBackAtOnceIsSaidAsLeft) {
  Station station;
  station.want({{.group = kNews}});
  station.want({});
  station.run_for(Ticks27::seconds(5));
  const auto sent = station.take();
  ASSERT_THAT(sent, SizeIs(3));
  EXPECT_THAT(sent[0].records(), ElementsAre(kToExcludeNews));
  EXPECT_THAT(sent[1].records(), ElementsAre(kToIncludeNews));
  EXPECT_THAT(sent[2].records(), ElementsAre(kToIncludeNews));
}

TEST(HostMembershipTest, NeverReportsAllSystemsNorWhatIsNoGroup) {
  Station station;
  station.want({{.group = wire::kAllSystems}, {.group = kEncoderA}});
  station.hear({});
  station.run_for(Ticks27::seconds(20));
  EXPECT_THAT(station.sent, IsEmpty());
  EXPECT_THAT(station.membership.groups(), IsEmpty());
}

// RFC 4604, RFC 9776 4.2.13: EXCLUDE means nothing in 232/8.
TEST(HostMembershipTest, RefusesASourceSpecificGroupWithoutSource) {
  Station station;
  station.want({{.group = kFilm}});
  EXPECT_THAT(station.sent, IsEmpty());
  ASSERT_THAT(station.membership.groups(), SizeIs(1));
  EXPECT_EQ(station.membership.groups()[0].state, GroupStatus::State::kNeedsSource);
  EXPECT_FALSE(station.membership.is_member(kFilm));
  station.want({{.group = kFilm, .source = kEncoderA}});
  ASSERT_THAT(station.membership.groups(), SizeIs(1));
  EXPECT_EQ(station.membership.groups()[0].state, GroupStatus::State::kReported);
}

TEST(HostMembershipTest, PutsThousandJoinsIntoFewMessages) {
  Station station;
  std::vector<Membership> wanted;
  for (std::uint32_t i = 0; i < 1000; ++i) wanted.push_back({.group = {kNews.value + i}, .source = {}});
  station.membership.set_memberships(station.now, wanted);
  EXPECT_THAT(station.sent, SizeIs(6));  // 183 records of 8 bytes a message
  std::set<wire::Ipv4Address> groups;
  for (const Sent& sent : station.take()) {
    for (const IgmpGroupRecord& record : sent.records()) groups.insert(record.group);
  }
  EXPECT_THAT(groups, SizeIs(1000));
  station.run_for(Ticks27::seconds(1));
  EXPECT_THAT(station.sent, SizeIs(6));  // the repetition
}

TEST(HostMembershipTest, AnswersAGeneralQueryWithinItsTime) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Station station(seed);
    station.want({{.group = kNews}, {.group = kFilm, .source = kEncoderA}});
    station.run_for(Ticks27::seconds(2));
    station.take();
    const Instant asked = station.now;
    station.hear({.max_response = Ticks27::milliseconds(100)});
    EXPECT_THAT(station.sent, IsEmpty());
    station.run_for(Ticks27::seconds(20));
    const auto sent = station.take();
    ASSERT_THAT(sent, SizeIs(1));
    EXPECT_THAT(sent[0].records(), ElementsAre(IgmpGroupRecord{Type::kModeIsInclude, kFilm, {kEncoderA}},
                                               IgmpGroupRecord{Type::kModeIsExclude, kNews, {}}));
    EXPECT_GT(sent[0].at, asked);
    EXPECT_LE(sent[0].at - asked, Ticks27::milliseconds(100));
  }
}

TEST(HostMembershipTest, SpreadsItsAnswersOverTheTimeAllowed) {
  std::int64_t earliest = INT64_MAX;
  std::int64_t latest = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Station station(seed);
    station.want({{.group = kNews}});
    station.run_for(Ticks27::seconds(2));
    station.take();
    const Instant asked = station.now;
    station.hear({.max_response = Ticks27::seconds(10)});
    station.run_for(Ticks27::seconds(20));
    ASSERT_THAT(station.sent, SizeIs(1));
    earliest = std::min(earliest, (station.sent[0].at - asked).value);
    latest = std::max(latest, (station.sent[0].at - asked).value);
  }
  EXPECT_LT(earliest, Ticks27::seconds(1).value);
  EXPECT_GT(latest, Ticks27::seconds(9).value);
}

TEST(HostMembershipTest, IsTheSameAgainWithTheSameSeed) {
  const auto times = [](std::uint64_t seed) {
    Station station(seed);
    station.want({{.group = kNews}});
    station.hear({});
    station.run_for(Ticks27::seconds(20));
    std::vector<std::int64_t> at;
    for (const Sent& sent : station.sent) at.push_back(sent.at.value);
    return at;
  };
  EXPECT_EQ(times(7), times(7));
  EXPECT_NE(times(7), times(8));
}

TEST(HostMembershipTest, AnswersAtOnceWhereNoTimeIsAllowed) {
  Station station;
  station.want({{.group = kNews}});
  station.run_for(Ticks27::seconds(2));
  station.take();
  station.hear({.max_response = {}});
  ASSERT_THAT(station.sent, SizeIs(1));
  EXPECT_EQ(station.sent[0].at, station.now);
}

// RFC 3376 5.2, rule 1: one answer serves two general queries.
TEST(HostMembershipTest, AnswersTwoGeneralQueriesOnce) {
  Station station;
  station.want({{.group = kNews}});
  station.run_for(Ticks27::seconds(2));
  station.take();
  station.hear({.max_response = Ticks27::seconds(1)});
  station.hear({.max_response = Ticks27::seconds(10)});
  const Instant asked = station.now;
  station.run_for(Ticks27::seconds(20));
  ASSERT_THAT(station.sent, SizeIs(1));
  EXPECT_LE(station.sent[0].at - asked, Ticks27::seconds(1));
}

// Rule 2: a later general query that leaves less time replaces the pending answer.
TEST(HostMembershipTest, AnswersTheMoreUrgentGeneralQuery) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Station station(seed);
    station.want({{.group = kNews}});
    station.run_for(Ticks27::seconds(2));
    station.take();
    station.hear({.max_response = Ticks27::seconds(100)});
    const Instant asked = station.now;
    station.hear({.max_response = Ticks27::milliseconds(100)});
    station.run_for(Ticks27::seconds(200));
    ASSERT_THAT(station.sent, SizeIs(1));
    EXPECT_LE(station.sent[0].at - asked, Ticks27::milliseconds(100));
  }
}

class GroupQueryTest : public testing::Test {
 protected:
  GroupQueryTest() {
    station.want(
        {{.group = kNews}, {.group = kFilm, .source = kEncoderA}, {.group = kFilm, .source = kEncoderB}});
    station.run_for(Ticks27::seconds(2));
    station.take();
  }
  std::vector<IgmpGroupRecord> answer() {
    const Instant asked = station.now;
    station.run_for(Ticks27::seconds(30));
    std::vector<IgmpGroupRecord> records;
    for (const Sent& sent : station.take()) {
      EXPECT_LE(sent.at - asked, Ticks27::seconds(1));
      for (const IgmpGroupRecord& record : sent.records()) records.push_back(record);
    }
    return records;
  }
  void ask(wire::Ipv4Address group, std::vector<wire::Ipv4Address> sources = {}) {
    station.hear({.group = group, .max_response = Ticks27::seconds(1), .sources = std::move(sources)});
  }

  const IgmpGroupRecord film_of_both{Type::kModeIsInclude, kFilm, {kEncoderA, kEncoderB}};
  Station station;
};

TEST_F(GroupQueryTest, AnswersForTheGroupAlone) {
  ask(kNews);
  EXPECT_THAT(answer(), ElementsAre(IgmpGroupRecord{Type::kModeIsExclude, kNews, {}}));
  ask(kFilm);
  EXPECT_THAT(answer(), ElementsAre(film_of_both));
}

TEST_F(GroupQueryTest, SaysNothingOfGroupsThatItIsNotIn) {
  ask(kSport);
  EXPECT_THAT(answer(), IsEmpty());
  EXPECT_EQ(station.membership.next_deadline(), std::nullopt);
}

// A group that is left but whose leaving is still to be repeated.
TEST_F(GroupQueryTest, SaysNothingOfAGroupJustLeft) {
  station.want({});
  station.take();
  ask(kNews);
  for (const IgmpGroupRecord& record : answer()) {
    EXPECT_TRUE(record.type == Type::kChangeToInclude || record.type == Type::kBlockOldSources);
  }
}

// RFC 3376 5.2: INCLUDE A, asked for B: IS_IN (A*B); EXCLUDE A: IS_IN (B-A).
TEST_F(GroupQueryTest, AnswersForTheSourcesAskedFor) {
  constexpr wire::Ipv4Address kStranger{0x0A010063};
  ask(kFilm, {kEncoderB, kStranger});
  EXPECT_THAT(answer(), ElementsAre(IgmpGroupRecord{Type::kModeIsInclude, kFilm, {kEncoderB}}));
  ask(kFilm, {kStranger});
  EXPECT_THAT(answer(), IsEmpty());
  ask(kNews, {kStranger});
  EXPECT_THAT(answer(), ElementsAre(IgmpGroupRecord{Type::kModeIsInclude, kNews, {kStranger}}));
}

// Rule 5: the sources of both queries in one answer.
TEST_F(GroupQueryTest, JoinsPendingSources) {
  ask(kFilm, {kEncoderA});
  ask(kFilm, {kEncoderB});
  EXPECT_THAT(answer(), ElementsAre(film_of_both));
}

// Rule 4: a question for the whole group takes the sources off the pending one, in either order.
TEST_F(GroupQueryTest, TheWholeGroupOutweighsItsSources) {
  ask(kFilm, {kEncoderA});
  ask(kFilm);
  EXPECT_THAT(answer(), ElementsAre(film_of_both));
  ask(kFilm);
  ask(kFilm, {kEncoderA});
  EXPECT_THAT(answer(), ElementsAre(film_of_both));
}

// RFC 3376 9.1: what forged queries can make a host remember is limited.
TEST_F(GroupQueryTest, AsksForTooManySourcesAreAnsweredForTheGroup) {
  for (std::uint32_t first = 0; first < 3000; first += 300) {
    std::vector<wire::Ipv4Address> sources;
    for (std::uint32_t i = 0; i < 300; ++i) sources.push_back({0x0B000000 + first + i});
    ask(kFilm, sources);
  }
  EXPECT_THAT(answer(), ElementsAre(film_of_both));
}

// Rule 1 again: a general answer that comes sooner serves.
TEST_F(GroupQueryTest, APendingGeneralAnswerServes) {
  station.hear({.max_response = Ticks27{1}});
  ask(kNews);
  EXPECT_THAT(answer(), ElementsAre(film_of_both, IgmpGroupRecord{Type::kModeIsExclude, kNews, {}}));
}

TEST(HostMembershipTest, RepeatsAsOftenAsTheQuerierSays) {
  const auto transmissions = [](std::optional<std::uint8_t> robustness) {
    Station station;
    station.hear({.robustness = robustness});
    station.want({{.group = kNews}});
    station.run_for(Ticks27::seconds(5));
    std::size_t changes = 0;
    for (const Sent& sent : station.sent) {
      if (sent.records().at(0).type == Type::kChangeToExclude) ++changes;
    }
    return changes;
  };
  EXPECT_EQ(transmissions(4), 4U);
  EXPECT_EQ(transmissions(std::nullopt), 2U);
  EXPECT_EQ(transmissions(1), 2U);  // RFC 3376 8.1 advises against 1
}

TEST(HostMembershipTest, JoinsAnewWhenTheLinkComesUp) {
  Station station;
  station.want({{.group = kNews}, {.group = kFilm, .source = kEncoderA}});
  station.run_for(Ticks27::seconds(2));
  station.hear({});
  station.take();
  station.membership.rejoin(station.now);
  EXPECT_EQ(station.membership.querier(), std::nullopt);
  station.run_for(Ticks27::seconds(20));
  const auto sent = station.take();
  ASSERT_THAT(sent, SizeIs(2));  // and no answer to the query of before
  for (const Sent& report : sent) {
    EXPECT_THAT(report.records(),
                ElementsAre(IgmpGroupRecord{Type::kAllowNewSources, kFilm, {kEncoderA}}, kToExcludeNews));
  }
}

TEST(HostMembershipTest, KnowsItsQuerier) {
  Station station;
  EXPECT_EQ(station.membership.querier(), std::nullopt);
  station.hear({.group = kNews});  // not a general query
  EXPECT_EQ(station.membership.querier(), std::nullopt);
  station.hear({});
  ASSERT_TRUE(station.membership.querier());
  EXPECT_EQ(station.membership.querier()->address, kSwitch);
  EXPECT_EQ(station.membership.querier()->version, wire::IgmpVersion::kV3);
  EXPECT_EQ(station.membership.querier()->last_heard, station.now);
  EXPECT_EQ(station.membership.counters().queries_v3, 2U);
}

}  // namespace
}  // namespace headwater::control
