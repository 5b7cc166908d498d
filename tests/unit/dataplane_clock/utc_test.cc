// SPDX-License-Identifier: Apache-2.0
#include "dataplane/clock/utc.h"

#include <gtest/gtest.h>

namespace headwater::dataplane {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

TEST(Utc, GoesOnFromWhereItWasMapped) {
  const UtcMapping mapping{.at = {27'000'000'000}, .utc = {1'700'000'000 * kSecond}};
  EXPECT_EQ(mapping.of(mapping.at), mapping.utc);
  EXPECT_EQ(mapping.of(mapping.at + Ticks27::milliseconds(1500)).unix_nanoseconds,
            1'700'000'001 * kSecond + kSecond / 2);
  EXPECT_EQ(mapping.of(mapping.at - Ticks27::seconds(2)).unix_nanoseconds, 1'699'999'998 * kSecond);
}

struct DvbCase {
  std::int64_t unix_seconds;
  DvbTime time;
};

// EN 300 468 annex C has 45 218 for 1982-09-06; 5.2.5's example is 1993-10-13 12:45:00, 0xC079.
TEST(Utc, AsDvbHasIt) {
  for (const DvbCase& each :
       {DvbCase{0, {40'587, 0}}, DvbCase{400'118'400, {45'218, 0}},
        DvbCase{750'516'300, {0xC079, 12 * 3600 + 45 * 60}}, DvbCase{1'483'228'799, {57'753, 86'399}},
        DvbCase{1'483'228'800, {57'754, 0}}, DvbCase{-1, {40'586, 86'399}}}) {
    EXPECT_EQ(dvb_time({each.unix_seconds * kSecond}), each.time) << each.unix_seconds;
    EXPECT_EQ(dvb_time({each.unix_seconds * kSecond + kSecond - 1}), each.time) << each.unix_seconds;
  }
}

}  // namespace
}  // namespace headwater::dataplane
