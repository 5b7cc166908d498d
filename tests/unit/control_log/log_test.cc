// SPDX-License-Identifier: Apache-2.0
#include "control/log/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace headwater::control {
namespace {

using ::testing::ElementsAre;

struct Lines {
  std::vector<std::string> lines;
  Log log = Log::to([this](std::string_view line) { lines.emplace_back(line); });
};

TEST(Log, AnEventIsOneLineOfFields) {
  Lines out;
  out.log.event(Severity::kWarning, "input.lost", {{"input", "erste-a"}, {"age_s", 12}});
  EXPECT_THAT(out.lines, ElementsAre("level=warning event=input.lost input=erste-a age_s=12"));
}

TEST(Log, ValuesThatCannotStandBareAreQuotedAndEscaped) {
  Lines out;
  out.log.event(Severity::kInfo, "channel.named",
                {{"channel", "a"}, {"name", "News \"HD\"\nlevel=error\x1b[2J"}, {"provider", ""}});
  EXPECT_THAT(out.lines, ElementsAre("level=info event=channel.named channel=a "
                                     "name=\"News \\\"HD\\\"\\nlevel=error\\x1b[2J\" provider=\"\""));
}

TEST(Log, BelowTheLevelNothingIsWritten) {
  std::vector<std::string> lines;
  Log log = Log::to([&](std::string_view line) { lines.emplace_back(line); }, Severity::kWarning);
  log.event(Severity::kInfo, "quiet");
  log.event(Severity::kError, "loud");
  EXPECT_THAT(lines, ElementsAre("level=error event=loud"));
}

TEST(Log, ARepeatingEventIsCountedAndItsCountFollowsWhenThePeriodIsOver) {
  Lines out;
  out.log.tick(Instant{0});
  for (int i = 0; i < 100; ++i) out.log.event(Severity::kWarning, "cc", {{"input", "a"}, {"n", i}});
  ASSERT_EQ(out.lines.size(), Log::kBurst);
  out.log.tick(Instant{0} + Log::kPeriod - Ticks27{1});
  ASSERT_EQ(out.lines.size(), Log::kBurst);
  out.log.tick(Instant{0} + Log::kPeriod);
  ASSERT_EQ(out.lines.size(), Log::kBurst + 1);
  EXPECT_EQ(out.lines.back(), "level=warning event=cc input=a suppressed=95");
  out.log.event(Severity::kWarning, "cc", {{"input", "a"}, {"n", 100}});
  EXPECT_EQ(out.lines.back(), "level=warning event=cc input=a n=100");
}

TEST(Log, OneSubjectsNoiseDoesNotSilenceAnother) {
  Lines out;
  for (int i = 0; i < 100; ++i) out.log.event(Severity::kWarning, "cc", {{"input", "a"}});
  out.log.event(Severity::kWarning, "cc", {{"input", "b"}});
  EXPECT_EQ(out.lines.back(), "level=warning event=cc input=b");
}

}  // namespace
}  // namespace headwater::control
