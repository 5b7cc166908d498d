// SPDX-License-Identifier: Apache-2.0
//
// The timing wheel: nothing early, nothing lost, nothing late, within and beyond its horizon.
#include "dataplane/emit/calendar.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <vector>

namespace headwater::dataplane {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::uint32_t> take(Calendar& calendar, Instant now, std::size_t most = 64) {
  std::vector<std::uint32_t> taken(most);
  taken.resize(calendar.take_due(now, taken));
  return taken;
}

TEST(Calendar, GivesAnEntryWhenItIsDueAndNotATickBefore) {
  Calendar calendar(4);
  calendar.arm(2, {1001});  // 1000 and 1001 are in one slot of 8 ticks
  EXPECT_THAT(take(calendar, {1000}), IsEmpty());
  EXPECT_TRUE(calendar.armed(2));
  EXPECT_THAT(take(calendar, {1001}), ElementsAre(2));
  EXPECT_FALSE(calendar.armed(2));
  EXPECT_THAT(take(calendar, {2000}), IsEmpty());
}

TEST(Calendar, LooksAtTheCurrentSlotAgain) {
  Calendar calendar(4);
  calendar.arm(0, {1000});
  calendar.arm(1, {1007});
  EXPECT_THAT(take(calendar, {1003}), ElementsAre(0));
  calendar.arm(3, {1006});
  EXPECT_THAT(take(calendar, {1006}), ElementsAre(3));
  EXPECT_THAT(take(calendar, {1020}), ElementsAre(1));
}

TEST(Calendar, KeepsWhatIsDueInALaterRevolution) {
  constexpr std::int64_t kRevolution = 8 * 32768;
  Calendar calendar(4);
  calendar.arm(0, {1000 + 3 * kRevolution});
  calendar.arm(1, {1000});
  for (std::int64_t now = 0; now < 1000 + 3 * kRevolution; now += 777) {
    const auto taken = take(calendar, {now});
    EXPECT_EQ(taken.size(), now >= 1000 && now < 1000 + 777 ? 1U : 0U) << now;
  }
  EXPECT_THAT(take(calendar, {1000 + 3 * kRevolution}), ElementsAre(0));
}

TEST(Calendar, MissesNothingWhenTimeJumpsOverRevolutions) {
  Calendar calendar(3);
  calendar.arm(0, {5'000});
  calendar.arm(1, {9'000'000});
  calendar.arm(2, {40'000'000});
  EXPECT_THAT(take(calendar, {30'000'000}), testing::UnorderedElementsAre(0, 1));
  EXPECT_THAT(take(calendar, {40'000'000}), ElementsAre(2));
}

TEST(Calendar, MovesAnEntryThatIsArmedAgain) {
  Calendar calendar(2);
  calendar.arm(0, {1000});
  calendar.arm(1, {1000});
  calendar.arm(0, {5000});
  EXPECT_THAT(take(calendar, {1000}), ElementsAre(1));
  calendar.arm(0, {2000});
  EXPECT_THAT(take(calendar, {2000}), ElementsAre(0));
}

TEST(Calendar, ForgetsAnEntryThatIsDisarmed) {
  Calendar calendar(3);
  for (std::uint32_t entry = 0; entry < 3; ++entry) calendar.arm(entry, {1000});
  calendar.disarm(2);
  calendar.disarm(0);
  calendar.disarm(0);
  EXPECT_THAT(take(calendar, {1000}), ElementsAre(1));
}

TEST(Calendar, GivesTheRestWithTheNextCallAndLateOnesInTheirOrder) {
  Calendar calendar(5);
  for (std::uint32_t entry = 0; entry < 5; ++entry) calendar.arm(entry, {1000});
  EXPECT_THAT(take(calendar, {8000}, 2), ElementsAre(0, 1));
  calendar.arm(0, {900});  // late already: behind those that wait
  EXPECT_THAT(take(calendar, {8000}, 3), ElementsAre(2, 3, 4));
  EXPECT_THAT(take(calendar, {8000}, 3), ElementsAre(0));
}

TEST(Calendar, KnowsTheEarliest) {
  Calendar calendar(4);
  EXPECT_EQ(calendar.earliest(), std::nullopt);
  calendar.arm(0, {90'000'000});
  EXPECT_EQ(calendar.earliest(), Instant{90'000'000});
  calendar.arm(1, {262'144 + 16});  // the slot of 16, one revolution later
  calendar.arm(2, {3'000});
  EXPECT_EQ(calendar.earliest(), Instant{3'000});
  EXPECT_THAT(take(calendar, {3'000}), ElementsAre(2));
  EXPECT_EQ(calendar.earliest(), Instant{262'144 + 16});
  calendar.arm(3, {2'999});  // late
  EXPECT_EQ(calendar.earliest(), Instant{2'999});
}

// Against a plain map, with steps of all sizes.
TEST(Calendar, AgreesWithAnOrderedMap) {
  constexpr std::uint32_t kEntries = 200;
  std::mt19937_64 random(7);
  Calendar calendar(kEntries);
  std::map<std::uint32_t, Instant> model;
  Instant now{0};
  const auto within = [&random](std::int64_t limit) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(limit));
  };
  for (int round = 0; round < 20'000; ++round) {
    const auto entry = static_cast<std::uint32_t>(within(kEntries));
    if (within(10) == 0) {
      calendar.disarm(entry);
      model.erase(entry);
    } else {
      const Instant due{now.value + within(within(4) == 0 ? 3'000'000 : 5'000)};
      calendar.arm(entry, due);
      model[entry] = due;
    }
    now.value += within(within(50) == 0 ? 900'000 : 300);
    std::vector<std::uint32_t> expected;
    std::optional<Instant> earliest;
    for (const auto& [armed, due] : model) {
      if (due <= now) {
        expected.push_back(armed);
      } else if (!earliest || due < *earliest) {
        earliest = due;
      }
    }
    auto taken = take(calendar, now, kEntries);
    std::sort(taken.begin(), taken.end());
    ASSERT_EQ(taken, expected) << "round " << round;
    for (const std::uint32_t gone : expected) model.erase(gone);
    ASSERT_EQ(calendar.earliest(), earliest) << "round " << round;
  }
}

}  // namespace
}  // namespace headwater::dataplane
