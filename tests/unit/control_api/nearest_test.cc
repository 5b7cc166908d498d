// SPDX-License-Identifier: Apache-2.0
#include "control/api/nearest.h"

#include <gtest/gtest.h>

#include <vector>

namespace headwater::control::api {
namespace {

const std::vector<std::string> kNouns{"status", "version", "channel", "input", "port", "ledger", "config"};

TEST(Nearest, FindsASlipOfTheFingers) {
  EXPECT_EQ(nearest("chanel", kNouns), "channel");    // one left out
  EXPECT_EQ(nearest("channnel", kNouns), "channel");  // one too many
  EXPECT_EQ(nearest("imput", kNouns), "input");       // one wrong
  EXPECT_EQ(nearest("sttaus", kNouns), "status");     // two swapped
  EXPECT_EQ(nearest("channels", kNouns), "channel");
}

TEST(Nearest, TakesABeginning) {
  EXPECT_EQ(nearest("conf", kNouns), "config");
  EXPECT_EQ(nearest("l", kNouns), "ledger");
}

TEST(Nearest, SaysNothingWhereNothingIsNear) {
  EXPECT_EQ(nearest("reboot", kNouns), std::nullopt);
  EXPECT_EQ(nearest("", kNouns), std::nullopt);
  EXPECT_EQ(nearest("status", std::vector<std::string>{}), std::nullopt);
}

TEST(Nearest, AWordTooLongToBeAnIdIsNearToNothing) {
  const std::string word(64, 'a');
  EXPECT_EQ(nearest(word, std::vector<std::string>{word.substr(1)}), word.substr(1));
  EXPECT_EQ(nearest(word + 'a', std::vector<std::string>{word}), std::nullopt);
  EXPECT_EQ(nearest(word, std::vector<std::string>{word + 'a'}), std::nullopt);
}

}  // namespace
}  // namespace headwater::control::api
