// SPDX-License-Identifier: Apache-2.0
// Versions 1 and 2: RFC 3376 7.2, RFC 2236 3.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/unit/control_membership/station.h"

namespace headwater::control {
namespace {

using testing::IsEmpty;
using testing::SizeIs;
using wire::IgmpMessage;
using wire::IgmpOldReport;
using wire::IgmpQuery;
using wire::IgmpVersion;

const IgmpQuery kV1General{.version = IgmpVersion::kV1};
const IgmpQuery kV2General{.version = IgmpVersion::kV2, .max_response = Ticks27::seconds(10)};

IgmpMessage report(IgmpVersion version, wire::Ipv4Address group) {
  return IgmpOldReport{version, group};
}

TEST(OldQuerierTest, AnswersEachGroupInVersion2) {
  Station station;
  station.want({{.group = kNews}, {.group = kSport}});
  station.run_for(Ticks27::seconds(2));
  station.take();
  const Instant asked = station.now;
  station.hear(kV2General);
  EXPECT_EQ(station.membership.version(), IgmpVersion::kV2);
  station.run_for(Ticks27::seconds(30));
  std::map<wire::Ipv4Address, int> reports;
  for (const Sent& sent : station.take()) {
    EXPECT_EQ(sent.message, report(IgmpVersion::kV2, sent.destination));  // sent to the group itself
    EXPECT_LE(sent.at - asked, Ticks27::seconds(10));
    ++reports[sent.destination];
  }
  EXPECT_EQ(reports, (std::map<wire::Ipv4Address, int>{{kNews, 1}, {kSport, 1}}));
}

TEST(OldQuerierTest, AnswersForOneGroup) {
  Station station;
  station.want({{.group = kNews}, {.group = kSport}});
  station.hear(kV2General);
  station.run_for(Ticks27::seconds(30));
  station.take();
  station.hear({.version = IgmpVersion::kV2, .group = kSport, .max_response = Ticks27::seconds(1)});
  const Instant asked = station.now;
  station.run_for(Ticks27::seconds(30));
  ASSERT_THAT(station.sent, SizeIs(1));
  EXPECT_EQ(station.sent[0].message, report(IgmpVersion::kV2, kSport));
  EXPECT_LE(station.sent[0].at - asked, Ticks27::seconds(1));
}

// RFC 3376 7.2.1: only a general query of version 2 changes the version.
TEST(OldQuerierTest, AGroupQueryOfVersion2IsAnsweredInVersion3) {
  Station station;
  station.want({{.group = kNews}});
  station.run_for(Ticks27::seconds(2));
  station.take();
  station.hear({.version = IgmpVersion::kV2, .group = kNews, .max_response = Ticks27::seconds(1)});
  EXPECT_EQ(station.membership.version(), IgmpVersion::kV3);
  station.run_for(Ticks27::seconds(2));
  ASSERT_THAT(station.sent, SizeIs(1));
  EXPECT_EQ(station.sent[0].records(),
            (std::vector<wire::IgmpGroupRecord>{{wire::IgmpRecordType::kModeIsExclude, kNews, {}}}));
}

TEST(OldQuerierTest, JoinsTwiceAndLeavesInVersion2) {
  Station station;
  station.hear(kV2General);
  station.want({{.group = kNews}});
  ASSERT_THAT(station.sent, SizeIs(1));
  EXPECT_EQ(station.sent[0].message, report(IgmpVersion::kV2, kNews));
  EXPECT_FALSE(station.membership.settled());
  station.run_for(Ticks27::seconds(30));
  ASSERT_THAT(station.sent, SizeIs(2));
  EXPECT_EQ(station.sent[1].message, report(IgmpVersion::kV2, kNews));
  EXPECT_LE(station.sent[1].at - station.sent[0].at, HostMembership::kUnsolicitedReportInterval);
  EXPECT_TRUE(station.membership.settled());
  station.take();
  station.membership.leave_all(station.now);
  station.run_for(Ticks27::seconds(30));
  ASSERT_THAT(station.sent, SizeIs(1));
  EXPECT_EQ(station.sent[0].destination, wire::kAllRouters);
  EXPECT_EQ(station.sent[0].message, IgmpMessage(wire::IgmpLeave{kNews}));
}

TEST(OldQuerierTest, SaysNoLeaveInVersion1) {
  Station station;
  station.hear(kV1General);
  EXPECT_EQ(station.membership.version(), IgmpVersion::kV1);
  station.want({{.group = kNews}});
  station.run_for(Ticks27::seconds(30));
  for (const Sent& sent : station.take()) EXPECT_EQ(sent.message, report(IgmpVersion::kV1, kNews));
  station.membership.leave_all(station.now);
  EXPECT_THAT(station.sent, IsEmpty());
}

// RFC 3376 8.12: 2 x 125 s + 10 s after the last of the older queries.
TEST(OldQuerierTest, ReturnsToVersion3WhenTheOlderQuerierIsGone) {
  Station station;
  station.want({{.group = kFilm, .source = kEncoderA}});
  station.hear(kV2General);
  station.run_for(Ticks27::seconds(100));
  station.hear(kV2General);
  const Instant last = station.now;
  station.run_until(last + Ticks27::seconds(260) - Ticks27{1});
  EXPECT_EQ(station.membership.version(), IgmpVersion::kV2);
  EXPECT_EQ(station.membership.groups()[0].state, GroupStatus::State::kByGroupOnly);
  station.take();
  station.run_until(last + Ticks27::seconds(260));
  EXPECT_EQ(station.membership.version(), IgmpVersion::kV3);
  // The sources, which version 2 could not say, are said.
  ASSERT_THAT(station.sent, SizeIs(1));
  EXPECT_EQ(
      station.sent[0].records(),
      (std::vector<wire::IgmpGroupRecord>{{wire::IgmpRecordType::kAllowNewSources, kFilm, {kEncoderA}}}));
  EXPECT_EQ(station.membership.groups()[0].state, GroupStatus::State::kReported);
}

TEST(OldQuerierTest, TakesTheTimeOutFromTheLastVersion3Query) {
  Station station;
  station.hear({.robustness = 3, .query_interval = Ticks27::seconds(20)});
  station.hear(kV2General);
  const Instant last = station.now;
  station.run_until(last + Ticks27::seconds(70) - Ticks27{1});  // 3 x 20 s + 10 s
  EXPECT_EQ(station.membership.version(), IgmpVersion::kV2);
  station.run_until(last + Ticks27::seconds(70));
  EXPECT_EQ(station.membership.version(), IgmpVersion::kV3);
}

// Version 1 outweighs version 2, which comes back after it.
TEST(OldQuerierTest, TheOldestQuerierDecides) {
  Station station;
  station.hear(kV1General);
  const Instant first = station.now;
  station.run_for(Ticks27::seconds(100));
  station.hear(kV2General);
  EXPECT_EQ(station.membership.version(), IgmpVersion::kV1);
  station.run_until(first + Ticks27::seconds(260));
  EXPECT_EQ(station.membership.version(), IgmpVersion::kV2);
  station.run_until(first + Ticks27::seconds(360));
  EXPECT_EQ(station.membership.version(), IgmpVersion::kV3);
}

// RFC 3376 7.2.1: the change of version cancels what was pending.
TEST(OldQuerierTest, DropsVersion3sRepetitions) {
  Station station;
  station.want({{.group = kNews}});
  station.take();
  station.hear(kV2General);
  station.run_for(Ticks27::seconds(30));
  ASSERT_THAT(station.sent, SizeIs(1));
  EXPECT_EQ(station.sent[0].message, report(IgmpVersion::kV2, kNews));
}

// RFC 2236 3: another member's report is enough.
TEST(OldQuerierTest, IsSuppressedByAnotherMembersReport) {
  Station station;
  station.want({{.group = kNews}, {.group = kFilm, .source = kEncoderA}});
  station.hear(kV2General);
  station.membership.receive(station.now, IgmpOldReport{IgmpVersion::kV2, kNews});
  station.membership.receive(station.now, IgmpOldReport{IgmpVersion::kV2, kSport});
  // RFC 9776 7.2.2: never for a source-specific group.
  station.membership.receive(station.now, IgmpOldReport{IgmpVersion::kV2, kFilm});
  station.take();
  station.run_for(Ticks27::seconds(30));
  ASSERT_THAT(station.sent, SizeIs(1));
  EXPECT_EQ(station.sent[0].message, report(IgmpVersion::kV2, kFilm));
  EXPECT_EQ(station.membership.counters().reports_suppressed, 1U);
}

TEST(OldQuerierTest, IsNotSuppressedInVersion3) {
  Station station;
  station.want({{.group = kNews}});
  station.run_for(Ticks27::seconds(2));
  station.take();
  station.hear({});
  station.membership.receive(station.now, IgmpOldReport{IgmpVersion::kV2, kNews});
  station.run_for(Ticks27::seconds(30));
  EXPECT_THAT(station.sent, SizeIs(1));
}

// RFC 2236 3: a running timer is kept where it fits into the new query's time.
TEST(OldQuerierTest, AnswersTwoQueriesOnce) {
  Station station;
  station.want({{.group = kNews}});
  station.hear(kV2General);
  station.hear(kV2General);
  station.hear({.version = IgmpVersion::kV2, .group = kNews, .max_response = Ticks27::milliseconds(100)});
  station.take();
  const Instant asked = station.now;
  station.run_for(Ticks27::seconds(30));
  ASSERT_THAT(station.sent, SizeIs(1));
  EXPECT_LE(station.sent[0].at - asked, Ticks27::milliseconds(100));
}

TEST(OldQuerierTest, CountsOlderQueriesThatHurtSourceSpecificGroups) {
  Station station;
  station.hear(kV2General);
  EXPECT_EQ(station.membership.counters().older_queries_for_source_specific, 0U);
  station.want({{.group = kFilm, .source = kEncoderA}});
  station.hear(kV2General);
  station.hear(kV1General);
  station.hear({.version = IgmpVersion::kV2, .group = kNews, .max_response = Ticks27::seconds(1)});
  EXPECT_EQ(station.membership.counters().older_queries_for_source_specific, 2U);
  EXPECT_EQ(station.membership.counters().queries_v2, 3U);
  EXPECT_EQ(station.membership.counters().queries_v1, 1U);
}

}  // namespace
}  // namespace headwater::control
