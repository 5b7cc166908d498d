// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/system_clocks.h"

#include <gmock/gmock.h>

namespace headwater::dataplane {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(JudgeTsc, AnInvariantOneThatTheKernelTrustsIsCounted) {
  const TscVerdict verdict = judge_tsc(true, "tsc", "tsc hpet acpi_pm ");
  EXPECT_THAT(verdict.why_not, IsEmpty());
  EXPECT_EQ(verdict.clocksource, "tsc");
}

TEST(JudgeTsc, AGuestMayKeepTimeByItsHostAndTrustTheTscYet) {
  EXPECT_THAT(judge_tsc(true, "kvm-clock", "kvm-clock tsc acpi_pm").why_not, IsEmpty());
}

TEST(JudgeTsc, WhatTheKernelFoundUnstableIsNot) {
  EXPECT_THAT(judge_tsc(true, "hpet", "hpet acpi_pm ").why_not, HasSubstr("unstable"));
  EXPECT_THAT(judge_tsc(true, "tsc-early", "tsc-early").why_not, HasSubstr("unstable"));
}

TEST(JudgeTsc, WhatIsNotInvariantIsNotThoughListed) {
  EXPECT_THAT(judge_tsc(false, "tsc", "tsc").why_not, HasSubstr("invtsc"));
}

TEST(JudgeTsc, WithoutTheKernelsWordItIsNot) {
  const TscVerdict verdict = judge_tsc(true, std::nullopt, std::nullopt);
  EXPECT_THAT(verdict.why_not, HasSubstr("cannot be read"));
  EXPECT_EQ(verdict.clocksource, "");
}

// Of this machine: only what holds on any.
TEST(SystemClocks, AreReadTogether) {
  const SystemClocks clocks = SystemClocks::real();
  const ClockReading first = clocks.read(8);
  const ClockReading second = clocks.read(1);
  EXPECT_GT(second.monotonic_ns, first.monotonic_ns);
  EXPECT_GT(second.raw_ns, first.raw_ns);
  EXPECT_GT(first.realtime_ns, 1'600'000'000'000'000'000);
  EXPECT_GT(first.width, 0U);
}

}  // namespace
}  // namespace headwater::dataplane
