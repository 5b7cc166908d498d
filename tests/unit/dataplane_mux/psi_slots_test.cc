// SPDX-License-Identifier: Apache-2.0
//
// The rhythm of the tables, and what a new Plan does to it.
#include "dataplane/mux/psi_slots.h"

#include <gtest/gtest.h>

#include "tests/unit/dataplane_mux/history_fixture.h"

namespace headwater::dataplane {
namespace {

std::shared_ptr<const PsiImage> image(PsiImage::Kind kind, std::uint16_t on_pid, std::int64_t interval_ms,
                                      std::uint8_t mark, std::size_t packets = 1) {
  PsiImage made{pid(on_pid), Ticks27::milliseconds(interval_ms), {}, kind};
  for (std::size_t i = 0; i < packets; ++i) {
    made.packets.emplace_back().fill(mark);
    made.packets.back()[0] = static_cast<std::uint8_t>(i);  // which of them
  }
  return std::make_shared<const PsiImage>(made);
}
using Images = std::vector<std::shared_ptr<const PsiImage>>;
constexpr auto kPat = PsiImage::Kind::kPat;
constexpr auto kPmt = PsiImage::Kind::kPmt;
constexpr auto kSdt = PsiImage::Kind::kSdt;

TEST(PsiSlots, NoTablesNoDue) {
  PsiSlots slots;
  slots.replace({}, ms(0));
  EXPECT_EQ(slots.next_due(), std::nullopt);
}

TEST(PsiSlots, EachTableKeepsItsInterval) {
  PsiSlots slots;
  const Images images{image(kPat, 0, 100, 1), image(kPmt, 32, 100, 2), image(kSdt, 17, 1000, 3)};
  slots.reserve(3);
  slots.replace(images, ms(5));
  // All at once first, in their order.
  for (const PsiImage::Kind kind : {kPat, kPmt, kSdt}) {
    ASSERT_EQ(slots.next_due(), ms(5));
    EXPECT_EQ(slots.take(ms(5)).kind, kind);
  }
  ASSERT_EQ(slots.next_due(), ms(105));
  // A datagram that departs early takes it along: the interval counts from there.
  EXPECT_EQ(slots.take(ms(90)).kind, kPat);
  ASSERT_EQ(slots.next_due(), ms(105));
  EXPECT_EQ(slots.take(ms(105)).kind, kPmt);
  EXPECT_EQ(slots.next_due(), ms(190));
}

TEST(PsiSlots, ATableThatHasBegunIsFinishedFirst) {
  PsiSlots slots;
  const Images images{image(kPat, 0, 100, 1), image(kPmt, 32, 100, 2, 3)};
  slots.reserve(2);
  slots.replace(images, ms(0));
  slots.take(ms(0));
  EXPECT_FALSE(slots.unfinished());
  for (std::uint8_t i = 0; i < 3; ++i) {
    EXPECT_EQ(slots.unfinished(), i != 0);
    const PsiSlots::Taken taken = slots.take(ms(i));
    EXPECT_EQ((*taken.packet)[0], i);
    EXPECT_EQ(taken.pid, pid(32));
  }
  EXPECT_FALSE(slots.unfinished());
  slots.take(ms(100));
  EXPECT_EQ(slots.next_due(), ms(100));  // the PMT, from its first packet on
}

TEST(PsiSlots, UnchangedTablesKeepTheirRhythmChangedOnesGoAtOnce) {
  PsiSlots slots;
  const auto pat = image(kPat, 0, 100, 1);
  slots.reserve(3);
  const Images before{pat, image(kPmt, 32, 100, 2), image(kSdt, 17, 1000, 3)};
  slots.replace(before, ms(0));
  for (int i = 0; i < 3; ++i) slots.take(ms(0));
  // The same PAT, another PMT, an SDT that is equal but not the same.
  const Images images{pat, image(kPmt, 32, 100, 9), image(kSdt, 17, 1000, 3)};
  slots.replace(images, ms(40));
  ASSERT_EQ(slots.next_due(), ms(40));
  const PsiSlots::Taken taken = slots.take(ms(40));
  EXPECT_EQ(taken.kind, kPmt);
  EXPECT_EQ((*taken.packet)[1], 9);
  EXPECT_EQ(slots.next_due(), ms(100));
  EXPECT_EQ(slots.take(ms(100)).kind, kPat);
  EXPECT_EQ(slots.next_due(), ms(140));
  slots.take(ms(140));
  slots.take(ms(200));
  slots.take(ms(240));
}

// A PMT that was changed, and an SDT just behind it, before the PMT has left.
TEST(PsiSlots, AChangedTableThatHasNotLeftIsNotPutOffByTheNextChange) {
  PsiSlots slots;
  slots.reserve(2);
  const Images first{image(kPmt, 32, 100, 1), image(kSdt, 17, 1000, 1)};
  slots.replace(first, ms(0));
  for (int i = 0; i < 2; ++i) slots.take(ms(0));
  const Images second{image(kPmt, 32, 100, 2), first[1]};
  slots.replace(second, ms(30));
  const Images third{second[0], image(kSdt, 17, 1000, 2)};
  slots.replace(third, ms(31));
  ASSERT_EQ(slots.next_due(), ms(30));
  EXPECT_EQ(slots.take(ms(30)).kind, kPmt);
  EXPECT_EQ(slots.next_due(), ms(31));
}

TEST(PsiSlots, AChangeNeverLetsTheOldIntervalRunOver) {
  PsiSlots slots;
  slots.reserve(1);
  const Images before{image(kPmt, 32, 100, 1)};
  slots.replace(before, ms(0));
  slots.take(ms(0));
  const Images images{image(kPmt, 32, 100, 2)};
  slots.replace(images, ms(130));  // the change lies beyond the old table's due
  EXPECT_EQ(slots.next_due(), ms(100));
}

}  // namespace
}  // namespace headwater::dataplane
