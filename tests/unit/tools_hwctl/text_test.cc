// SPDX-License-Identifier: Apache-2.0
#include "tools/hwctl/text.h"

#include <gtest/gtest.h>

namespace headwater::hwctl {
namespace {

TEST(Text, CountsCells) {
  EXPECT_EQ(display_width("Das Erste"), 9U);
  EXPECT_EQ(display_width("R\u00e1dio"), 5U);          // two bytes, one cell
  EXPECT_EQ(display_width("e\u0301"), 1U);             // a combining acute
  EXPECT_EQ(display_width("\u6771\u4eac"), 4U);        // two wide characters
  EXPECT_EQ(display_width("\U0001F4FA"), 2U);          // a television
  EXPECT_EQ(display_width("\u0420\u043e\u0441"), 3U);  // Cyrillic
  EXPECT_EQ(display_width("\u0642\u0646\u0627\u0629"), 4U);
  EXPECT_EQ(display_width(""), 0U);
}

TEST(Text, BytesThatAreNoUtf8TakeACellEach) {
  EXPECT_EQ(display_width("a\xFFz"), 3U);
  EXPECT_EQ(display_width("\xC3"), 1U);          // cut
  EXPECT_EQ(display_width("\xC0\xAF"), 2U);      // overlong '/'
  EXPECT_EQ(display_width("\xED\xA0\x80"), 3U);  // a surrogate
  EXPECT_EQ(display_width("\xF5\x80\x80\x80"), 4U);
}

// A service name off the air must not move the cursor of who looks at it.
TEST(Text, NothingReachesTheTerminalThatItWouldObey) {
  EXPECT_EQ(printable("a\x1b[2Jb\n\x07\x7F"), "a?[2Jb???");
  EXPECT_EQ(printable("x\xC2\x9By"), "x?y");  // U+009B, the one-byte CSI
  EXPECT_EQ(printable("a\xFFz"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(printable("R\u00e1dio \u6771"), "R\u00e1dio \u6771");
}

}  // namespace
}  // namespace headwater::hwctl
