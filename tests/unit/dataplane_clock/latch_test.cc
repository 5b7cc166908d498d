// SPDX-License-Identifier: Apache-2.0
#include "dataplane/clock/latch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>
#include <vector>

namespace headwater::dataplane {
namespace {

using Value = std::array<std::uint64_t, 6>;

Value all(std::uint64_t number) {
  Value value{};
  value.fill(number);
  return value;
}

TEST(Latch, GivesTheNewest) {
  Latch<Value> latch(all(1));
  EXPECT_EQ(latch.read(), all(1));
  for (std::uint64_t k = 2; k < 7; ++k) {
    latch.publish(all(k));
    EXPECT_EQ(latch.read(), all(k));
  }
}

TEST(Latch, AReaderGoesRoundWhereAValueIsPublishedWhileItReads) {
  Latch<Value> latch(all(1));
  int rounds = 0;
  const Value seen = latch.read([&](const Value& value) {
    if (++rounds == 1) latch.publish(all(2));
    return value;
  });
  EXPECT_EQ(rounds, 2);
  EXPECT_EQ(seen, all(2));
}

TEST(Latch, NobodyReadsHalfOfAValueOrAnOlderOne) {
  Latch<Value> latch(all(0));
  std::atomic<bool> stop = false;
  std::atomic<int> torn = 0, backwards = 0, ready = 0;
  const auto reader = [&] {
    std::uint64_t last = 0;
    ++ready;
    while (!stop) {
      const Value value = latch.read();
      if (std::ranges::any_of(value, [&](std::uint64_t word) { return word != value[0]; })) ++torn;
      if (value[0] < last) ++backwards;
      last = value[0];
    }
  };
  std::vector<std::jthread> readers;
  for (int i = 0; i < 3; ++i) readers.emplace_back(reader);
  while (ready < 3) std::this_thread::yield();
  for (std::uint64_t k = 1; k <= 300'000; ++k) latch.publish(all(k));
  stop = true;
  readers.clear();
  EXPECT_EQ(torn, 0);
  EXPECT_EQ(backwards, 0);
}

}  // namespace
}  // namespace headwater::dataplane
