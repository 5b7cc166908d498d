// SPDX-License-Identifier: Apache-2.0
//
// A hundred channels of 4 Mb/s for a minute: every packet of every stream is at its box, each datagram once
// and in order, and every packet is accounted for. How long anything took is not judged.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/load/job.h"

namespace headwater::test {
namespace {

TEST(LoadTest, AHundredChannelsOf4MbsForAMinuteAreWhole) {
  const LoadOptions options;
  const auto said = run_load(options);
  if (!said && said.error().skip) GTEST_SKIP() << said.error().text;
  ASSERT_TRUE(said) << said.error().text;
  const LoadFigures& figures = *said;
  SCOPED_TRACE(figures.limit());

  // 4 Mb/s are 2659 packets a second, in datagrams of seven.
  EXPECT_GT(figures.datagrams.sent, std::uint64_t{options.channels} * 60 * 379);
  EXPECT_EQ(figures.datagrams.headend_received, figures.datagrams.sent);
  EXPECT_EQ(figures.lost.refused, 0U);
  EXPECT_EQ(figures.lost.gaps, 0U);
  EXPECT_EQ(figures.lost.in_headend, 0U) << figures.lost.named;
  EXPECT_EQ(figures.lost.behind_headend, 0U);
  EXPECT_EQ(figures.lost.at_boxes, 0U);
  EXPECT_EQ(figures.lost.packets, 0U);
  EXPECT_EQ(figures.silent_boxes, 0U);
  EXPECT_GE(figures.datagrams.received, figures.datagrams.headend_sent);
  EXPECT_EQ(figures.strange, 0U);
  EXPECT_EQ(figures.disorder, 0U);
  EXPECT_EQ(figures.damaged, 0U);
  EXPECT_EQ(figures.cc_errors, 0U);
  EXPECT_TRUE(figures.balanced);
  EXPECT_EQ(figures.entries, 2 * options.channels + 2);
  fmt::print("{} datagrams sent, {} received; {} departures late, the worst by {:.1f} ms\n",
             figures.datagrams.sent, figures.datagrams.received, figures.late_departures,
             figures.greatest_lateness_ms);
}

}  // namespace
}  // namespace headwater::test
