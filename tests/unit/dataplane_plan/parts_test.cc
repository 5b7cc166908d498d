// SPDX-License-Identifier: Apache-2.0
#include "dataplane/plan/parts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "dataplane/plan/slots.h"

namespace headwater::dataplane {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Part {
  InputSlot slot;
  int value = 0;
};
using List = Parts<Part>;

List::Pointer make(std::uint32_t slot, int value = 0) {
  return std::make_shared<const Part>(Part{{slot}, value});
}

std::vector<std::uint32_t> slots(const List& parts) {
  std::vector<std::uint32_t> out;
  for (const auto& part : parts) out.push_back(part->slot.index);
  return out;
}

std::vector<std::uint32_t> differing(const List& before, const List& after) {
  std::vector<std::uint32_t> out;
  List::for_each_difference(before, after, [&](const Part* old, const Part* now) {
    EXPECT_NE(old, now);
    out.push_back((old != nullptr ? old : now)->slot.index);
  });
  return out;
}

TEST(Parts, StandInTheOrderOfTheirSlots) {
  List parts{make(300), make(2), make(63), make(64)};
  EXPECT_EQ(parts.size(), 4U);
  EXPECT_THAT(slots(parts), ElementsAre(2, 63, 64, 300));
  parts.clear(63);
  parts.clear(63);
  parts.clear(5'000);
  EXPECT_THAT(slots(parts), ElementsAre(2, 64, 300));
  EXPECT_EQ(parts.at(63), nullptr);
  EXPECT_EQ(parts.at(5'000), nullptr);
  EXPECT_THAT(slots(List()), IsEmpty());
}

TEST(Parts, ACopyIsNotChangedWithTheOriginal) {
  List parts{make(1), make(100)};
  const List copy = parts;
  EXPECT_TRUE(copy == parts);
  parts.set(copy.at(1));
  EXPECT_TRUE(copy == parts) << "nothing differs";
  const auto other = make(1, 7);
  parts.set(other);
  EXPECT_FALSE(copy == parts);
  EXPECT_EQ(copy.at(1)->value, 0);
  EXPECT_EQ(parts.at(1), other);
  EXPECT_THAT(differing(copy, parts), ElementsAre(1));
  parts.clear(100);
  EXPECT_THAT(differing(copy, parts), ElementsAre(1, 100));
  EXPECT_NE(copy.at(100), nullptr);
}

TEST(Parts, DifferencesAreThoseOfAPlainList) {
  std::minstd_rand random(1);
  List before;
  std::map<std::uint32_t, List::Pointer> plain;
  for (int round = 0; round < 300; ++round) {
    List after = before;
    auto next = plain;
    for (int k = static_cast<int>(random() % 4); k >= 0; --k) {
      const auto slot = static_cast<std::uint32_t>(random() % 500);
      if (random() % 3 == 0) {
        after.clear(slot);
        next.erase(slot);
      } else {
        after.set(next[slot] = make(slot, round));
      }
    }
    std::vector<std::uint32_t> expected;
    for (std::uint32_t slot = 0; slot < 500; ++slot) {
      const auto find = [&](const auto& in) {
        const auto found = in.find(slot);
        return found == in.end() ? nullptr : found->second;
      };
      EXPECT_EQ(after.at(slot), find(next));
      if (find(plain) != find(next)) expected.push_back(slot);
    }
    EXPECT_EQ(differing(before, after), expected);
    EXPECT_EQ(after.size(), next.size());
    before = after;
    plain = next;
  }
}

}  // namespace
}  // namespace headwater::dataplane
