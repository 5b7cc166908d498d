// SPDX-License-Identifier: Apache-2.0
//
// offered = passed_over + copies_in + expelled + history_held, whatever happens.
#include "dataplane/mux/reader.h"

#include <gtest/gtest.h>

#include "tests/unit/dataplane_mux/history_fixture.h"

namespace headwater::dataplane {
namespace {

struct ReaderTest : testing::Test {
  void expect(std::uint64_t offered, std::uint64_t passed, std::uint64_t copied, std::uint64_t expelled,
              std::int64_t held) {
    EXPECT_EQ(counters.offered.get(), offered);
    EXPECT_EQ(counters.passed_over.get(), passed);
    EXPECT_EQ(counters.copies_in.get(), copied);
    EXPECT_EQ(counters.expelled.get(), expelled);
    EXPECT_EQ(counters.history_held.get(), held);
  }
  FilledHistory history;
  OutputCounters counters;
  HistoryReader reader{counters};
};

TEST_F(ReaderTest, JoinsAtTheFirstPacketThatIsStillDue) {
  for (std::int64_t i = 0; i < 10; ++i) history.add(ms(i), 100);
  reader.join(history.ring, ms(7));
  expect(3, 0, 0, 0, 3);
  EXPECT_EQ(number_of({reader.bytes(), 188}), 7U);
  EXPECT_EQ(reader.frame(), 7U);
}

TEST_F(ReaderTest, CountsEveryPacketOnce) {
  reader.join(history.ring, ms(0));
  EXPECT_EQ(reader.peek(), nullptr);
  for (std::int64_t i = 0; i < 5; ++i) history.add(ms(i), 100);
  reader.count_offered();
  expect(5, 0, 0, 0, 5);
  ASSERT_NE(reader.peek(), nullptr);
  reader.pass_over();
  ASSERT_NE(reader.peek(), nullptr);
  reader.copy();
  reader.settle();
  expect(5, 1, 1, 0, 3);
  reader.expel_before(4);
  expect(5, 1, 1, 2, 1);
  reader.expel_before(3);  // it is beyond that
  expect(5, 1, 1, 2, 1);
  ASSERT_NE(reader.peek(), nullptr);
  reader.copy();
  EXPECT_EQ(reader.peek(), nullptr);
  reader.settle();
  expect(5, 1, 2, 2, 0);
  EXPECT_EQ(reader.frame(), history.ring.end());
}

TEST_F(ReaderTest, WhatItHasTakenIsFinal) {
  for (std::int64_t i = 0; i < 3; ++i) history.add(ms(i), 100);
  reader.join(history.ring, ms(0));
  EXPECT_EQ(history.ring.first_untaken(), 0U);
  ASSERT_NE(reader.peek(), nullptr);
  reader.copy();
  ASSERT_NE(reader.peek(), nullptr);
  reader.settle();
  EXPECT_EQ(history.ring.first_untaken(), 1U);
}

}  // namespace
}  // namespace headwater::dataplane
