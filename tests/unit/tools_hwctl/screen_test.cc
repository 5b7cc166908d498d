// SPDX-License-Identifier: Apache-2.0
#include "tools/hwctl/screen.h"

#include <gtest/gtest.h>

namespace headwater::hwctl {
namespace {

TEST(Screen, APageThatFitsStaysAsItIs) {
  EXPECT_EQ(cut_to("a\nb\nc\n", {.rows = 4, .columns = 80}), "a\nb\nc\n");
  EXPECT_EQ(cut_to("", {.rows = 4, .columns = 80}), "");
}

TEST(Screen, WhatHasNoRoomIsCounted) {
  EXPECT_EQ(cut_to("a\nb\nc\nd\n", {.rows = 4, .columns = 80}), "a\nb\n\u2026 2 more\n");
}

TEST(Screen, LongLinesTakeTheRowsTheyTake) {
  EXPECT_EQ(cut_to("0123456789a\nb\nc\n", {.rows = 4, .columns = 10}), "0123456789a\n\u2026 2 more\n");
}

TEST(Screen, ColourTakesNoRoom) {
  const std::string line = "\x1b[1;31m0123456789\x1b[0m\n";
  EXPECT_EQ(cut_to(line + "b\nc\n", {.rows = 4, .columns = 10}), line + "b\nc\n");
}

TEST(Screen, WithoutASizeNothingIsCut) {
  EXPECT_EQ(cut_to("a\nb\nc\nd\n", {}), "a\nb\nc\nd\n");
}

}  // namespace
}  // namespace headwater::hwctl
