// SPDX-License-Identifier: Apache-2.0
#include "config/yaml/report.h"

#include <gtest/gtest.h>

#include <string>

namespace headwater::config {
namespace {

Location line(std::size_t number) {
  return {"f.yaml", static_cast<unsigned>(number), 1};
}

TEST(Report, TellsTheSameOnceInTheOrderOfPlaces) {
  Report report;
  report.error(line(2), "channel \"B\"", "wrong");
  report.error(line(1), "profile \"hd\"", "bad");
  report.error(line(1), "channel \"A\"", "bad");
  report.warning(line(3), "", "odd");
  const Problems problems = report.take();
  ASSERT_EQ(problems.errors.size(), 2U);
  EXPECT_EQ(problems.errors[0].to_string(), "f.yaml:1:1: profile \"hd\": bad");
  EXPECT_EQ(problems.errors[1].to_string(), "f.yaml:2:1: channel \"B\": wrong");
  ASSERT_EQ(problems.warnings.size(), 1U);
  EXPECT_EQ(problems.warnings[0].to_string(), "f.yaml:3:1: odd");
}

TEST(Report, KeepsTheFirstAndCountsTheOthers) {
  Report report;
  for (std::size_t i = 3000; i > 0; --i) report.error(line(i), "", "wrong");
  EXPECT_TRUE(report.is_full());
  const Problems problems = report.take();
  ASSERT_EQ(problems.errors.size(), Report::kMaxErrors + 1);
  EXPECT_EQ(problems.errors.front().where, line(1));
  EXPECT_EQ(problems.errors[999].where, line(1000));
  EXPECT_EQ(problems.errors.back().to_string(), "f.yaml:1001:1: and 2000 more errors");
}

// What a report holds does not grow with what is wrong: a million errors would take half a gigabyte.
TEST(Report, CountsWithoutKeeping) {
  Report report;
  const std::string text(500, 'x');
  for (std::size_t i = 1; i <= 1'000'000; ++i) report.error(line(i), "", text);
  EXPECT_EQ(report.take().errors.back().text, "and 999000 more errors");
}

}  // namespace
}  // namespace headwater::config
