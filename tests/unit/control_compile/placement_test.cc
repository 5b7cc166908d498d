// SPDX-License-Identifier: Apache-2.0
#include "control/compile/placement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace headwater::control {
namespace {

using testing::ElementsAre;

constexpr std::uint64_t kLoad = 40'000'000;

// How many inputs of a port at `node` each worker gets.
std::vector<int> spread(Placement& placement, std::size_t workers, std::optional<unsigned> node, int inputs) {
  std::vector<int> counts(workers);
  for (int input = 0; input < inputs; ++input) ++counts[placement.take(node, kLoad).index];
  return counts;
}

TEST(Placement, WorkersOfOneNodeGetTheSame) {
  Placement placement({0U, 0U, 0U});
  EXPECT_THAT(spread(placement, 3, 0U, 30), ElementsAre(10, 10, 10));
}

TEST(Placement, WhereNoNodeIsKnownAllGetTheSame) {
  Placement placement({std::nullopt, std::nullopt});
  EXPECT_THAT(spread(placement, 2, std::nullopt, 10), ElementsAre(5, 5));
}

TEST(Placement, APortOfUnknownNodeIsAnyonesAndSoIsOneWhereNoWorkerIs) {
  Placement unknown({0U, 1U}), elsewhere({0U, 1U});
  EXPECT_THAT(spread(unknown, 2, std::nullopt, 10), ElementsAre(5, 5));
  EXPECT_THAT(spread(elsewhere, 2, 7U, 10), ElementsAre(5, 5));
}

// By load, not by number.
TEST(Placement, ABigOneWeighsAsMuchAsManySmallOnes) {
  Placement placement({0U, 0U});
  EXPECT_EQ(placement.take(0U, 5 * kLoad).index, 0U);
  EXPECT_THAT(spread(placement, 2, 0U, 5), ElementsAre(0, 5));
}

TEST(Placement, TheFirstOnesAreNear) {
  Placement placement({0U, 1U});
  EXPECT_EQ(placement.take(1U, kLoad).index, 1U);
  EXPECT_EQ(placement.take(1U, kLoad).index, 1U);
  EXPECT_EQ(placement.take(0U, kLoad).index, 0U);
}

// All of a NIC's traffic to the one worker at its node, while three others idle: lost frames are worse than
// ones that cross between nodes.
TEST(Placement, ANearWorkerCarriesNoMoreThanTwiceWhatTheOthersDo) {
  Placement placement({0U, 1U, 1U, 1U});
  EXPECT_THAT(spread(placement, 4, 0U, 50), ElementsAre(20, 10, 10, 10));
}

TEST(Placement, WhatIsGivenBackIsFreeForTheNext) {
  Placement placement({0U, 0U});
  const dataplane::WorkerIndex first = placement.take(0U, 3 * kLoad);
  EXPECT_EQ(placement.take(0U, kLoad).index, 1U);
  placement.give_back(first, 3 * kLoad);
  EXPECT_EQ(placement.take(0U, kLoad).index, 0U);
  EXPECT_EQ(placement.take(0U, kLoad).index, 0U) << "of the same, the first";
}

// More channels take it: it stays, and the next ones go elsewhere.
TEST(Placement, OneThatBecomesHeavierKeepsItsWorker) {
  Placement placement({0U, 0U});
  EXPECT_EQ(placement.take(0U, kLoad).index, 0U);
  placement.reweigh({0}, kLoad, 4 * kLoad);
  EXPECT_THAT(spread(placement, 2, 0U, 4), ElementsAre(0, 4));
  placement.reweigh({0}, 4 * kLoad, 0);
  EXPECT_EQ(placement.take(0U, kLoad).index, 0U);
}

}  // namespace
}  // namespace headwater::control
