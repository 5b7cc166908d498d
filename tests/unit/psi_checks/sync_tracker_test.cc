// SPDX-License-Identifier: Apache-2.0
#include "psi/checks/sync_tracker.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace headwater::ts {
namespace {

// 'g' a good sync byte, 'b' a bad one; answers: s searching, A acquired, i in sync, e byte error, L lost.
std::string run(std::string_view bytes) {
  SyncTracker tracker;
  std::string answers;
  for (const char byte : bytes) {
    switch (tracker.next(byte == 'g')) {
      case Sync::kSearching:
        answers += 's';
        break;
      case Sync::kAcquired:
        answers += 'A';
        break;
      case Sync::kInSync:
        answers += 'i';
        break;
      case Sync::kByteError:
        answers += 'e';
        break;
      case Sync::kLost:
        answers += 'L';
        break;
    }
  }
  return answers;
}

TEST(SyncTracker, AcquiredAfterFive) {
  EXPECT_EQ(run("ggggggg"), "ssssAii");
}

TEST(SyncTracker, FiveInARow) {
  EXPECT_EQ(run("ggggbggggg"), "sssssssssA");
}

TEST(SyncTracker, OneBadByteIsAnErrorTwoAreALoss) {
  EXPECT_EQ(run("gggggbgbgbb"), "ssssAeieieL");
}

TEST(SyncTracker, FoundAgain) {
  EXPECT_EQ(run("gggggbbgggggg"), "ssssAeLssssAi");
}

}  // namespace
}  // namespace headwater::ts
