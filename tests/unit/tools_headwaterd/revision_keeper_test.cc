// SPDX-License-Identifier: Apache-2.0
#include "tools/headwaterd/revision_keeper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tests/support/folder.h"

namespace headwater::daemon {
namespace {

using testing::HasSubstr;

constexpr Instant kNow{1'000'000};

config::Sources sources_of(const std::string& text) {
  config::Sources sources;
  sources.root = "headend.yaml";
  sources.texts["headend.yaml"] = text;
  return sources;
}

class RevisionKeeperTest : public testing::Test {
 protected:
  [[nodiscard]] control::Revisions revisions() const {
    auto opened = control::Revisions::open(folder.path());
    if (!opened) throw std::runtime_error(opened.error().text);
    return std::move(*opened);
  }
  test::Folder folder;
};

TEST_F(RevisionKeeperTest, WhatIsTakenIsWhatTheNextStartRuns) {
  RevisionKeeper keeper(revisions(), std::nullopt, "");
  EXPECT_EQ(keeper.taken(sources_of("one"), "the first", 1), 1U);
  EXPECT_EQ(keeper.taken(sources_of("two"), "1 channel added", 2), 2U);
  EXPECT_EQ(revisions().newest_confirmed()->number, 2U);
  ASSERT_EQ(keeper.list().size(), 2U);
  EXPECT_TRUE(keeper.list()[0].runs);
  EXPECT_FALSE(keeper.list()[1].runs);
  EXPECT_EQ(keeper.kept(std::nullopt)->number, 1U) << "the one before";
  EXPECT_EQ(keeper.kept(2)->sources, sources_of("two"));
  EXPECT_THAT(keeper.kept(9).error(), HasSubstr("no revision 9"));
}

TEST_F(RevisionKeeperTest, WhatNobodyConfirmsIsGoneBackFromOnceAndNotStartedFrom) {
  RevisionKeeper keeper(revisions(), std::nullopt, "");
  keeper.taken(sources_of("one"), "", 1);
  keeper.tried(sources_of("two"), "", 2, kNow + Ticks27::seconds(60));
  EXPECT_EQ(revisions().newest_confirmed()->number, 1U) << "killed now, the next start runs what was before";
  EXPECT_EQ(keeper.left(kNow), Ticks27::seconds(60));
  EXPECT_FALSE(keeper.overdue(kNow + Ticks27::seconds(59)));
  EXPECT_TRUE(keeper.overdue(kNow + Ticks27::seconds(60)));
  keeper.give_up();
  EXPECT_FALSE(keeper.overdue(kNow + Ticks27::seconds(61)));
  EXPECT_EQ(keeper.kept(std::nullopt)->number, 1U);
  EXPECT_FALSE(keeper.confirm()) << "too late";
}

TEST_F(RevisionKeeperTest, WhatIsConfirmedInTimeStays) {
  RevisionKeeper keeper(revisions(), std::nullopt, "");
  EXPECT_FALSE(keeper.confirm());
  keeper.taken(sources_of("one"), "", 1);
  keeper.tried(sources_of("two"), "", 2, kNow + Ticks27::seconds(60));
  EXPECT_TRUE(keeper.confirm());
  EXPECT_FALSE(keeper.overdue(kNow + Ticks27::seconds(3600)));
  EXPECT_EQ(revisions().newest_confirmed()->number, 2U);
}

// While one is tried another is applied for good: nothing is taken back.
TEST_F(RevisionKeeperTest, AnotherOneEndsTheTrial) {
  RevisionKeeper keeper(revisions(), std::nullopt, "");
  keeper.taken(sources_of("one"), "", 1);
  keeper.tried(sources_of("two"), "", 2, kNow + Ticks27::seconds(60));
  keeper.taken(sources_of("three"), "", 3);
  EXPECT_FALSE(keeper.overdue(kNow + Ticks27::seconds(60)));
  EXPECT_EQ(keeper.kept(std::nullopt)->number, 1U) << "never confirmed is nothing to go back to";
}

TEST_F(RevisionKeeperTest, WhatIsLaidByWaitsForTheNextStart) {
  RevisionKeeper keeper(revisions(), std::nullopt, "");
  keeper.taken(sources_of("one"), "", 1);
  EXPECT_EQ(keeper.laid_by(sources_of("two"), "", 2).value(), 2U);
  EXPECT_TRUE(keeper.list()[1].runs);
  EXPECT_EQ(revisions().newest_confirmed()->number, 2U);
  EXPECT_THAT(keeper.trouble(), HasSubstr("revision 2 waits for the next start"));
  EXPECT_FALSE(keeper.kept(std::nullopt)) << "it is nothing to go back to";
}

TEST_F(RevisionKeeperTest, WithoutAPlaceForThemEverythingRunsAndSaysSo) {
  RevisionKeeper keeper(std::nullopt, std::nullopt, "the disk reports an error");
  EXPECT_EQ(keeper.taken(sources_of("one"), "", 1), std::nullopt);
  EXPECT_EQ(keeper.trouble(), "the disk reports an error");
  EXPECT_EQ(keeper.kept(std::nullopt).error(), "the disk reports an error");
  EXPECT_TRUE(keeper.list().empty());
  EXPECT_FALSE(keeper.can_go_back());
  keeper.tried(sources_of("two"), "", 2, kNow);
  EXPECT_FALSE(keeper.confirm()) << "no restart would run it";
}

// A timer that reloads all day keeps what can be gone back to.
TEST_F(RevisionKeeperTest, TheSameAgainIsTheSameRevision) {
  RevisionKeeper keeper(revisions(), std::nullopt, "");
  keeper.taken(sources_of("one"), "", 1);
  EXPECT_EQ(keeper.taken(sources_of("two"), "", 2), 2U);
  EXPECT_EQ(keeper.taken(sources_of("two"), "", 3), 2U);
  EXPECT_EQ(keeper.kept(std::nullopt)->number, 1U);
  EXPECT_EQ(keeper.tried(sources_of("three"), "", 4, kNow), 3U);
  EXPECT_EQ(keeper.taken(sources_of("three"), "", 5), 3U) << "applied without a condition it is confirmed";
  EXPECT_EQ(revisions().newest_confirmed()->number, 3U);
  EXPECT_EQ(keeper.laid_by(sources_of("four"), "", 6).value(), 4U);
  EXPECT_EQ(keeper.taken(sources_of("three"), "", 7), 5U) << "it is to run after a restart too";
}

TEST_F(RevisionKeeperTest, NothingIsLaidByWhileWhatRunsWaits) {
  RevisionKeeper keeper(revisions(), std::nullopt, "");
  EXPECT_THAT(keeper.can_go_back().error(), HasSubstr("nothing to go back to"));
  keeper.taken(sources_of("one"), "", 1);
  EXPECT_TRUE(keeper.can_go_back());
  keeper.tried(sources_of("two"), "", 2, kNow + Ticks27::seconds(60));
  EXPECT_THAT(keeper.laid_by(sources_of("three"), "", 3).error(), HasSubstr("hwctl config confirm"));
  EXPECT_TRUE(keeper.confirm());
  EXPECT_EQ(keeper.laid_by(sources_of("three"), "", 4).value(), 3U);
  EXPECT_THAT(keeper.can_go_back().error(), HasSubstr("revision 3 waits for the next start"));
  EXPECT_EQ(keeper.kept(std::nullopt)->number, 1U);
}

// Whatever was laid by, taken back or is damaged since: what ran before the trial.
TEST_F(RevisionKeeperTest, ATrialGoesBackToWhatRanBeforeIt) {
  RevisionKeeper keeper(revisions(), std::nullopt, "");
  keeper.taken(sources_of("one"), "", 1);
  keeper.taken(sources_of("two"), "", 2);
  keeper.tried(sources_of("three"), "", 3, kNow);
  EXPECT_EQ(keeper.before_trial(), 2U);
  keeper.tried(sources_of("four"), "", 4, kNow);
  EXPECT_EQ(keeper.before_trial(), 2U) << "what was tried before it is none to go back to";
}

TEST_F(RevisionKeeperTest, WhatNeverRanIsStartedOnceOrTwiceWithoutAVerdict) {
  RevisionKeeper keeper(revisions(), std::nullopt, "");
  keeper.taken(sources_of("one"), "", 1);
  ASSERT_TRUE(keeper.laid_by(sources_of("draft"), "", 2));
  ASSERT_TRUE(keeper.laid_by(sources_of("three"), "", 3));
  const auto next = [this] { return revisions().newest_confirmed()->number; };
  EXPECT_EQ(next(), 3U);
  EXPECT_THAT(RevisionKeeper(revisions(), 3, "").starting(),
              HasSubstr("the next start runs the one before it"));
  EXPECT_EQ(next(), 3U) << "a power cut is no verdict";
  EXPECT_NE(RevisionKeeper(revisions(), 3, "").starting(), "");
  EXPECT_EQ(next(), 1U) << "the second is, and a draft that was replaced is none";
  EXPECT_THAT(RevisionKeeper(revisions(), 1, "").starting(), HasSubstr("--take-file"));

  ASSERT_TRUE(keeper.laid_by(sources_of("four"), "", 4));
  RevisionKeeper fails(revisions(), 4, "");
  EXPECT_NE(fails.starting(), "");
  fails.failed();
  EXPECT_EQ(next(), 1U);
  ASSERT_TRUE(keeper.laid_by(sources_of("five"), "", 5));
  RevisionKeeper comes(revisions(), 5, "");
  EXPECT_NE(comes.starting(), "");
  comes.started();
  EXPECT_EQ(next(), 5U);
}

}  // namespace
}  // namespace headwater::daemon
